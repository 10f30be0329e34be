"""What an event says of its record beyond a line: whether it is open, and whether it can be read by a link."""

from __future__ import annotations

from shared.contracts.catalogue import EventData
from shared.contracts.deals import DealCreated, DealDeleted, DealLost, DealReopened, DealWon
from shared.contracts.documents import (
    DocumentCompleted,
    DocumentDeclined,
    DocumentExpired,
    DocumentLinkOpened,
    DocumentSent,
    DocumentVoided,
)
from shared.contracts.envelope import Event
from shared.contracts.files import File, FileDeleted
from shared.contracts.finance import (
    EstimateAccepted,
    EstimateExpired,
    EstimateRejected,
    EstimateSent,
    InvoiceDisputed,
    InvoiceOverdue,
    InvoicePaid,
    InvoicePartiallyPaid,
    InvoiceSent,
    InvoiceVoided,
    InvoiceWrittenOff,
)
from shared.contracts.forms import SubmissionDeleted
from shared.contracts.tickets import Ticket, TicketDeleted, TicketMerged
from shared.contracts.timeline import CommentDeleted, NoteDeleted, Task, TaskCompleted
from timeline.domain import State

GONE = (CommentDeleted, DealDeleted, FileDeleted, NoteDeleted, SubmissionDeleted, TicketDeleted)
CLOSED = (
    DealLost, DealWon, DocumentCompleted, DocumentDeclined, DocumentExpired, DocumentVoided, EstimateAccepted, EstimateExpired,
    EstimateRejected, InvoicePaid, InvoiceVoided, InvoiceWrittenOff, TaskCompleted,
)  # fmt: skip
OPEN = (DealCreated, DealReopened, DocumentSent, EstimateSent, InvoiceDisputed, InvoiceOverdue, InvoicePartiallyPaid, InvoiceSent, Task)
"""What opens a record, also again. A mere look at one, or a reminder of it, says nothing."""

SETTLED = {"resolved", "closed"}
"""Of a ticket."""


def state_after(event: Event) -> State | None:
    match event.data:
        case TicketMerged(survivor_id=str(survivor_id)) if survivor_id != event.subject:
            return "gone"
        case data if isinstance(data, GONE):
            return "gone"
        case Ticket(status=str(status)):
            return "closed" if status in SETTLED else "open"
        case data if isinstance(data, CLOSED):
            return "closed"
        case data if isinstance(data, OPEN):
            return "open"
    return None


def has_public_link(data: EventData) -> bool:
    return isinstance(data, DocumentLinkOpened) or (isinstance(data, File) and data.public_link is not None)
