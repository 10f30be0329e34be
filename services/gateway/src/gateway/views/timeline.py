"""What happened, grouped by the day it happened on in the reader's own zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from gateway.views import words

Json = Mapping[str, Any]

KINDS: Mapping[str, tuple[str, str]] = {
    # kind: icon, word
    "note": ("note", "Note"),
    "comment": ("comment", "Comment"),
    "task": ("task", "Task"),
    "email": ("mail", "Email"),
    "call": ("phone", "Call"),
    "meeting": ("calendar", "Meeting"),
    "ticket": ("ticket", "Ticket"),
    "deal": ("deal", "Deal"),
    "invoice": ("money", "Invoice"),
    "payment": ("money", "Payment"),
    "estimate": ("money", "Estimate"),
    "form": ("form", "Form"),
    "document": ("document", "Document"),
    "file": ("file", "File"),
    "campaign": ("campaign", "Campaign"),
    "consent": ("consent", "Consent"),
    "contact": ("record", "Record"),
    "account": ("building", "Account"),
    "duplicate": ("duplicate", "Look-alike"),
    "outreach": ("clear", "Outreach check"),
    "request": ("arrow", "Request"),
}


@dataclass(frozen=True)
class Chip:
    """A choice of what to see: what it asks the API for, and the services such lines come from (None: it does not depend on a service)."""

    icon: str
    word: str
    asks: tuple[str, ...] = ()
    sources: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Row:
    """Chips of which one is chosen. `name` is the filter's in the API and in the page's addresses; the chip named "" filters nothing."""

    name: str
    label: str
    chips: Mapping[str, Chip]


CHIPS: Mapping[str, Chip] = {
    "": Chip("clock", "All"),
    "notes": Chip("note", "Notes", ("note", "comment", "task"), ()),
    "emails": Chip("mail", "Emails", ("email", "campaign"), ("mail", "campaigns")),
    "talks": Chip("phone", "Calls and meetings", ("call", "meeting"), ("calendar",)),
    "tickets": Chip("ticket", "Tickets", ("ticket", "request"), ("tickets",)),
    "deals": Chip("deal", "Deals", ("deal",), ("deals",)),
    "finance": Chip("money", "Finance", ("invoice", "payment", "estimate"), ("finance",)),
    "documents": Chip("document", "Documents", ("document", "file"), ("documents", "files")),
    "forms": Chip("form", "Forms", ("form", "consent"), ("forms", "consent")),
    "record": Chip("record", "Record", ("contact", "account", "duplicate", "outreach"), ()),
}
"""In the order people look for them. Together they hold every kind, so that nothing is found under All only."""

ROWS = (Row("kind", "Kind of activity", CHIPS),)
"""Every filter of the page. One more is a row here: `Choice` carries it to the API and through every link."""


@dataclass(frozen=True)
class Choice:
    """The chip chosen in every row, by name: all that a route, a link or a question to the API needs to know of it."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, query: Mapping[str, str], rows: tuple[Row, ...] = ROWS) -> Choice:
        """What an address says. A name that is not on offer is as good as none."""
        asked = [(row, query.get(row.name, "")) for row in rows]
        return cls(tuple(name if name in row.chips else "" for row, name in asked), rows)

    def instead(self, row: Row, name: str) -> Choice:
        """The same with another chip of one row."""
        return replace(self, names=tuple(name if here == row else kept for here, kept in self._pairs()))

    @property
    def link(self) -> str:
        """The query of every address of the page that shows such lines."""
        return urlencode([(row.name, name) for row, name in self._pairs()])

    @property
    def asked(self) -> list[tuple[str, str]]:
        """The query for the timeline's API."""
        return [(row.name, value) for row, name in self._pairs() for value in row.chips[name].asks]

    @property
    def narrows(self) -> bool:
        return any(self.names)

    @property
    def chip(self) -> Chip:
        """What is chosen, as one chip: lines that fit several come only from services behind all of them."""
        chips = [row.chips[name] for row, name in self._pairs() if name] or [self.rows[0].chips[""]]
        each = [chip.sources for chip in chips if chip.sources is not None]
        sources = tuple(source for source in each[0] if all(source in other for other in each)) if each else None
        return Chip(chips[0].icon, " · ".join(chip.word for chip in chips), sources=sources)

    def _pairs(self) -> Iterable[tuple[Row, str]]:
        return zip(self.rows, self.names, strict=True)


EVERYTHING = Choice.of({})


@dataclass(frozen=True)
class Entry:
    """One line."""

    id: str
    at: datetime
    clock: str
    icon: str
    kind: str
    title: str
    text: str
    actor: str
    backfilled: bool


@dataclass(frozen=True)
class Day:
    """The lines of one day, newest first."""

    iso: str
    name: str
    entries: tuple[Entry, ...]


def entry(item: Json, members: Mapping[str, str], zone: ZoneInfo) -> Entry | None:
    """A line of the API; one without a readable time has no place in a history."""
    at = words.moment(item.get("at"))
    if at is None:
        return None
    name = str(item.get("kind") or "")
    icon, word = KINDS.get(name, ("info", words.plain(name)))
    return Entry(
        id=str(item.get("id", "")),
        at=at,
        clock=words.clock(at, zone),
        icon=icon,
        kind=word,
        title=str(item.get("sentence") or word),
        text=str(item.get("text") or ""),
        actor=actor(item.get("actor") or {}, members),
        backfilled=bool(item.get("backfill")),
    )


def never_heard(chip: Chip, as_of: Mapping[str, Any]) -> tuple[str, ...]:
    """The services behind a chip that nothing ever came from: of them nobody knows whether there is something."""
    return tuple(source for source in chip.sources or () if source not in as_of)


def actor(who: Json, members: Mapping[str, str]) -> str:
    """A colleague by name, a program by its id; the contact and the machinery need no further name."""
    named = str(who.get("id") or "")
    if who.get("type") == "contact":
        return "by the contact"
    return members.get(named) or ("" if who.get("type") in {"system", None} else named)


def days(items: Iterable[Json], members: Mapping[str, str], today: date, zone: ZoneInfo) -> tuple[Day, ...]:
    """In the order given, which is newest first."""
    entries = [made for made in (entry(item, members, zone) for item in items) if made is not None]
    grouped = groupby(entries, key=lambda made: made.at.astimezone(zone).date())
    return tuple(Day(day.isoformat(), words.day_name(day, today), tuple(group)) for day, group in grouped)


@dataclass(frozen=True)
class Note:
    """Context a colleague wrote down."""

    id: str
    text: str
    author: str
    when: str
    edited: bool


def note(item: Json, members: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Note:
    at, author = words.moment(item.get("created_at")), str(item.get("author_id") or "")
    return Note(
        id=str(item.get("id", "")),
        text=str(item.get("text") or ""),
        author=members.get(author, author),
        when=words.when(at, now, zone) if at else "",
        edited=int(item.get("version") or 1) > 1,
    )
