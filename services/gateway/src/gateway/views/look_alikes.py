"""Contacts that may be the same person, with the reasons in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.views.contact import Person

Json = Mapping[str, Any]

PROBABLE = 0.75
HARDLY = 0.2
"""Below it somebody is shown for what they share, an address or a number, not for being the same person."""


@dataclass(frozen=True)
class LookAlike:
    """One possible match."""

    contact_id: str
    name: str
    detail: str
    word: str
    tone: str
    percent: int
    reasons: tuple[str, ...]
    against: tuple[str, ...] = ()
    pair_id: str = ""
    said_by: str = ""
    """Who said already that it is one person."""


def from_match(match: Json, members: Mapping[str, str]) -> LookAlike:
    """A match of somebody who is not saved yet."""
    return _look_alike(match, match["contact"], members)


def from_pair(pair: Json, contact_id: str, members: Mapping[str, str]) -> LookAlike | None:
    """The other one of a pair; nobody once that contact is gone."""
    other = next((contact for contact in pair["contacts"] if contact["id"] != contact_id), None)
    if other is None:
        return None
    return replace(_look_alike(pair, other, members), pair_id=str(pair["id"]), said_by=said_by(pair, members))


def said_by(pair: Json, members: Mapping[str, str]) -> str:
    """Who said of a pair that it is one person and is to be merged; nobody where it is only suspected."""
    if pair.get("status") != "to_merge":
        return ""
    by = str((pair.get("decision") or {}).get("by") or "")
    return members.get(by, by) or "Somebody"


def likeness(score: float, *, certain: bool) -> tuple[str, str, int]:
    """A score in words, its tone, and in percent."""
    percent = min(round(score * 100), 99)  # likely is not proven
    if certain:
        return "Almost certainly the same", "hold", percent
    if score >= PROBABLE:
        return "Probably the same", "caution", percent
    return "Perhaps the same" if score >= HARDLY else "Hardly the same", "info", percent


def _look_alike(found: Json, contact: Json, members: Mapping[str, str]) -> LookAlike:
    word, tone, percent = likeness(float(found["score"]), certain=bool(found["certain"]))
    reasons, against = for_and_against(found["reasons"])
    return LookAlike(str(contact["id"]), str(contact["name"] or "No name"), _card(contact, members), word, tone, percent, reasons, against)


def for_and_against(reasons: Iterable[Json]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What speaks for one person, and what against it, the weightiest first. What weighs nothing says nothing."""
    sorted_reasons = sorted(reasons, key=lambda reason: -abs(float(reason["weight"])))
    said = [(str(reason["text"]), float(reason["weight"])) for reason in sorted_reasons]
    return tuple(text for text, weight in said if weight > 0), tuple(text for text, weight in said if weight < 0)


def _card(contact: Json, members: Mapping[str, str]) -> str:
    """What tells people of one name apart: company, address, number, owner."""
    owner_id = contact.get("owner_id")
    owner = f"owner {members.get(owner_id, owner_id)}" if owner_id else "no owner"
    return _joined(contact.get("company"), *list(contact.get("emails") or ())[:1], *list(contact.get("phones") or ())[:1], owner)


def detail(person: Person) -> str:
    """The same from the contact itself."""
    company, email, phone = person.company, person.email, person.phone
    owner = f"owner {person.owner}" if person.owner else "no owner"
    return _joined(company.name if company else None, email.text if email else None, phone.text if phone else None, owner)


def _joined(*said: str | None) -> str:
    return " · ".join(filter(None, said))
