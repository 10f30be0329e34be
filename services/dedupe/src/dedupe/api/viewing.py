"""What a caller may view of contacts, and what is said of the others: how many, and whom to ask (CD6, decision 14)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import BaseModel, Field

from dedupe.domain.indexed import Card
from dedupe.domain.pairs import Pair
from shared.auth import Principal, may_view, not_yours


class Hidden(BaseModel):
    """Contacts that are there and that the caller may not view."""

    owner_id: str | None = Field(description="member id, whom to ask; null where nobody owns them")
    count: int

    @classmethod
    def of(cls, cards: Iterable[Card]) -> list[Self]:
        """By owner."""
        counted = Counter(card.owner_id for card in cards)
        return [cls(owner_id=owner_id or None, count=count) for owner_id, count in sorted(counted.items())]


def views(caller: Principal, card: Card) -> bool:
    return may_view(caller, card.visibility, card.team)


def unseen(caller: Principal, cards: Iterable[Card]) -> list[Card]:
    """Those of them that the caller may not view."""
    return [card for card in cards if not views(caller, card)]


def parted(caller: Principal, pairs: Iterable[Pair], cards: Mapping[str, Card]) -> tuple[list[Pair], list[Card]]:
    """The pairs of which the caller may view both; and of those of which they may view one, the other one. Of two whom they may not
    view nothing is said."""
    shown, hidden = [], []
    for pair in pairs:
        others = unseen(caller, [cards[contact_id] for contact_id in pair.contact_ids if contact_id in cards])
        if not others:
            shown.append(pair)
        elif len(others) == 1:
            hidden += others
    return shown, hidden


def refuse_unseen(caller: Principal, cards: Iterable[Card]) -> None:
    """Whoever asks by id, or decides, has to view all of them."""
    for card in unseen(caller, cards):
        raise not_yours(card.owner_id or None)
