"""What other departments do: tickets, deals, invoices, estimates, documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from outreach_guard.domain.facts import Kind, Told, latest
from outreach_guard.translate.saying import merged_away, say, stated, touch
from shared.contracts import deals, documents, finance, tickets
from shared.contracts.envelope import Event
from shared.parties import contact_key, keys_of


def ticket(event: Event, data: tickets.Ticket, region: str) -> Iterator[Told]:
    fields = stated(data, "number", "subject", "priority", "status", "assignee_id", "sla_due_at")
    keys = keys_of(data.people(), region)
    match data:
        case tickets.TicketCreated():
            fields["opened_at"] = event.time
        case tickets.TicketSlaBreached():
            fields["sla_breached_at"] = event.time
        case tickets.TicketDeleted():
            fields["gone"] = True
        case tickets.TicketMerged(survivor_id=survivor, merged_ids=merged_ids):
            for merged_id in set(merged_ids) - {survivor or event.subject}:
                yield merged_away(event, Kind.TICKET, merged_id, {"merged_away": True})
        case tickets.TicketCommentAdded():
            yield from _comment(event, data, keys)
            return
    yield say(event, Kind.TICKET, event.subject, fields, parties=keys)


def _comment(event: Event, data: tickets.TicketCommentAdded, keys: Sequence[str]) -> Iterator[Told]:
    """A comment names whoever wrote it, who is not all the ticket is about."""
    fields = stated(data, "number", "subject", "priority", "status", "assignee_id", "sla_due_at")
    heard = {"contact": "asked_at", "agent": "answered_at"}.get((data.author_type or "").strip().casefold())
    orders = {}
    if data.public and heard and not data.backfill:
        fields[heard], orders[heard] = event.time, latest(event.time)
        if heard == "answered_at":
            yield touch(event, "ticket", "public comment on a ticket", keys)
    yield say(event, Kind.TICKET, event.subject, fields, linked=keys, orders=orders)


def deal(event: Event, data: deals.Deal, region: str) -> Iterator[Told]:
    fields = stated(data, "title", "owner_id")
    keys = keys_of(data.people(), region)
    match data:
        case deals.DealCreated():
            fields |= {"outcome": "open", "opened_at": event.time}
        case deals.DealWon():
            fields |= {"outcome": "won", "settled_at": event.time}
        case deals.DealLost():
            fields |= {"outcome": "lost", "settled_at": event.time}
        case deals.DealReopened():
            fields |= {"outcome": "open", "settled_at": None}
        case deals.DealDeleted():
            fields |= {"gone": True}
        case deals.DealContactLinked():
            yield say(event, Kind.DEAL, event.subject, fields, linked=keys)
            return
        case deals.DealContactUnlinked():
            staying = {contact_key(contact.contact_id) for contact in data.contacts}
            left = set(keys_of(data.parties, region)) - staying
            yield say(event, Kind.DEAL, event.subject, fields, linked=staying, unlinked=left)
            return
    yield say(event, Kind.DEAL, event.subject, fields, parties=keys)


def invoice(event: Event, data: finance.Invoice, region: str) -> Iterator[Told]:
    """Only what moves an invoice on changes its phase: a paid one that is looked at again stays paid."""
    fields = stated(data, "number", "currency", "balance_due", "due_date")
    keys = keys_of(data.people(), region)
    orders: dict[str, int] = {}
    match data:
        case finance.InvoiceCreated() | finance.InvoiceScheduled():
            fields |= {"phase": "draft"}
        case finance.InvoiceSent():
            fields |= {"phase": "open", "sent_at": event.time}
            if data.due_date is not None and data.due_date >= event.time.date():
                fields["overdue"] = False  # it was given more time; sent again as it is, it stays overdue
        case finance.InvoicePartiallyPaid():
            fields |= {"phase": "open"}
        case finance.InvoiceOverdue():
            fields |= {"phase": "open", "overdue": True, "overdue_at": event.time}
        case finance.InvoiceDisputed():
            fields |= {"phase": "open", "disputed": True, "disputed_at": event.time}
        case finance.InvoicePaid() | finance.InvoiceVoided() | finance.InvoiceWrittenOff():
            fields |= {"phase": "settled", "disputed": False}
        case finance.InvoiceReminderSent():
            fields["reminded_at"], orders["reminded_at"] = event.time, latest(event.time)
            if not data.backfill:
                yield touch(event, "invoice", "invoice reminder", keys)
    yield say(event, Kind.INVOICE, event.subject, fields, parties=keys, orders=orders)


def estimate(event: Event, data: finance.Estimate, region: str) -> Iterator[Told]:
    if isinstance(data, finance.EstimateSent) and not data.backfill:
        yield touch(event, "estimate", "estimate sent", keys_of(data.people(), region))


def document(event: Event, data: documents.Document, region: str) -> Iterator[Told]:
    if isinstance(data, documents.DocumentSent) and not data.backfill:
        yield touch(event, "document", "document sent", keys_of(data.people(), region))
