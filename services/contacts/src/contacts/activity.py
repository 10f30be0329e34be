"""Which events of other services say that people had to do with each other, and whom with. Of an event that tells of long ago, or that a
program made by itself, nobody can conclude that somebody looks after a contact.
"""

from __future__ import annotations

from collections.abc import Iterable

from contacts.domain.stale import Activity
from shared.contracts import calendar, deals, documents, finance, forms, mail, tickets, timeline
from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event
from shared.contracts.parties import Upstream
from shared.parties import contact_key, keys_of

TOPICS = (calendar.TOPIC, deals.TOPIC, documents.TOPIC, finance.TOPIC, tickets.TOPIC, timeline.TOPIC)
"""Beside mail and forms, which mean more here."""

MACHINES = frozenset({"system", "integration"})

BY_NATURE: tuple[type[EventData], ...] = (
    mail.DeliveryReplied, calendar.CallLogged, calendar.MeetingHeld, forms.SubmissionSubmitted, tickets.TicketCreated,
    documents.DocumentSigned, documents.DocumentDeclined, finance.EstimateAccepted, finance.EstimateRejected,
)  # fmt: skip
"""People do these, whichever program tells of it."""

BY_SOMEBODY: tuple[type[EventData], ...] = (
    timeline.NoteAdded, timeline.CommentAdded, timeline.TaskCreated, timeline.TaskCompleted,
    deals.DealCreated, deals.DealStageChanged, deals.DealWon, deals.DealLost, deals.DealReopened,
    documents.DocumentSent, finance.EstimateSent,
)  # fmt: skip
"""Programs do these too; then nobody did."""


def activities(events: Iterable[Event], region: str) -> list[Activity]:
    """`region` reads numbers without a country code."""
    return [Activity(event.time, keys) for event in events if _human(event) and (keys := _whom(event.data, region))]


def _human(event: Event) -> bool:
    match event.data:
        case Upstream(backfill=True):
            return False
        case mail.Message(automated=automated):
            return not automated
        case tickets.TicketCommentAdded(public=public, author_type=author):
            return public and (author or "").strip().casefold() in {"agent", "contact"}
        case data if isinstance(data, BY_SOMEBODY):
            return event.actortype not in MACHINES
        case data:
            return isinstance(data, BY_NATURE)


def _whom(data: EventData, region: str) -> tuple[str, ...]:
    match data:
        case Upstream():
            return keys_of(data.people(), region)
        case timeline.Note() | timeline.Comment() | timeline.Task():
            return (contact_key(data.contact_id),)
    return ()
