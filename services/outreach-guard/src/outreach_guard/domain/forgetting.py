"""What is left of a fact where somebody it names was erased.

A fact that concerns nobody else forgets what was told up to then, and remembers that it did: what is told after is new, what comes late is
not. One that concerns others too keeps what it says and loses the erased name. So it ends the same, whichever came first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from outreach_guard.domain.facts import Fact, Kind

NAMED_IN_FULL = frozenset({Kind.THREAD, Kind.TOUCH, Kind.ADDRESS, Kind.PAIR})
"""Everything told of these names whom it is about, so nothing that comes late has to be told apart. And some have an address for an id."""


class Erasures(Protocol):
    """What is known of who was erased."""

    def erased_at(self, key: str) -> datetime | None:
        """When the person this key names was erased."""

    def is_gone(self, key: str, said_at: datetime) -> bool:
        """Whether what was said of this key then is about somebody erased."""

    def claims(self, keys: Collection[str]) -> bool:
        """Whether somebody who is not erased has a part in what these keys name."""


def remembered(fact: Fact, erasures: Erasures) -> Fact | None:
    """The same object where there is nothing to forget, None where nothing is left. A card forgets by itself (facts.py)."""
    if fact.kind is Kind.CONTACT:
        return fact
    erased = {key: at for key in fact.named if (at := erasures.erased_at(key)) is not None}
    if not erased:
        return fact
    gone = {key for key in erased if erasures.is_gone(key, fact.named[key])}
    left = _without(fact, gone)
    if not erasures.claims(left.keys - erased.keys()):
        left = _forgetting(left, max((*erased.values(), *(fact.named[key] for key in gone))))
    if fact.kind in NAMED_IN_FULL and not left.keys:
        return None
    return fact if left == fact else left


def _without(fact: Fact, gone: Collection[str]) -> Fact:
    parties = fact.parties and fact.parties._replace(value=[key for key in fact.parties.value if key not in gone])
    links = {key: link for key, link in fact.links.items() if key not in gone}
    return replace(fact, parties=parties, links=links, named={key: at for key, at in fact.named.items() if key not in gone})


def _forgetting(fact: Fact, until: datetime) -> Fact:
    until = max(until, fact.forgotten or until)
    registers = {name: told for name, told in fact.registers.items() if told.at > until}
    return replace(fact, registers=registers, parties=fact.parties if fact.keys else None, forgotten=until)
