"""Roles and the person or program behind a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a token allows, as a ladder: a viewer reads, a member writes, a manager overrides, an admin configures and erases.

    `service` is for programs of the workspace (integrations, imports by API): it may do what a member may, never override or erase.
    """

    VIEWER = "viewer"
    MEMBER = "member"
    SERVICE = "service"
    MANAGER = "manager"
    ADMIN = "admin"

    def covers(self, needed: Role) -> bool:
        """Whether somebody with this role may do what `needed` may."""
        return _RANK[self] >= _RANK[needed]


_RANK = {Role.VIEWER: 0, Role.MEMBER: 1, Role.SERVICE: 1, Role.MANAGER: 2, Role.ADMIN: 3}


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as the token says. `token` goes along where the gateway asks a service on their behalf."""

    workspace: str
    subject: str
    role: Role
    name: str | None = None
    token: str = field(default="", repr=False)

    @property
    def actortype(self) -> str:
        """The envelope's word for them."""
        return "integration" if self.role is Role.SERVICE else "user"
