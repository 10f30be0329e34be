"""What an email address carries with it: what came to it, what waits for it, and what becomes of that where it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.views import words
from gateway.views.contact import Person
from gateway.views.holdings import counts

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Dependent:
    """One kind of thing that used the address."""

    words: str
    open: int
    newest: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Weight:
    """All that is known to hang on an address; `known` is False where nobody could be asked."""

    known: bool
    dependents: tuple[Dependent, ...] = ()
    waiting: tuple[str, ...] = ()

    @property
    def nothing(self) -> bool:
        return self.known and not self.dependents


def weight(answer: Json, now: datetime, zone: ZoneInfo) -> Weight:
    """From what the timeline says of one address."""
    item: Json = next(iter(answer.get("items") or ()), {})
    dependents = [_dependent(found, now, zone) for found in item.get("dependents") or () if found.get("count")]
    return Weight(True, tuple(dependents), counts(item.get("unresolved") or {}))


def _dependent(found: Json, now: datetime, zone: ZoneInfo) -> Dependent:
    newest = []
    for one in found.get("newest") or ():
        at = words.moment(one.get("at"))
        newest.append((str(one.get("sentence") or ""), words.when(at, now, zone) if at else ""))
    return Dependent(", ".join(counts({str(found.get("kind")): int(found["count"])})), int(found.get("open") or 0), tuple(newest))


@dataclass(frozen=True)
class Consequence:
    """What one choice means for one thing."""

    about: str
    words: str


def here(person: Person, purpose: str, weight: Weight, *, primary: bool) -> tuple[Consequence, ...]:
    """What it means to add the address to this contact."""
    waiting = _joined(weight.waiting)
    history = "Mail to and from it is in this contact’s history from now on"
    history += f", and what already waits for it is attached: {waiting}." if waiting else "; nothing waits for it."
    if not weight.known:
        history = "Mail to and from it is in this contact’s history from now on; how much waits for it is unknown right now."
    return (
        Consequence("Email history", history),
        Consequence("Billing documents", _goes(person, "billing", "Invoices and estimates", purpose, primary=primary)),
        Consequence("Support tickets", _goes(person, "support", "Answers to tickets", purpose, primary=primary)),
    )


def apart(person: Person, weight: Weight) -> tuple[Consequence, ...]:
    """What it means to keep the address on a contact of its own."""
    waiting = _joined(weight.waiting)
    attached = f", with what already waits for it: {waiting}" if waiting else ""
    return (
        Consequence("Email history", f"It gets a page of its own{attached}. {person.name}’s stays as it is, and both name each other."),
        Consequence("Billing documents", f"Documents for it are the new contact’s. {_stays(person, 'billing')}"),
        Consequence("Support tickets", f"Tickets from it are the new contact’s. {_stays(person, 'support')}"),
    )


def _goes(person: Person, purpose: str, what: str, chosen: str, *, primary: bool) -> str:
    own = _own(person, purpose)
    if chosen == purpose and (primary or not own):
        return f"{what} go to it from now on."
    if own:
        return f"{what} keep going to {own[0]}."
    if primary or not person.emails:
        return f"{what} go to it, as the primary address."
    return f"{what} keep going to {person.email.text if person.email else 'nobody'}, the primary address."


def _stays(person: Person, purpose: str) -> str:
    to = [*_own(person, purpose), *([person.email.text] if person.email else [])]
    return f"{person.name}’s keep going to {to[0]}." if to else f"{person.name} has no address for them."


def _own(person: Person, purpose: str) -> list[str]:
    return [email.text for email in person.emails if email.usable and email.purpose == purpose]


def _joined(said: Sequence[str]) -> str:
    return ", ".join(said)
