"""People, their contacts in the index, and events about them; a test names only what it is about."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.match import Match, compare
from dedupe.domain.person import Person, Phone, profile_of
from shared.contracts.catalogue import EventData
from shared.contracts.contacts import (
    SOURCE,
    Address,
    Contact,
    ContactCreated,
    ContactDeleted,
    ContactErased,
    ContactMerged,
    ContactUnmerged,
    ContactUpdated,
    Email,
    Relation,
)
from shared.contracts.contacts import Phone as PhoneSaid
from shared.contracts.envelope import Event
from shared.contracts.values import Change

WORKSPACE = "acme"
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

Deliver = Callable[..., Awaitable[None]]
Told = Callable[[], Awaitable[list[Event]]]

_ticks = itertools.count()


def person(name: str = "", *emails: str, phone: str = "", company: str = "", **fields: Any) -> Person:
    """`person("Ada Lovelace", "ada@example.org")`; the last word of a name is the last name."""
    first, _, last = name.rpartition(" ") if " " in name else (name, "", "")
    phones = (Phone(phone),) if phone else ()
    companies = (company,) if company else ()
    return Person(**{"first_name": first, "last_name": last, "emails": emails, "phones": phones, "companies": companies, **fields})


def match(one: Person, other: Person) -> Match:
    return compare(profile_of(one), profile_of(other))


def seen(one: Person, other: Person) -> set[str]:
    """Reasons of a match as `field:comparison`."""
    return {f"{reason.field}:{reason.comparison}" for reason in match(one, other).reasons}


def indexed(contact_id: str, who: Person, *, sequence: int = 1) -> IndexedContact:
    card = Card(who.first_name, who.last_name, who.emails, tuple(phone.typed for phone in who.phones))
    return IndexedContact.present(contact_id, sequence, who, card)


def contact(contact_id: str, who: Person, *, version: int = 1, **fields: Any) -> Contact:
    """The contact that the contacts service would send of this person."""
    return Contact(
        id=contact_id,
        version=version,
        first_name=who.first_name or None,
        middle_name=who.middle_name or None,
        last_name=who.last_name or None,
        suffix=who.suffix or None,
        job_title=who.job_title or None,
        emails=tuple(Email(typed=email, normalised=email.lower()) for email in who.emails),
        phones=tuple(PhoneSaid(typed=phone.typed, e164=phone.e164) for phone in who.phones),
        company=who.companies[0] if who.companies else None,
        address=Address(street=who.street or None, city=who.city or None, region=who.region or None, postcode=who.postcode or None),
        birth_date=who.birth_date or None,
        **fields,
    )


def event(data: EventData, subject: str, *, sequence: int = 1, workspace: str = WORKSPACE, **more: Any) -> Event:
    """Any event; each is a second later than the one before."""
    time = NOON + timedelta(seconds=next(_ticks))
    return Event.of(data, source=SOURCE, workspace=workspace, subject=subject, sequence=sequence, time=time, correlationid="corr-1", **more)


def created(contact_id: str, who: Person, *, workspace: str = WORKSPACE, **fields: Any) -> Event:
    return event(ContactCreated(contact=contact(contact_id, who, **fields)), contact_id, workspace=workspace)


def updated(contact_id: str, who: Person, *, sequence: int = 2, **fields: Any) -> Event:
    return event(ContactUpdated(contact=contact(contact_id, who, version=sequence, **fields)), contact_id, sequence=sequence)


def deleted(contact_id: str, who: Person, *, sequence: int = 2) -> Event:
    return event(ContactDeleted(contact=contact(contact_id, who, version=sequence, deleted_at=NOON)), contact_id, sequence=sequence)


def merged_away(contact_id: str, survivor_id: str, who: Person, *, sequence: int = 2, **fields: Any) -> Event:
    return updated(contact_id, who, sequence=sequence, merged_into=survivor_id, **fields)


def took_in(survivor_id: str, who: Person, *merged_ids: str, sequence: int = 2, also: tuple[str, ...] = ()) -> Event:
    """`also` are those that came with the merged ones, having been merged into them before."""
    after = contact(survivor_id, who, version=sequence, merged_ids=(*merged_ids, *also))
    data = ContactMerged(contact=after, merge_id=f"m-{survivor_id}-{sequence}", survivor_id=survivor_id, merged_ids=merged_ids)
    return event(data, survivor_id, sequence=sequence)


def gave_back(survivor_id: str, who: Person, *restored_ids: str, sequence: int = 3) -> Event:
    after = contact(survivor_id, who, version=sequence)
    return event(
        ContactUnmerged(contact=after, merge_id=f"m-{survivor_id}-{sequence - 1}", restored_ids=restored_ids),
        survivor_id,
        sequence=sequence,
        actorid="ann",
    )


def restored(contact_id: str, survivor_id: str, who: Person, *, sequence: int = 3, **fields: Any) -> Event:
    """What a contact says of itself when the merge that took it in is undone."""
    after = contact(contact_id, who, version=sequence, **fields)
    data = ContactUpdated(contact=after, changes={"merged_into": Change(old=survivor_id)})
    return event(data, contact_id, sequence=sequence, actorid="ann")


def kept_apart_from(contact_id: str) -> dict[str, Any]:
    """The field of a contact that was entered beside another one of the same person on purpose."""
    return {"relations": (Relation(contact_id=contact_id, kind="same_person"),)}


def erased(contact_id: str, *, sequence: int = 2) -> Event:
    return event(ContactErased(contact_id=contact_id), contact_id, sequence=sequence)
