"""The contracts' words to ours and back; the only place where a field of somebody else's payload is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dedupe.domain.indexed import Card, IndexedContact, identity_of
from dedupe.domain.pairs import Pair, Parting, Status
from dedupe.domain.person import Person, Phone
from shared import telemetry
from shared.auth import Principal
from shared.contracts import dedupe as said
from shared.contracts.contacts import Contact, ContactChanged, ContactErased, ContactUnmerged, Source
from shared.contracts.envelope import Event
from shared.contracts.values import Change

SAME_PERSON = "same_person"
NO_LONGER = "no_longer_alike"
CLOSED = {Status.MERGED: "merged", Status.KEPT_APART: "kept_apart"}
"""Why a pair is closed that nobody decided about, and whose contacts may well be alike."""


def indexed_from(event: Event) -> IndexedContact | None:
    """The contact as the index keeps it after this event; None where the event is not about a contact (a job)."""
    match event.data:
        case ContactErased():
            return IndexedContact.forgotten(event.subject, event.sequence)
        case ContactChanged(contact=contact) if contact.deleted_at is not None or contact.merged_into is not None:
            return IndexedContact.away(event.subject, event.sequence, contact.merged_into, contact.merged_ids, card=_for_whom(contact))
        case ContactChanged(contact=contact):
            return IndexedContact.present(
                event.subject,
                event.sequence,
                _person(contact),
                _card(contact),
                stands_for=contact.merged_ids,
                kept_apart=[related.contact_id for related in contact.relations if related.kind == SAME_PERSON],
            )
    return None


def partings_from(event: Event) -> list[Parting]:
    """What this event tells of an undone merge: the survivor's of all that were restored, a restored contact's of its survivor.

    Those restored together were each told apart from the survivor; nobody said anything about them among each other.
    """
    match event.data:
        case ContactUnmerged(restored_ids=restored_ids) as data:
            others: Sequence[str] = restored_ids
        case ContactChanged(changes={"merged_into": Change(old=str(survivor_id), new=None)}) as data:
            others = (survivor_id,)
        case _:
            return []
    like = identity_of(_person(data.contact))
    return [Parting(event.subject, other_id, event.sequence, like, event.actorid) for other_id in others]


def _person(contact: Contact) -> Person:
    address = contact.address
    current = [link.name for link in contact.accounts if link.ended_at is None]
    return Person(
        first_name=contact.first_name or "",
        middle_name=contact.middle_name or "",
        last_name=contact.last_name or "",
        suffix=contact.suffix or "",
        job_title=contact.job_title or "",
        emails=tuple(email.normalised for email in contact.emails),
        phones=tuple(Phone(phone.typed, phone.e164) for phone in contact.phones),
        companies=tuple(dict.fromkeys(filter(None, (contact.company, *current)))),
        street=(address and address.street) or "",
        city=(address and address.city) or "",
        region=(address and address.region) or "",
        postcode=(address and address.postcode) or "",
        birth_date=contact.birth_date.isoformat() if contact.birth_date else "",
    )


def _card(contact: Contact) -> Card:
    primary = sorted((link for link in contact.accounts if link.ended_at is None and link.name), key=lambda link: not link.primary)
    return replace(
        _for_whom(contact),
        first_name=contact.first_name or "",
        last_name=contact.last_name or "",
        emails=tuple(email.typed for email in contact.emails),
        phones=tuple(phone.e164 or phone.typed for phone in contact.phones),
        company=(primary[0].name if primary else contact.company) or "",
        source=contact.source.type,
        run=_run(contact.source),
    )


def _for_whom(contact: Contact) -> Card:
    return Card(owner_id=contact.owner_id or "", visibility=contact.visibility, team=tuple(sorted(contact.team)))


def _run(source: Source) -> str:
    """What is behind a slash tells one arrival of a source from the others: a row of an import, a message of a mailbox."""
    return (source.id or "").partition("/")[0]


def without_words(event: Event) -> Event:
    """What may still be told of a pair one of whose contacts was erased: not why somebody took them for two people."""
    words = {"reason": None} if isinstance(event.data, said.PairDismissed) else {}
    return event.model_copy(update={"data": event.data.model_copy(update=words)})


def payload_of(pair: Pair) -> said.Pair:
    """What a pair's newest version says."""
    told: dict[str, Any] = {
        "contact_ids": pair.contact_ids,
        "score": pair.score,
        "certain": pair.sure,
        "reasons": tuple(said.MatchReason(field=r.field, comparison=r.comparison, weight=r.weight, text=r.text) for r in pair.reasons),
        "ruleset_version": pair.ruleset,
    }
    match pair.status:
        case Status.SUSPECTED:
            return said.PairSuspected(**told)
        case Status.CONFIRMED:
            return said.PairConfirmed(**told)
        case Status.TO_MERGE if pair.decision is not None:
            return said.PairConfirmed(**told, decided_by=pair.decision.by)
        case Status.DISMISSED if pair.decision is not None:
            return said.PairDismissed(**told, decided_by=pair.decision.by, reason=pair.decision.reason)
        case status:
            return said.PairDismissed(**told, reason=CLOSED.get(status, NO_LONGER))


def told_because_of(pair: Pair, cause: Event) -> Event:
    """The pair's event where a contact's event changed it: nobody decided, the system noticed."""
    return Event.of(
        payload_of(pair),
        source=said.SOURCE,
        workspace=cause.workspaceid,
        subject=pair.pair_id,
        sequence=pair.version,
        time=cause.time,
        correlationid=cause.correlationid,
        causationid=cause.id,
        actortype="system",
    )


def told_by_rules(pair: Pair, workspace: str, time: datetime) -> Event:
    """The pair's event where other rules changed it."""
    return Event.of(
        payload_of(pair),
        source=said.SOURCE,
        workspace=workspace,
        subject=pair.pair_id,
        sequence=pair.version,
        time=time,
        correlationid=f"rules {pair.ruleset}",
        actortype="system",
    )


def told_by(pair: Pair, principal: Principal, time: datetime) -> Event:
    """The pair's event where somebody decided."""
    return Event.of(
        payload_of(pair),
        source=said.SOURCE,
        workspace=principal.workspace,
        subject=pair.pair_id,
        sequence=pair.version,
        time=time,
        correlationid=telemetry.correlation_id(),
        actorid=principal.subject,
        actortype=principal.actortype,
    )
