"""Contacts that are their team's, to somebody who is not of it: that they are there, and whom to ask (decision 14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.views import words
from shared.auth.viewing import EVERYBODY

Json = Mapping[str, Any]

TITLE = "Not yours to see"
WORDS = {EVERYBODY: "Everybody", "team": "Its team only"}
"""Whom a contact is visible to, as it is chosen."""
NOBODYS = "a manager, for it has no owner"


def visible_to(word: object) -> str:
    """A word we don't know was said to keep somebody out."""
    return WORDS.get(str(word), WORDS["team"])


def whom_to_ask(owner_id: object, members: Mapping[str, str]) -> str:
    return f"Ask {_owner(owner_id, members)}."


def _owner(owner_id: object, members: Mapping[str, str]) -> str:
    return members.get(str(owner_id), str(owner_id)) if owner_id else NOBODYS


@dataclass(frozen=True)
class Hidden:
    """How many the reader may not view, and a sentence for each of their owners."""

    count: int = 0
    sentences: tuple[str, ...] = ()


NONE = Hidden()


def hidden(said: Iterable[Json], members: Mapping[str, str], *, more: bool) -> Hidden:
    """`more`: beside others who are shown."""
    counted = [(int(each["count"]), each.get("owner_id")) for each in said]
    sentences = [
        f"{count} {'more ' if more else ''}that {'is' if count == 1 else 'are'} not yours to see: ask {_owner(owner_id, members)}"
        for count, owner_id in counted
    ]
    return Hidden(sum(count for count, _ in counted), tuple(sentences))


@dataclass(frozen=True)
class Holders:
    """Who has an address already: id, name and what else tells who that is; of the others, whose they are."""

    people: Sequence[tuple[str, str, str]] = ()
    hidden: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.hidden)


NOBODY = Holders()


def held_by(said: Iterable[Json], members: Mapping[str, str]) -> tuple[str, ...]:
    """`Somebody of Ines Albrecht’s has this address`."""
    return tuple(_holding(int(each["count"]), each.get("owner_id"), members) for each in said)


def _holding(count: int, owner_id: object, members: Mapping[str, str]) -> str:
    whom, has = ("Somebody", "has") if count == 1 else (words.count(count, "person", "people"), "have")
    whose = f" of {_owner(owner_id, members)}’s" if owner_id else ""
    return f"{whom}{whose} {has} this address"
