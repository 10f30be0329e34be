"""The lists of a contact whose entries are edited one by one: addresses, numbers, places in companies. A row each, by the entry's key."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.saving import as_read, base
from gateway.views import words
from gateway.views.contact import Address, Company, company_of, email_of, phone_of
from gateway.views.viewing import NOBODY, Holders

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Listing:
    """`key` names an entry for as long as it is the same one; `controls` are the parts of it that people type or choose."""

    name: str
    one: str
    key: str
    controls: tuple[str, ...]
    purposes: tuple[str, ...] = ()

    def entries(self, contact: Json) -> list[Json]:
        """Those of now: a former place in a company is edited no more."""
        return [entry for entry in contact.get(self.name) or () if not entry.get("ended_at")]

    def blank(self) -> Row:
        """For an entry to be added."""
        return Row(self, typed=dict.fromkeys(self.controls, ""))

    def find(self, contact: Json, key: str) -> Json | None:
        return next((entry for entry in self.entries(contact) if entry[self.key] == key), None)

    def changed(self, contact: Json, key: str, carried: str, typed: Json | None) -> Json | None:
        """The list with one entry changed, added (where it was filled from nothing), or taken out (where nothing is typed), for the API.

        None where the entry is no longer what it was filled from.
        """
        entries, found = self.entries(contact), self.find(contact, key) if key else None
        if not as_read(found, carried):
            return None
        new = None if typed is None else {**(found or {}), **typed}
        after = [new if entry is found else entry for entry in entries] if found else [*entries, new]
        kept = [entry for entry in after if entry is not None]
        if typed and typed.get("primary"):
            kept = [{**entry, "primary": entry is new} for entry in kept]
        return {self.name: kept}


EMAILS = Listing("emails", "email address", "normalised", ("typed", "purpose"), ("work", "personal", "billing", "support"))
PHONES = Listing("phones", "phone number", "typed", ("typed", "purpose"), ("work", "mobile", "home", "billing", "support"))
LINKS = Listing("accounts", "account", "account_id", ("role", "title"))
LISTS: Mapping[str, Listing] = {listing.name: listing for listing in (EMAILS, PHONES, LINKS)}


@dataclass(frozen=True)
class Row:
    """One entry as it is, or as somebody typed it and could not save it. One without a key is new."""

    listing: Listing
    key: str = ""
    base: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    shown: Address | Company | None = None
    problem: str = ""
    theirs: str | None = None
    taken: Holders = NOBODY
    moved_to: str = ""
    saved: bool = False

    @property
    def id(self) -> str:
        """For elements: nothing of the entry can be read in it."""
        return f"{self.listing.name}-{hashlib.sha256(self.key.encode()).hexdigest()[:12] if self.key else 'new'}"

    @property
    def unsaved(self) -> bool:
        return bool(self.problem or self.theirs is not None)


_SHOWN: Mapping[str, Callable[[Json, Callable[[object], str]], Address | Company]] = {
    "emails": email_of,
    "phones": phone_of,
    "accounts": company_of,
}


def rows_of(name: str, contact: Json, now: datetime, zone: ZoneInfo) -> tuple[Row, ...]:
    """Every entry of a list, former ones too."""
    return tuple(row_of(LISTS[name], entry, now, zone) for entry in contact.get(name) or ())


def row_of(listing: Listing, entry: Json, now: datetime, zone: ZoneInfo) -> Row:
    def said(moment: object) -> str:
        at = words.moment(moment)
        return words.when(at, now, zone) if at else ""

    typed = {name: str(entry.get(name) or "") for name in listing.controls}
    return Row(listing, str(entry[listing.key]), base(entry), typed, _SHOWN[listing.name](entry, said))


def with_attempt(rows: Sequence[Row], attempt: Row) -> tuple[Row, ...]:
    """The rows with what somebody tried and could not save in its place; at the end, where its entry is gone or was never there."""
    if not any(row.key == attempt.key for row in rows):
        return (*rows, replace(attempt, base=""))
    return tuple(replace(attempt, base=attempt.base or row.base, shown=row.shown) if row.key == attempt.key else row for row in rows)
