"""Contacts that may be the same person, with the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.views.contact import Person

Json = Mapping[str, Any]

PROBABLE = 0.75


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


def from_match(match: Json, members: Mapping[str, str]) -> LookAlike:
    """A match of somebody who is not saved yet."""
    return _look_alike(match, match["contact"], members)


def from_pair(pair: Json, contact_id: str, members: Mapping[str, str]) -> LookAlike | None:
    """The other one of a pair; nobody once that contact is gone."""
    other = next((contact for contact in pair["contacts"] if contact["id"] != contact_id), None)
    return _look_alike(pair, other, members) if other is not None else None


def _look_alike(found: Json, contact: Json, members: Mapping[str, str]) -> LookAlike:
    score = float(found["score"])
    if found["certain"]:
        word, tone = "Almost certainly the same", "hold"
    elif score >= PROBABLE:
        word, tone = "Probably the same", "caution"
    else:
        word, tone = "Perhaps the same", "info"
    reasons = tuple(str(reason["text"]) for reason in found["reasons"] if float(reason["weight"]) > 0)
    name = str(contact["name"] or "No name")
    percent = min(round(score * 100), 99)  # likely is not proven
    return LookAlike(str(contact["id"]), name, _card(contact, members), word, tone, percent, reasons)


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
