"""What was typed for a new contact, beside a contact that is here already: what it would change there, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.fields import Field
from gateway.forms import LABELS, NewContact
from gateway.kinds import SEVERAL
from gateway.saving import base
from gateway.views.details import Around
from gateway.views.entries import EMAILS, LINKS, PHONES
from gateway.views.values import Glossary

Json = Mapping[str, Any]

SIGNIFICANT = 7
"""Digits at the end of two numbers that make them one, with or without what comes before."""


@dataclass(frozen=True)
class Difference:
    """One field: what it is now, what was typed, and what the API is sent when that is taken. `base` is what it was compared with."""

    name: str
    label: str
    now: str
    typed: str
    patch: Json
    base: str
    chosen: bool = True


def differences(form: NewContact, account_id: str | None, contact: Json, around: Around) -> tuple[Difference, ...]:
    """Only what would change something. What the form began with, and nobody typed, is not chosen beforehand."""
    return (*_reached(form, account_id, contact, around), *_fields(form, contact, around))


def _reached(form: NewContact, account_id: str | None, contact: Json, around: Around) -> Iterator[Difference]:
    def added(name: str, typed: str, entry: Json, entries: list[Json]) -> Difference:
        shown = ", ".join(Glossary(around.members, around.zone).lines(name, entries))
        return Difference(name, LABELS[name], shown, typed, {name: [*entries, entry]}, base(entries))

    emails, phones, links = EMAILS.entries(contact), PHONES.entries(contact), LINKS.entries(contact)
    email, phone, company = form.text("email"), form.text("phone"), form.text("company")
    if email and email.casefold() not in {str(known["normalised"]) for known in emails}:
        yield added("emails", email, {"typed": email, "primary": not emails}, emails)
    if phone and not any(_same_number(phone, str(known.get("e164") or known["typed"])) for known in phones):
        yield added("phones", phone, {"typed": phone, "primary": not phones}, phones)
    if account_id and all(link["account_id"] != account_id for link in links):
        yield added("accounts", company, {"account_id": account_id, "primary": not links}, links)
    elif company and not account_id and company != contact.get("company"):
        now = str(contact.get("company") or "")
        yield Difference("company", LABELS["company"], now, company, {"company": company}, base(contact.get("company")), not links)


def _fields(form: NewContact, contact: Json, around: Around) -> Iterator[Difference]:
    for field in form.fields:
        typed, now = form.value(field), field.of(contact)
        if field.kind in SEVERAL:
            typed = list(dict.fromkeys([*(now or ()), *(typed or ())]))
        if typed in (None, [], False, now):
            continue
        words = [around.text(field, value) for value in (now, typed)]
        yield Difference(field.name, field.label, words[0], words[1], field.patch(typed), base(now), _meant(field, typed, now))


def _meant(field: Field, typed: Any, now: Any) -> bool:
    """An owner and a default are in the form before anybody types."""
    begun = field.name == "owner_id" or typed == field.default
    return now in (None, "", []) if begun else True


def _same_number(one: str, other: str) -> bool:
    ends = ["".join(sign for sign in number if sign.isdigit())[-SIGNIFICANT:] for number in (one, other)]
    return ends[0] == ends[1] and len(ends[0]) == SIGNIFICANT


def taken(found: tuple[Difference, ...], names: Mapping[str, str]) -> Json | None:
    """One change of all that was chosen (name to what it was compared with); None where one of them is another by now."""
    changes: dict[str, Any] = {}
    chosen = [difference for difference in found if difference.name in names]
    if any(difference.base != names[difference.name] for difference in chosen):
        return None
    for difference in chosen:
        changes |= {name: {**changes.get(name, {}), **part} if name == "custom" else part for name, part in difference.patch.items()}
    return changes
