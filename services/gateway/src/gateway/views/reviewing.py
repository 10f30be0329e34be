"""What waits for a review, as the page shows it: who, from where, on what evidence, and what there is to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.views import words
from gateway.views.contact import SOURCES, Person, person
from gateway.views.look_alikes import LookAlike
from gateway.views.values import Glossary
from gateway.views.viewing import NONE, Hidden

Json = Mapping[str, Any]

HINTS = {
    "two_way": ("ok", "Conversation"),
    "one_off": ("info", "One message"),
    "automated": ("caution", "Newsletter or auto-reply"),
    "colleague": ("caution", "Colleague"),
}
REASONS = {"spam": "Spam", "internal": "Internal", "wrong_person": "Wrong person"}
"""Why somebody is rejected, in the API's words and ours; any other words do too."""
DECIDED = {
    "approved": "Approved",
    "approved_as_update": "Taken over as an update",
    "rejected": "Rejected",
    "auto": "Approved at once: trusted",
}
LONG = 500
"""More of one answer is cut off here; it is kept whole."""


@dataclass(frozen=True)
class Filter:
    """A row of links: by the query parameter, what may be chosen."""

    name: str
    label: str
    words: Mapping[str, str]


FILTERS = (
    Filter("state", "State", {"": "To review", "approved": "Approved", "rejected": "Rejected"}),
    Filter("source", "Source", {"": "Every source", **{name: SOURCES[name] for name in ("form", "mailbox", "import", "integration")}}),
    Filter("kind", "Kind", {"": "All", "new": "New people", "update": "Updates"}),
    Filter("quality", "Found in a mailbox", {"": "Any mail", **{name: word for name, (_, word) in HINTS.items()}}),
)


@dataclass(frozen=True)
class Evidence:
    """One arrival: what came in, as far as the reader may see it."""

    title: str
    when: str
    answers: tuple[tuple[str, str], ...]
    withheld: bool


@dataclass(frozen=True)
class Change:
    """A field an update would change."""

    field: str
    label: str
    now: str
    proposed: str


@dataclass(frozen=True)
class Item:
    """One entry of the queue. `hint` is tone, word and sentence of how much it is worth a look."""

    id: str
    kind: str
    person: Person | None
    update_of: str
    source: str
    when: str
    hint: tuple[str, str, str] | None
    preselected: bool
    evidence: tuple[Evidence, ...]
    changes: tuple[Change, ...]
    open: bool
    decided: str

    @property
    def name(self) -> str:
        return self.person.name if self.person else "Somebody who is gone"


@dataclass(frozen=True)
class Alike:
    """Whom somebody new may be; `heard` says since when nobody can tell."""

    matches: tuple[LookAlike, ...] = ()
    heard: str = ""
    unseen: Hidden = NONE


NOBODY = Alike()


def item(said: Json, glossary: Glossary, now: datetime) -> Item:
    quality, contact, source = said.get("quality"), said.get("contact"), said.get("source") or {}
    kind = str(source.get("type") or "")
    return Item(
        id=str(said["id"]),
        kind=str(said["kind"]),
        person=person(contact, glossary.members, now, glossary.zone) if contact else None,
        update_of=str(said.get("update_of") or ""),
        source=" ".join(filter(None, (SOURCES.get(kind, words.plain(kind)), str(source.get("id") or "")))),
        when=_when(said.get("at"), now, glossary.zone),
        hint=_hint(quality) if quality else None,
        preselected=said["kind"] == "new" and bool(quality is None or quality.get("preselected")),
        evidence=tuple(_evidence(entry, now, glossary.zone) for entry in said.get("evidence") or ()),
        changes=tuple(
            Change(field, glossary.label(field), glossary.said(field, change.get("now")), glossary.said(field, change.get("proposed")))
            for field, change in (said.get("changes") or {}).items()
        ),
        open=said.get("state", "pending") == "pending",
        decided=_decided(said, glossary, now),
    )


def _hint(quality: Json) -> tuple[str, str, str]:
    tone, word = HINTS.get(str(quality.get("hint")), ("info", words.plain(str(quality.get("hint") or ""))))
    return tone, word, str(quality.get("text") or "")


def _evidence(entry: Json, now: datetime, zone: ZoneInfo) -> Evidence:
    payload = entry.get("payload") or {}
    kind = str(entry.get("type") or "")
    return Evidence(
        title=str(entry.get("title") or SOURCES.get(kind, words.plain(kind))),
        when=_when(entry.get("at"), now, zone),
        answers=tuple((words.plain(str(name)), text) for name, value in payload.items() if (text := _text(value))),
        withheld=not payload and not entry.get("title"),
    )


def _text(value: Any) -> str:
    """An answer in one line. What is nested is named by its keys."""
    match value:
        case None | "" | [] | {}:
            return ""
        case dict():
            text = ", ".join(f"{words.plain(str(name))}: {said}" for name, entry in value.items() if (said := _text(entry)))
        case list():
            text = ", ".join(filter(None, map(_text, value)))
        case bool():
            text = "Yes" if value else "No"
        case _:
            text = str(value)
    return text if len(text) <= LONG else text[:LONG] + " …"


def _decided(said: Json, glossary: Glossary, now: datetime) -> str:
    decision = said.get("decision")
    if not decision:
        return ""
    who, when, reason = glossary.member(said.get("by")), _when(said.get("reviewed_at"), now, glossary.zone), str(said.get("reason") or "")
    parts = [DECIDED.get(str(decision), words.plain(str(decision))), f"by {who}" if who else "", when, REASONS.get(reason, reason)]
    return " · ".join(filter(None, parts))


def _when(value: object, now: datetime, zone: ZoneInfo) -> str:
    at = words.moment(value)
    return words.when(at, now, zone) if at else ""


@dataclass(frozen=True)
class Outcome:
    """What a decision came to: how many were decided, and of the others why not, by item."""

    done: int
    verb: str
    failed: Mapping[str, str]


def outcome(rows: Iterable[Json], decision: str) -> Outcome:
    each = list(rows)
    failed = {str(row["id"]): str(row.get("detail") or words.plain(str(row["error"]))) for row in each if row.get("error")}
    verb = {"approve": "approved", "approve_as_update": "taken over", "reject": "rejected"}[decision]
    return Outcome(len(each) - len(failed), verb, failed)
