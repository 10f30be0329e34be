"""Who signed in, and in which workspaces they have which role: what an issuer's token tells us, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from shared.auth import Role


class NotTheirsError(Exception):
    """The workspace asked for is not one the token names."""


class NoWorkspaceError(Exception):
    """The token names no workspace at all, or several and none was chosen."""


class Identity(BaseModel):
    """A person or a program, as their issuer describes them."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    subject: str = Field(min_length=1, max_length=200)
    name: str = Field(max_length=200)
    email: str | None = Field(None, max_length=320)
    workspaces: dict[str, Role]

    def workspace(self, wanted: str | None) -> str:
        """The workspace to work in: the one wanted if it is theirs, the only one if nothing was said."""
        if wanted is not None:
            if wanted not in self.workspaces:
                raise NotTheirsError
            return wanted
        if len(self.workspaces) != 1:
            raise NoWorkspaceError
        return next(iter(self.workspaces))


def identity_from(claims: Mapping[str, Any], workspaces_claim: str) -> Identity:
    """The identity in a verified token. A role we do not know gives no access, rather than a guess at some."""
    named = claims.get(workspaces_claim)
    roles = {str(role) for role in Role}
    workspaces = {workspace: role for workspace, role in named.items() if role in roles} if isinstance(named, dict) else {}
    subject = str(claims.get("member_id") or claims.get("sub") or "")
    return Identity(subject=subject, name=str(claims.get("name") or subject), email=claims.get("email"), workspaces=workspaces)
