"""Who may view a contact that is not for everybody (decision 14)."""

from __future__ import annotations

from collections.abc import Container

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
