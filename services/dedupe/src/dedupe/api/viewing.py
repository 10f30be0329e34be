"""What a caller may view of contacts, and what is said of the others: how many, and whom to ask (CD6, decision 14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dedupe.domain.indexed import Card
from dedupe.domain.pairs import Pair
from shared.auth import Hidden, Principal, may_view, not_yours


def hidden_by_owner(cards: Iterable[Card]) -> list[Hidden]:
    return Hidden.by_owner(card.owner_id for card in cards)


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
