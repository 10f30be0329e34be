"""What the tickets service says: requests for support."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from shared.contracts.parties import Attendee, Party, Upstream
from shared.contracts.values import Instant, current_is

SOURCE = "/services/tickets"
TOPIC = "crm.tickets"


class Ticket(Upstream):
    """A request, as it is after the event; the subject is its id."""

    number: str | None = Field(None, description="what people call it by")
    subject: str | None = None
    priority: str | None = Field(None, description="low, normal, high, urgent")
    status: str | None = Field(None, description="new, open, pending, on_hold, resolved, closed, reopened")
    channel: str | None = Field(None, description="email, form, chat, phone, ...")
    requester: Attendee | None = None
    assignee_id: str | None = None
    sla_due_at: Instant | None = None

    def _named(self) -> Iterable[Party]:
        return () if self.requester is None else (self.requester.model_copy(update={"role": self.requester.role or "requester"}),)


class TicketCreated(Ticket, type="crm.tickets.ticket.created.v1"):
    """Somebody asked for help."""


class TicketStatusChanged(Ticket, type="crm.tickets.ticket.status_changed.v1"):
    """A ticket got further, or is open again; `status` is the current one."""

    previous: str | None = None
    current: str | None = Field(None, description="new, open, pending, on_hold, resolved, closed, reopened")

    _status = current_is("status")


class TicketPriorityChanged(Ticket, type="crm.tickets.ticket.priority_changed.v1"):
    """A ticket is more or less pressing; `priority` is the current one."""

    previous: str | None = None
    current: str | None = Field(None, description="low, normal, high, urgent")

    _priority = current_is("priority")


class TicketAssigned(Ticket, type="crm.tickets.ticket.assigned.v1"):
    """Somebody else works on a ticket."""


class TicketSlaBreached(Ticket, type="crm.tickets.ticket.sla_breached.v1"):
    """The time promised for a ticket has passed."""


class TicketRequesterChanged(Ticket, type="crm.tickets.ticket.requester_changed.v1"):
    """It was somebody else who asked."""


class TicketCommentAdded(Ticket, type="crm.tickets.ticket.comment_added.v1"):
    """Something was said about a ticket."""

    public: bool = Field(False, description="the requester can read it")
    author_type: str | None = Field(None, description="agent, contact, system")


class TicketMerged(Ticket, type="crm.tickets.ticket.merged.v1"):
    """Tickets proved to be about one thing."""

    survivor_id: str | None = None
    merged_ids: tuple[str, ...] = ()


class TicketDeleted(Ticket, type="crm.tickets.ticket.deleted.v1"):
    """A ticket is gone."""
