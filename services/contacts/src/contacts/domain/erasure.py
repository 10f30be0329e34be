"""A person's right to be forgotten: what has to be said for it, and what they were reached at, by which others forget too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from contacts.domain.contact import Contact
from contacts.domain.drafts import Given, Short
from contacts.domain.refusals import FieldError, Refused
from contacts.domain.revisions import Changes
from contacts.domain.search import full_name
from contacts.domain.text import folded


class ErasureWish(Given):
    """There is no way back, so whoever wants it says why, and once more of whom."""

    reason: Annotated[Short, Field(min_length=1, description="kept with who did it; no place for what is to be forgotten")]
    confirm: Annotated[str, Field(max_length=1_000, description="the contact's name, or its id")]


@dataclass(frozen=True)
class Tombstone:
    """All that is left of a contact: that there was one, and who had it erased when and why. Nothing can be under its id again."""

    contact_id: str
    version: int
    at: datetime
    by: str | None
    reason: str | None


@dataclass(frozen=True)
class Erased:
    """What was erased together. `shared_with` have an address or number of theirs too: nobody forgets what came by those."""

    tombstones: tuple[Tombstone, ...]
    shared_with: tuple[str, ...]


@dataclass(frozen=True)
class ReachedAt:
    """Addresses and numbers, as keys."""

    emails: frozenset[str]
    phones: frozenset[str]

    def without(self, others: ReachedAt) -> ReachedAt:
        return ReachedAt(self.emails - others.emails, self.phones - others.phones)


def confirmed(contact: Contact, wish: ErasureWish) -> None:
    """Raises Refused."""
    if wish.confirm.strip() != contact.id and folded(wish.confirm) != folded(full_name(contact)):
        raise Refused([FieldError("confirm", "Confirm with the contact's full name, or its id.")])


def reached_at(contacts: Iterable[Contact], history: Iterable[Changes] = ()) -> ReachedAt:
    """By these contacts as they are, and as they ever were."""
    contacts = tuple(contacts)
    emails = {email.normalised for contact in contacts for email in contact.emails}
    phones = {phone.e164 for contact in contacts for phone in contact.phones if phone.e164}
    for changes in history:
        emails.update(_listed(changes, "emails", "normalised"))
        phones.update(_listed(changes, "phones", "e164"))
    return ReachedAt(frozenset(emails), frozenset(phones))


def _listed(changes: Changes, field: str, key: str) -> Iterable[str]:
    change = changes.get(field)
    entries: list[Mapping[str, Any]] = [*(change.old or ()), *(change.new or ())] if change else []
    return [str(entry[key]) for entry in entries if entry.get(key)]
