"""What happened, grouped by the day it happened on in the reader's own zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
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
    """A choice of what to see: the kinds behind it, and the services such lines come from."""

    icon: str
    word: str
    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


CHIPS: Mapping[str, Chip] = {
    "": Chip("clock", "All"),
    "notes": Chip("note", "Notes", ("note", "comment", "task")),
    "emails": Chip("mail", "Emails", ("email", "campaign"), ("mail", "campaigns")),
    "talks": Chip("phone", "Calls and meetings", ("call", "meeting"), ("calendar",)),
    "tickets": Chip("ticket", "Tickets", ("ticket", "request"), ("tickets",)),
    "deals": Chip("deal", "Deals", ("deal",), ("deals",)),
    "finance": Chip("money", "Finance", ("invoice", "payment", "estimate"), ("finance",)),
    "documents": Chip("document", "Documents", ("document", "file"), ("documents", "files")),
    "forms": Chip("form", "Forms", ("form", "consent"), ("forms", "consent")),
    "record": Chip("record", "Record", ("contact", "account", "duplicate", "outreach")),
}
"""In the order people look for them. Together they hold every kind, so that nothing is found under All only."""


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
    details = item.get("details") or {}
    return Entry(
        id=str(item.get("id", "")),
        at=at,
        clock=words.clock(at, zone),
        icon=icon,
        kind=word,
        title=str(item.get("sentence") or word),
        text=str(details.get("snippet") or ""),
        actor=actor(item.get("actor") or {}, members),
        backfilled=bool(item.get("backfill")),
    )


def never_heard(chip: Chip, as_of: Mapping[str, Any]) -> tuple[str, ...]:
    """The services behind a chip that nothing ever came from: of them nobody knows whether there is something."""
    return tuple(source for source in chip.sources if source not in as_of)


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
