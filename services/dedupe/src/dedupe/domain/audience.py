"""For whom a cluster is, so that a database can choose (decision 14).

The rule for one contact is `shared.auth.may_view`; this is who it lets in beside those who see all. None is everybody.
"""

from __future__ import annotations

from collections.abc import Iterable

from dedupe.domain.indexed import Card
from shared.auth.viewing import EVERYBODY

Audience = frozenset[str] | None


def audience_of(card: Card) -> Audience:
    return None if card.visibility == EVERYBODY else frozenset(card.team)


def who_sees_both(one: Audience, other: Audience) -> Audience:
    if one is None or other is None:
        return other if one is None else one
    return one & other


def who_sees_any(audiences: Iterable[Audience]) -> Audience:
    seen: set[str] = set()
    for audience in audiences:
        if audience is None:
            return None
        seen |= audience
    return frozenset(seen)


def in_order(audience: Audience) -> tuple[str, ...] | None:
    """As it is kept."""
    return None if audience is None else tuple(sorted(audience))
