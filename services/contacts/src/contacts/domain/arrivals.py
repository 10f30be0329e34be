"""Somebody came to us by a form, a mailbox or another program: who that is, and what stands in evidence of it.

Events come in any order and again. Whoever is known at an address is not made again; what the forms service thinks of a submission later
(spam, deleted) may be heard before the submission itself, so what becomes of a person follows from all of their evidence together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import JsonValue, ValidationError

from contacts.domain import emails
from contacts.domain.contact import CUSTOM, Contact, Frozen, Review, Source
from contacts.domain.directory import Surroundings
from contacts.domain.drafts import Draft
from contacts.domain.editing import new_contact
from contacts.domain.quality import Correspondent
from contacts.domain.refusals import Refused
from contacts.domain.text import folded

MAX_PAYLOAD = 50_000
"""Characters of JSON; the service it came from has the rest."""

SAID_OF_THEMSELVES = (
    "first_name", "middle_name", "last_name", "suffix", "job_title", "emails", "phones", "company", "address", "birth_date", "owner_id",
)  # fmt: skip
"""Fields of a contact a form may fill. Status, tags and accounts are ours to decide."""

SAME = {"email": "emails", "phone": "phones", "role": "job_title", "title": "job_title", "owner": "owner_id", "lastname": "last_name",
        "firstname": "first_name"}  # fmt: skip
"""Other words for them."""

_between = re.compile(r"[._\-+]+")

Fate = Literal["spam", "deleted"]


class Evidence(Frozen):
    """What one arrival brought: a submission, a row, a message. Before the arrival is heard of, only what became of it.

    `visibility` is the producer's word on who may read it, `actor_id` whose mailbox it came to. Of what was deleted nothing is kept.
    """

    id: str
    contact_id: str | None = None
    type: str = "form"
    at: datetime | None = None
    title: str | None = None
    payload: Mapping[str, Any] = {}
    visibility: str = "all"
    actor_id: str | None = None
    spam_at: datetime | None = None
    deleted: bool = False

    @property
    def stands(self) -> bool:
        return self.spam_at is None and not self.deleted

    def with_fate(self, fate: Fate, at: datetime | None) -> Evidence:
        if fate == "spam":
            return self.model_copy(update={"spam_at": at})
        return self.model_copy(update={"deleted": True, "title": None, "payload": {}})

    def about(self, contact_id: str, noted: Evidence | None) -> Evidence:
        """With whom it is about, and what was heard of it before."""
        known = self.model_copy(update={"contact_id": contact_id, "spam_at": noted.spam_at if noted else None})
        return known.with_fate("deleted", None) if noted is not None and noted.deleted else known


@dataclass(frozen=True)
class Arrival:
    """Somebody came by `source`; `said` is what they say of themselves, `contact_id` whom the producer takes them for.

    `mail` is what the arrival adds to the mail with their address.
    """

    evidence: Evidence
    source: Source
    said: Draft
    at: datetime
    contact_id: str | None = None
    mail: Correspondent | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        """The keys they can be reached at."""
        return tuple(emails.normalised(email.typed) for email in self.said.emails)

    @property
    def counts(self) -> tuple[Correspondent, ...]:
        return (self.mail,) if self.mail is not None else tuple(Correspondent(address=address) for address in self.addresses)

    @property
    def names_somebody(self) -> bool:
        return bool(self.said.emails or self.said.phones or self.said.first_name or self.said.last_name)


def said(answers: Mapping[str, JsonValue]) -> Draft:
    """What of the answers can be a contact's. A value that can't be is left out: it stays in the evidence."""
    wanted: dict[str, Any] = {}
    custom: dict[str, JsonValue] = {}
    for name, value in answers.items():
        field = SAME.get(name, name)
        if value in (None, "", [], {}):
            continue
        if field == "name" and isinstance(value, str) and "first_name" not in answers:
            first, _, last = value.strip().partition(" ")
            wanted |= _valid("first_name", first) | _valid("last_name", last.strip())
        elif field.startswith(CUSTOM) and _valid("custom", {field.removeprefix(CUSTOM): value}):
            custom[field.removeprefix(CUSTOM)] = value
        elif field in SAID_OF_THEMSELVES:
            wanted |= _valid(field, [value] if field in ("emails", "phones") and not isinstance(value, list) else value)
        elif field == "custom" and isinstance(value, dict):
            custom |= value
    return Draft.model_validate(wanted | _valid("custom", custom) if custom else wanted)


def from_address(address: str) -> Draft:
    """All that a mail says of who wrote it: `ada.lovelace@...` is Ada Lovelace until somebody knows better."""
    mailbox = address.partition("@")[0]
    words = [word for word in _between.split(mailbox) if word]
    named = 2 <= len(words) <= 3 and all(word.isalpha() and len(word) > 1 for word in words)
    names = {"first_name": words[0].title(), "last_name": " ".join(words[1:]).title()} if named else {"first_name": mailbox}
    return Draft.model_validate({**names, "emails": [address]})


def newcomer(arrival: Arrival, around: Surroundings, *, contact_id: str) -> Contact:
    """The contact somebody unknown becomes. What can't be taken from what they said is left out, and nobody is owner of them yet."""
    draft = only(arrival.said, arrival.said.model_fields_set - {"owner_id"})
    if not draft.first_name:
        draft = Draft.model_validate({**_given(draft), "first_name": draft.last_name or _called(arrival)})
    source = arrival.source.model_copy(update={"first_seen_at": arrival.at})
    while True:
        try:
            return new_contact(draft, source, around, contact_id=contact_id, now=arrival.at)
        except Refused as refused:
            wrong = {error.field.partition(".")[0] for error in refused.errors} & draft.model_fields_set
            if not wrong - {"first_name"}:
                raise
            draft = only(draft, draft.model_fields_set - wrong | {"first_name"})


def recognised(arrival: Arrival, people: Iterable[Contact]) -> Contact | None:
    """Which of the people who have one of the addresses this is: of a job's mailbox whoever has the name, else who was there first.

    Those who are deleted are recognised too, after all others: they are not made again behind the back of who deleted them.
    """
    known = sorted(people, key=lambda person: (person.deleted_at is not None, person.merged_into is not None, person.created_at, person.id))
    alone = [person for person in known if not _shares(person, arrival.addresses)]
    if alone or not (arrival.said.first_name or arrival.said.last_name) or arrival.source.type == "mailbox":
        return next(iter(alone or known), None)
    name = _name(arrival.said.first_name, arrival.said.last_name)
    return next((person for person in known if _name(person.first_name, person.last_name) == name), None)


def judged(contact: Contact, evidence: Sequence[Evidence]) -> Contact:
    """The contact after all evidence of them. Where all of it is spam, somebody still pending is rejected; who was rejected for that reason
    alone, by no person, comes up again with the first evidence that is none. What people decided stays."""
    spam = max((entry.spam_at for entry in evidence if entry.spam_at is not None), default=None)
    stands = any(entry.stands for entry in evidence)
    if contact.review.state == "pending" and spam and not stands and contact.deleted_at is None and contact.merged_into is None:
        return contact.model_copy(update={"review": Review(state="rejected", at=spam, reason="spam"), "deleted_at": spam})
    if rejected_by_nobody(contact) and stands:
        return contact.model_copy(update={"review": Review(state="pending"), "deleted_at": None})
    return contact


def rejected_by_nobody(contact: Contact) -> bool:
    return contact.review.state == "rejected" and contact.review.by is None


def waits(contact: Contact) -> bool:
    """Whether more evidence can still change what becomes of them."""
    return rejected_by_nobody(contact) or (contact.review.state == "pending" and contact.deleted_at is None)


def only(draft: Draft, fields: Iterable[str]) -> Draft:
    """The draft with these of its fields."""
    return Draft.model_validate({name: value for name, value in _given(draft).items() if name in set(fields)})


def bounded(payload: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """What is kept of a payload; of one that is too large the small parts, and the names of the others."""
    if len(json.dumps(payload, ensure_ascii=False)) <= MAX_PAYLOAD:
        return dict(payload)
    kept: dict[str, JsonValue] = {}
    left_out: list[JsonValue] = []
    room = MAX_PAYLOAD // 2
    for name, value in payload.items():
        size = len(json.dumps({name: value}, ensure_ascii=False))
        if size <= room:
            kept[name], room = value, room - size
        elif len(left_out) < 100:
            left_out.append(name[:100])
    return {**kept, "left_out": left_out}


def _given(draft: Draft) -> dict[str, Any]:
    return draft.model_dump(mode="json", exclude_unset=True)


def _valid(field: str, value: JsonValue) -> dict[str, Any]:
    if field == "emails":
        value = [entry for entry in value if _is_address(entry)] if isinstance(value, list) else []
    try:
        Draft.model_validate({field: value})
    except ValidationError:
        return {}
    return {field: value} if value else {}


def _is_address(entry: JsonValue) -> bool:
    typed = entry.get("typed") if isinstance(entry, dict) else entry
    try:
        return isinstance(typed, str) and bool(emails.normalised(typed))
    except emails.InvalidAddressError:
        return False


def _called(arrival: Arrival) -> str:
    mailboxes = [address.partition("@")[0] for address in arrival.addresses]
    return next(iter([*mailboxes, *(phone.typed for phone in arrival.said.phones)]), "")


def _shares(person: Contact, addresses: Collection[str]) -> bool:
    """Whether all they have in common with the arrival are addresses several people may have."""
    return all(email.shared for email in person.emails if email.normalised in addresses)


def _name(first: str | None, last: str | None) -> str:
    return folded(f"{first or ''} {last or ''}")
