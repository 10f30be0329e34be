"""Who signed in, and in which workspaces they have which role: what an issuer's token tells us, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.auth import Role

_WORKSPACE = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_ROLES = [str(role) for role in Role]
_LONGEST_NAME = 200


class NobodyError(Exception):
    """The token names no subject we can pass on."""


class NotTheirsError(Exception):
    """The workspace asked for is not one the token names."""


class NoWorkspaceError(Exception):
    """The token names no workspace at all, or several and none was chosen."""


class Identity(BaseModel):
    """A person or a program, as their issuer describes them."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    subject: str = Field(pattern=r"^[\x21-\x7e]{1,200}$")
    name: str
    email: str | None = None
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
    """The identity in a verified token. A role or workspace of a form we do not know gives no access, rather than a guess at some."""
    named = claims.get(workspaces_claim)
    known = named.items() if isinstance(named, dict) else ()
    workspaces = {workspace: role for workspace, role in known if role in _ROLES and _WORKSPACE.fullmatch(workspace)}
    subject = claims.get("member_id") or claims.get("sub")
    name, email = claims.get("name"), claims.get("email")
    try:
        return Identity.model_validate(
            {
                "subject": subject,
                "name": name[:_LONGEST_NAME] if isinstance(name, str) and name else subject,
                "email": email if isinstance(email, str) else None,
                "workspaces": workspaces,
            }
        )
    except ValidationError as error:
        raise NobodyError from error
