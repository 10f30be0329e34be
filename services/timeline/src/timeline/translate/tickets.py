"""How what the tickets service says reads on a timeline."""

from __future__ import annotations

from shared.contracts.tickets import (
    Ticket,
    TicketAssigned,
    TicketCommentAdded,
    TicketPriorityChanged,
    TicketRequesterChanged,
    TicketSlaBreached,
    TicketStatusChanged,
)
from timeline.translate.lines import Lines, between, moved, quoted


def title(ticket: Ticket) -> str:
    number = f"#{ticket.number}" if ticket.number else ""
    return " ".join(part for part in (number, quoted(ticket.subject)) if part)


def comment(ticket: TicketCommentAdded) -> str:
    author = {"contact": "Customer", "agent": "Agent"}.get(ticket.author_type or "", "Someone")
    return f"{author} {'replied on' if ticket.public else 'left an internal comment on'} ticket{between(title(ticket))}"


tickets = Lines("ticket", Ticket, title)
tickets.say(TicketStatusChanged, lambda ticket: f"Ticket{between(title(ticket))} went{moved(ticket.previous, ticket.current)}")
tickets.say(
    TicketPriorityChanged, lambda ticket: f"Priority of ticket{between(title(ticket))} went{moved(ticket.previous, ticket.current)}"
)
tickets.say(TicketSlaBreached, lambda ticket: f"Ticket{between(title(ticket))} missed its promised time")
tickets.say(TicketRequesterChanged, lambda ticket: f"Ticket{between(title(ticket))} has another requester")
tickets.say(TicketAssigned, lambda ticket: f"Ticket{between(title(ticket))} {'assigned' if ticket.assignee_id else 'has no assignee'}")
tickets.say(TicketCommentAdded, comment)

TABLE = tickets.table
