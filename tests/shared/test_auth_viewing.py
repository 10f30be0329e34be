"""Who may view a contact that is its team's."""

from __future__ import annotations

import pytest

from shared.auth import Principal, Role, may_view, not_yours

TEAM = frozenset({"ann", "bob"})


@pytest.mark.req("CD6")
@pytest.mark.parametrize(
    ("subject", "role", "sees"),
    [
        ("ann", Role.MEMBER, True),
        ("bob", Role.VIEWER, True),
        ("cem", Role.MEMBER, False),
        ("cem", Role.VIEWER, False),
        ("cem", Role.MANAGER, True),
        ("cem", Role.ADMIN, True),
        ("import", Role.SERVICE, True),
    ],
)
def test_a_teams_contact_is_for_its_team_and_those_who_answer_for_all(subject: str, role: Role, sees: bool) -> None:
    assert may_view(Principal("acme", subject, role), "team", TEAM) is sees


def test_everybodys_contact_is_for_everybody() -> None:
    assert may_view(Principal("acme", "cem", Role.VIEWER), "all", frozenset())


def test_a_word_nobody_knows_keeps_out_whom_a_team_would() -> None:
    assert not may_view(Principal("acme", "cem", Role.MEMBER), "role:lawyer", TEAM)


@pytest.mark.req("CD6")
def test_who_is_kept_out_learns_whom_to_ask() -> None:
    problem = not_yours("ann")

    assert problem.status_code == 403
    assert problem.extensions == {"owner_id": "ann"}
