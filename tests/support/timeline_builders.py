"""Events as the contacts service and others would send them; a test names only what it is about."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.contracts.catalogue import EventData
from shared.contracts.contacts import (
    SOURCE,
    Contact,
    ContactCreated,
    ContactDeleted,
    ContactErased,
    ContactMerged,
    ContactUnmerged,
    ContactUpdated,
    Email,
    Phone,
)
from shared.contracts.deals import DealContact, DealWon
from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.contracts.tickets import TicketCreated
from shared.parties import mark
from timeline.domain import Actor, Entry

WORKSPACE = "acme"
NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)

_ticks = itertools.count()


def event(
    data: EventData, subject: str, *, sequence: int = 1, at: datetime | None = None, workspace: str = WORKSPACE, **more: Any
) -> Event:
    """Any event; each is a second later than the one before unless a time is given."""
    time = at or NOON + timedelta(seconds=next(_ticks))
    source = more.pop("source", SOURCE)
    return Event.of(data, source=source, workspace=workspace, subject=subject, sequence=sequence, time=time, **more)


def contact(contact_id: str, *, version: int = 1, emails: Iterable[str] = (), phones: Iterable[str] = (), **fields: Any) -> Contact:
    return Contact(
        id=contact_id,
        version=version,
        first_name=fields.pop("first_name", "Ada"),
        emails=tuple(Email(typed=address, normalised=address.lower()) for address in emails),
        phones=tuple(Phone(typed=number, e164=number) for number in phones),
        **fields,
    )


def contact_created(contact_id: str, *emails: str, **more: Any) -> Event:
    return event(ContactCreated(contact=contact(contact_id, emails=emails)), contact_id, **more)


def contact_updated(contact_id: str, *emails: str, sequence: int = 2, **more: Any) -> Event:
    return event(ContactUpdated(contact=contact(contact_id, version=sequence, emails=emails)), contact_id, sequence=sequence, **more)


def contact_deleted(contact_id: str, *emails: str, sequence: int = 2) -> Event:
    gone = contact(contact_id, version=sequence, emails=emails, deleted_at=NOON)
    return event(ContactDeleted(contact=gone), contact_id, sequence=sequence)


def contact_erased(contact_id: str, *emails: str, sequence: int = 9, **more: Any) -> Event:
    """`emails` are those that it alone had."""
    marks = tuple(mark(f"email:{email}") for email in emails)
    return event(ContactErased(contact_id=contact_id, marks=marks), contact_id, sequence=sequence, **more)


def contact_merged(survivor_id: str, *merged_ids: str, merge_id: str | None = None, sequence: int = 2, emails: Iterable[str] = ()) -> Event:
    survivor = contact(survivor_id, version=sequence, emails=emails, merged_ids=merged_ids)
    data = ContactMerged(contact=survivor, merge_id=merge_id or uuid.uuid4().hex, survivor_id=survivor_id, merged_ids=merged_ids)
    return event(data, survivor_id, sequence=sequence)


def contact_unmerged(survivor_id: str, *restored_ids: str, merge_id: str, sequence: int = 3, emails: Iterable[str] = ()) -> Event:
    survivor = contact(survivor_id, version=sequence, emails=emails)
    return event(ContactUnmerged(contact=survivor, merge_id=merge_id, restored_ids=restored_ids), survivor_id, sequence=sequence)


CONTACTS_HISTORY = [
    contact_created("a", "a@acme.com", "info@acme.com"),
    contact_updated("a", "a@home.com", "info@acme.com", sequence=2),
    contact_created("b", "b@acme.com", "info@acme.com"),
    contact_merged("a", "b", merge_id="m1", sequence=3, emails=["a@home.com", "b@acme.com", "info@acme.com"]),
    contact_unmerged("a", "b", merge_id="m1", sequence=4, emails=["a@home.com"]),
    contact_created("z", "a@acme.com"),
    contact_merged("z", "b", merge_id="m2", sequence=2, emails=["a@acme.com", "b@acme.com"]),
    contact_deleted("a", "a@home.com", sequence=5),
    contact_created("e", "e@acme.com"),
    contact_erased("e", "e@acme.com", sequence=2),
]
"""Everything that happens to a directory, in the order it happened."""


def entry(entry_id: str = "e1", *, actor: str | None = None, **fields: Any) -> Entry:
    """An entry with little to say."""
    said: dict[str, Any] = {
        "at": NOON,
        "kind": "ticket",
        "type": "crm.tickets.ticket.created.v1",
        "source": "tickets",
        "sentence": "Ticket created",
        "refs": (),
        "details": {},
        "visibility": "all",
        "backfill": False,
    }
    return Entry(id=entry_id, actor=Actor(actor, "user" if actor else None), **said | fields)


def ticket_created(
    ticket_id: str = "t1", *, number: str = "31", contact_id: str | None = None, email: str | None = None, **more: Any
) -> Event:
    party = Party(contact_id=contact_id, email=email, role="requester")
    return event(TicketCreated(number=number, parties=(party,), **_carried(more)), ticket_id, source="/services/tickets", **more)


def deal_won(deal_id: str = "d1", *, contact_id: str, **more: Any) -> Event:
    data = DealWon(title="Renewal", contacts=(DealContact(contact_id=contact_id),), **_carried(more))
    return event(data, deal_id, source="/services/deals", **more)


def _carried(more: dict[str, Any]) -> dict[str, Any]:
    """What is the payload's, not the envelope's."""
    return {name: more.pop(name) for name in ("visibility", "backfill") if name in more}
