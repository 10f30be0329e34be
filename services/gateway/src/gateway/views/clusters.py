"""Records that may be one person, as the page shows them: who, how sure, why, and which run or integration made them (KC5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.views import words
from gateway.views.contact import SOURCES
from gateway.views.look_alikes import for_and_against, likeness, said_by
from gateway.views.viewing import NONE, Hidden, hidden

Json = Mapping[str, Any]

MOST_COMPARED = 10
"""So many columns can still be read side by side; the API takes more."""
REASONS_SHOWN = 4
PAIRS_SHOWN = 20


@dataclass(frozen=True)
class Member:
    """One of the records. What it has on its timeline is told beside it."""

    id: str
    name: str
    email: str
    more_emails: int
    phone: str
    company: str
    owner: str
    origin: str


@dataclass(frozen=True)
class Origin:
    """Where some of the records came from: in words, and as the list is narrowed to it."""

    words: str
    source: str
    run: str
    number: int


@dataclass(frozen=True)
class Reason:
    """A sentence that speaks for one person, or against it, and of how many of the pairs it holds, where not of all."""

    text: str
    of: str


@dataclass(frozen=True)
class Pair:
    """Two of the records."""

    names: tuple[str, str]
    word: str
    tone: str
    percent: int
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    said_by: str


@dataclass(frozen=True)
class Cluster:
    """The whole. `said_by` are those who said already of some of them that they are one person."""

    id: str
    members: tuple[Member, ...]
    word: str
    tone: str
    percent: int
    reasons: tuple[Reason, ...]
    against: tuple[Reason, ...]
    pairs: tuple[Pair, ...]
    more_pairs: int
    made_by: tuple[Origin, ...]
    said_by: tuple[str, ...]
    left_out: int
    unseen: Hidden = NONE

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(member.id for member in self.members)

    @property
    def compared(self) -> tuple[str, ...]:
        """Those who are merged at once."""
        return self.ids[:MOST_COMPARED]

    @property
    def names(self) -> str:
        return joined([member.name for member in self.members])

    @property
    def name(self) -> str:
        """What most of them are called."""
        called = [member.name for member in self.members]
        return max(called, key=called.count)


def cluster(said: Json, members: Mapping[str, str]) -> Cluster:
    word, tone, percent = likeness(float(said["score"]), certain=bool(said["certain"]))
    people = tuple(_member(contact, members) for contact in said["contacts"])
    names = {person.id: person.name for person in people}
    pairs: Sequence[Json] = said["pairs"]
    deciders = dict.fromkeys(by for pair in pairs if (by := said_by(pair, members)))
    sides = [for_and_against(pair["reasons"]) for pair in pairs]
    return Cluster(
        id=str(said["id"]),
        members=people,
        word=word,
        tone=tone,
        percent=percent,
        reasons=_strongest([reasons for reasons, _ in sides]),
        against=_strongest([against for _, against in sides]),
        pairs=tuple(_pair(pair, names, members) for pair in pairs[:PAIRS_SHOWN]),
        more_pairs=max(len(pairs) - PAIRS_SHOWN, 0),
        made_by=tuple(_origin(made) for made in said["made_by"]),
        said_by=tuple(deciders),
        left_out=int(said.get("left_out") or 0),
        unseen=hidden(said.get("hidden") or (), members, more=True),
    )


def joined(names: Sequence[str]) -> str:
    """`Ada, Grace and 3 more`."""
    shown, more = list(names[:3]), len(names) - 3
    last = f"{more} more" if more > 0 else shown.pop() if len(shown) > 1 else ""
    return ", ".join(shown) + (f" and {last}" if last else "")


def _member(contact: Json, members: Mapping[str, str]) -> Member:
    emails, phones, owner = list(contact.get("emails") or ()), list(contact.get("phones") or ()), str(contact.get("owner_id") or "")
    return Member(
        id=str(contact["id"]),
        name=str(contact.get("name") or next(iter(emails), "") or "No name"),
        email=str(next(iter(emails), "")),
        more_emails=max(len(emails) - 1, 0),
        phone=str(next(iter(phones), "")),
        company=str(contact.get("company") or ""),
        owner=members.get(owner, owner),
        origin=origin(contact),
    )


def origin(said: Json) -> str:
    """`Import spring-fair`: the source of a record, and which one of its kind."""
    source = str(said.get("source") or "")
    return " ".join(filter(None, (SOURCES.get(source, words.plain(source or "unknown")), str(said.get("run") or ""))))


def _origin(made: Json) -> Origin:
    return Origin(origin(made), str(made.get("source") or ""), str(made.get("run") or ""), len(made["contact_ids"]))


def _pair(pair: Json, names: Mapping[str, str], members: Mapping[str, str]) -> Pair:
    one, other = (names.get(str(contact_id), "No name") for contact_id in pair["contact_ids"])
    word, tone, percent = likeness(float(pair["score"]), certain=bool(pair["certain"]))
    reasons, against = for_and_against(pair["reasons"])
    return Pair((one, other), word, tone, percent, reasons, against, said_by(pair, members))


def _strongest(pairs: Sequence[Sequence[str]]) -> tuple[Reason, ...]:
    """Of all the pairs' reasons those of the most pairs first, then as they weigh there."""
    held = Counter(text for texts in pairs for text in texts)

    def rank(text: str) -> tuple[int, int]:
        return -held[text], min(texts.index(text) for texts in pairs if text in texts)

    ranked = sorted(held, key=rank)[:REASONS_SHOWN]
    return tuple(Reason(text, "" if held[text] == len(pairs) else f"{held[text]} of {len(pairs)} pairs") for text in ranked)


def told_apart(told: Cluster, only: str) -> str:
    """What is so after somebody told them apart: all of them, or one from the others."""
    if only:
        name = next((member.name for member in told.members if member.id == only), "The record")
        return f"{name} is not the others."
    return f"{told.names} are {'two' if len(told.members) == 2 else 'different'} people."
