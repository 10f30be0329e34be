"""What is known here of accounts and members, and who may look after a contact.

The directory follows other services and may lag: what it does not know yet is not refused as long as it knows nobody at all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from contacts.domain.contact import Frozen
from contacts.domain.fields import CustomField
from contacts.domain.phones import DEFAULT_REGION
from contacts.domain.process import Process
from contacts.domain.refusals import FieldError
from contacts.domain.trust import SourceTrust


class Account(Frozen):
    """A company. One that was merged away or deleted takes no new links."""

    id: str
    name: str
    domains: tuple[str, ...] = ()
    owner_id: str | None = None
    merged_into: str | None = None
    deleted: bool = False

    @property
    def takes_links(self) -> bool:
        return not self.deleted and self.merged_into is None


class Member(Frozen):
    """Somebody of the workspace who can own contacts while active."""

    id: str
    name: str
    email: str | None = None
    role: str | None = None
    active: bool = True


@dataclass(frozen=True)
class AccountNews:
    """An account as one event describes it. `merged` names (merged away, survivor)."""

    account: Account
    sequence: int
    merged: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MemberNews:
    """A member as one event describes them; `active` is None where it does not say."""

    member: Member
    sequence: int
    active: bool | None = None


@dataclass(frozen=True)
class MailboxNews:
    """A mailbox that is read, as one event describes it; its address is a key."""

    id: str
    address: str
    sequence: int


@dataclass(frozen=True)
class Surroundings:
    """What a change has to know beyond the contact: the members and accounts it names, and what the workspace decided."""

    region: str = DEFAULT_REGION
    members: Mapping[str, Member] = field(default_factory=dict)
    any_member_known: bool = False
    accounts: Mapping[str, Account] = field(default_factory=dict)
    process: Process = field(default_factory=Process)
    fields: tuple[CustomField, ...] = ()
    sources: tuple[SourceTrust, ...] = ()


def may_be_responsible(member_ids: Collection[str], where: str, around: Surroundings) -> list[FieldError]:
    """What speaks against these members owning a contact or being assigned to it."""
    if not around.any_member_known:
        return []
    active = {member.id for member in around.members.values() if member.active}
    return [FieldError(where, "not an active member of the workspace")] if set(member_ids) - active else []
