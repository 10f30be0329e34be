"""What the workspace service says: the members of a workspace, who own contacts and send messages."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.parties import MailAddress, Upstream

SOURCE = "/services/workspace"
TOPIC = "crm.workspace"


class Member(Upstream):
    """A member, as they are after the event; the subject is their id. A member is no party: nobody's contact."""

    name: str | None = None
    email: MailAddress | None = None
    role: str | None = Field(None, description="admin, manager, member, viewer")


class MemberAdded(Member, type="crm.workspace.member.added.v1"):
    """Somebody joined the workspace."""


class MemberRoleChanged(Member, type="crm.workspace.member.role_changed.v1"):
    """A member may do more or less than before."""


class MemberDeactivated(Member, type="crm.workspace.member.deactivated.v1"):
    """A member can't work here any more; what they own needs another owner."""


class MemberReactivated(Member, type="crm.workspace.member.reactivated.v1"):
    """A member is back."""
