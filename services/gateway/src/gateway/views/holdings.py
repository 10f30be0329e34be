"""What somebody has on the timeline, in words: what is here and what is there when one person is several records (CD10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.tallies import Tallies
from gateway.views import words
from gateway.views.timeline import KINDS

OF_THE_RECORD = frozenset({"contact", "duplicate"})
"""Lines about the record itself: nothing that happened with the person, and so nothing to count or to list."""
OPEN = {"invoice": "unpaid"}
"""What an open one of a kind is called, where that is not open."""


def counts(kinds: Mapping[str, int], still_open: Mapping[str, int] | None = None) -> tuple[str, ...]:
    """The most of a kind first: `3 notes`, `1 open ticket`, `2 invoices (1 unpaid)`."""
    there = [(kind, number) for kind, number in kinds.items() if number and kind not in OF_THE_RECORD]
    opened = still_open or {}
    return tuple(_said(kind, number, opened.get(kind, 0)) for kind, number in sorted(there, key=lambda pair: (-pair[1], pair[0])))


def _said(kind: str, number: int, opened: int) -> str:
    name, state = (KINDS[kind][1] if kind in KINDS else words.plain(kind)).lower(), OPEN.get(kind, "open")
    if opened == number:
        return words.count(number, f"{state} {name}")
    return words.count(number, name) + (f" ({opened} {state})" if opened else "")


def shares(contact_ids: Iterable[str], found: Tallies) -> dict[str, tuple[str, ...] | None]:
    """What each of them has; None of whom nobody knows."""
    return {one: counts(found.records[one], found.open.get(one)) if one in found.records else None for one in dict.fromkeys(contact_ids)}
