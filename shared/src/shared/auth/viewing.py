"""Who may view a contact that is not for everybody (decision 14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from typing import Self

from pydantic import BaseModel, Field

from shared.auth.principal import Principal, Role
from shared.problem import Problem

EVERYBODY = "all"


def sees_all(caller: Principal) -> bool:
    """Managers and admins answer for the workspace, and programs act for all of it."""
    return caller.role is Role.SERVICE or caller.role.covers(Role.MANAGER)


def may_view(caller: Principal, visibility: str, team: Container[str]) -> bool:
    """Whether the caller may see more of a contact than that it is there. A word we don't know was said to keep somebody out."""
    return visibility == EVERYBODY or sees_all(caller) or caller.subject in team


def not_yours(owner_id: str | None) -> Problem:
    """What is answered instead: whom to ask, and nothing of the contact."""
    return Problem(403, "not-yours", "This contact is visible to its team only; its owner can tell you more.", owner_id=owner_id)


class Hidden(BaseModel):
    """Contacts that are there and that the caller may not view: how many of one owner."""

    owner_id: str | None = Field(description="member id, whom to ask; null where nobody owns them")
    count: int

    @classmethod
    def by_owner(cls, owner_ids: Iterable[str | None]) -> list[Self]:
        counted = Counter(owner_id or "" for owner_id in owner_ids)
        return [cls(owner_id=owner_id or None, count=count) for owner_id, count in sorted(counted.items())]
