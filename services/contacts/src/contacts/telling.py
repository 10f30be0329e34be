"""What is told of an erasure, and by what others recognise whom they have to forget: digests, never an address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from contacts.domain.erasure import ReachedAt, Tombstone
from contacts.domain.revisions import Cause
from shared.contracts import contacts
from shared.contracts.envelope import Event
from shared.messaging import Erasure, Traces
from shared.parties import email_key, mark


def marks_of(reached: ReachedAt) -> frozenset[str]:
    """Addresses and numbers so that they can be recognised and not read."""
    emails = (email_key(address) or f"email:{address}" for address in reached.emails)
    return frozenset(map(mark, (*emails, *(f"phone:{number}" for number in reached.phones))))


def told_of_erasure(grave: Tombstone, marks: Collection[str], cause: Cause, workspace: str) -> Event:
    return Event.of(
        contacts.ContactErased(contact_id=grave.contact_id, marks=tuple(sorted(marks))),
        source=contacts.SOURCE,
        workspace=workspace,
        subject=grave.contact_id,
        sequence=grave.version,
        time=cause.at,
        correlationid=cause.correlation_id,
        actorid=cause.actor_id,
        actortype=cause.actor_type,
    )


def erasure_of(grave: Tombstone, marks: Collection[str], workspace: str) -> Erasure:
    return Erasure(workspace, grave.contact_id, frozenset(marks), grave.at)


def traces_of_arrival(workspace: str, contact_id: str | None, addresses: Collection[str], said_at: datetime) -> Traces:
    words = frozenset({contact_id} if contact_id else ())
    return Traces(frozenset({workspace}), said_at, words, marks_of(ReachedAt(frozenset(addresses), frozenset())))


def emptied(event: Event) -> Event:
    """What may still be told of a contact that was erased before this was: that it changed, once."""
    data = contacts.ContactUpdated(contact=contacts.Contact(id=event.subject, version=event.sequence))
    return event.model_copy(update={"type": data.TYPE, "data": data})
