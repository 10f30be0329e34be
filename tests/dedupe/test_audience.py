"""For whom a cluster is: the same people that `may_view` lets in."""

from __future__ import annotations

import pytest

from dedupe.domain.audience import Audience, audience_of, in_order, who_sees_any, who_sees_both
from dedupe.domain.indexed import Card
from shared.auth import Principal, Role, may_view

pytestmark = pytest.mark.req("CD6")

ANN, BOB, BOTH = frozenset({"ann"}), frozenset({"bob"}), frozenset({"ann", "bob"})


@pytest.mark.parametrize("visibility", ["all", "team", "a word of tomorrow"])
@pytest.mark.parametrize("team", [(), ("ann",), ("ann", "bob")])
def test_it_is_whom_the_rule_lets_in(visibility: str, team: tuple[str, ...]) -> None:
    audience = audience_of(Card(visibility=visibility, team=team))

    for who in ("ann", "bob", "mel"):
        viewer = Principal("acme", who, Role.MEMBER)
        assert may_view(viewer, visibility, team) == (audience is None or who in audience)


@pytest.mark.parametrize(
    ("one", "other", "both"), [(None, None, None), (None, ANN, ANN), (ANN, None, ANN), (ANN, BOTH, ANN), (ANN, BOB, frozenset())]
)
def test_who_sees_both_sees_each(one: Audience, other: Audience, both: Audience) -> None:
    assert who_sees_both(one, other) == both


def test_one_that_is_everybodys_is_enough_for_everybody() -> None:
    assert who_sees_any([ANN, BOB]) == BOTH
    assert who_sees_any([ANN, None]) is None
    assert who_sees_any([]) == frozenset()


def test_it_is_kept_in_order_and_nobody_is_not_everybody() -> None:
    assert in_order(BOTH) == ("ann", "bob")
    assert in_order(frozenset()) == ()
    assert in_order(None) is None
