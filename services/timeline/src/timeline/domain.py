"""What happened to a contact, as one line each, and the notes people write about it. No I/O, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

NOTE_LIMIT = 10_000
"""Characters in a note."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it."""

    id: str | None
    type: str | None


@dataclass(frozen=True, slots=True)
class Ref:
    """A record of another service that an entry is about: `deal`, `ticket`, `invoice` and its id there."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event as it reads on a timeline. `id` is the event's, so an event is at most one entry."""

    # Documents and the API's answers have these fields, whatever they are. One added later needs a default, which is what entries stored
    # before it have; and `seen_by` decides whether others see it of a private mailbox.

    id: str
    at: datetime
    kind: str
    type: str
    source: str
    sentence: str
    text: str = ""
    """Words of the event itself, to stand under the sentence."""
    actor: Actor
    refs: tuple[Ref, ...]
    details: Mapping[str, Any]
    visibility: str
    backfill: bool


State = Literal["open", "closed", "gone"]
"""Of a record: somebody has still something to do with it, or not, or it was removed."""

MAY_BE_OPEN = frozenset({"deal", "document", "estimate", "invoice", "public_link", "task", "ticket"})
"""Kinds of records that are open until an event says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry(Entry):
    """An entry on its way to the timelines of everybody it is about, with what nobody is shown."""

    keys: tuple[str, ...]
    """The party keys of everybody it is about."""
    addresses: tuple[str, ...] = ()
    """The marks of all addresses its event named, also beside the id of a contact. They tell no address, so they outlast its person."""
    sequence: int = 0
    """The event's place among those of its record."""
    leaves: State | None = None
    """How the event leaves its record; None where it says nothing of that."""
    public_link: bool = False
    """The record can be read by whoever has its link."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking, and every role they may act in."""

    subject: str
    roles: frozenset[str]


def seen_by(entry: Entry, viewer: Viewer) -> Entry | None:
    """What this viewer may see of an entry: all, of a private mailbox the bare fact, or nothing."""
    match entry.visibility.split(":", 1):
        case ["all"]:
            return entry
        case ["mailbox"]:
            return entry if entry.actor.id == viewer.subject else outlined(entry)
        case ["role", role] if role in viewer.roles:
            return entry
    return None  # also where we don't know the word: whoever said it meant to keep it from somebody


COMPARING = frozenset({"duplicate"})
"""Kinds whose words about one contact are about another one as much."""


def outlined(entry: Entry) -> Entry:
    """The bare fact."""
    return replace(entry, sentence=outline(entry.type), text="", details={})


def outline(event_type: str) -> str:
    """`crm.finance.credit_note.issued.v1` -> `Credit note issued`."""
    words = " ".join(event_type.split(".")[2:4]).replace("_", " ")
    return words[:1].upper() + words[1:]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a timeline: entries are in the order of their time, those of one moment in the order of their ids."""

    at: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries are asked for; nothing said: any. `since` is included, `until` is not."""

    kinds: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    actor: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """A contact as the timeline knows it: `contact_id` is the survivor of the one asked for; not `known`: not heard of (yet).

    `visibility`, `owner_id` and `team` say for whom it is.
    """

    contact_id: str
    known: bool
    visibility: str = "all"
    owner_id: str | None = None
    team: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Count:
    """How many entries a timeline has, and the newest of them: enough to see that something came, however late."""

    entries: int
    newest: str | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many records of one kind there are, and how many of them are open. Those that were removed are not counted."""

    records: int
    open: int


@dataclass(frozen=True, slots=True)
class Dependents:
    """The records of one kind that used an address, and the newest entries that say so."""

    kind: str
    tally: Tally
    newest: tuple[Entry, ...]


def tallied(kind: str, states: Iterable[State | None]) -> Tally:
    """`states` are the latest known, one for each record."""
    here = [state for state in states if state != "gone"]
    return Tally(len(here), sum(state != "closed" for state in here) if kind in MAY_BE_OPEN else 0)


@dataclass(frozen=True, slots=True)
class Edit:
    """A text a note had, and who replaced it when."""

    text: str
    edited_by: str
    edited_at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """Context to share inside the team. Its version counts the writes, so that nobody overwrites what they have not read.

    `contact_id` is whose it is today, `written_on` the contact it was written on: with that one it goes when a merge is undone.
    """

    id: str
    contact_id: str
    written_on: str
    text: str
    author_id: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    deleted: bool = False
    history: tuple[Edit, ...] = field(default=())

    def may_be_changed_by(self, viewer: Viewer) -> bool:
        return self.author_id == viewer.subject or "manager" in viewer.roles

    def edited(self, text: str, by: str, at: datetime) -> Note:
        earlier = Edit(self.text, by, at)
        return replace(self, text=text, updated_at=at, version=self.version + 1, history=(*self.history, earlier))

    def removed(self, at: datetime) -> Note:
        return replace(self, updated_at=at, version=self.version + 1, deleted=True)
