"""What other departments have going on with the contact: tickets, deals, invoices."""

from __future__ import annotations

from datetime import datetime

from outreach_guard.domain.dealings import RECENTLY_LOST, Deal, Invoice, Ticket
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.findings import Evidence, Finding, people, several
from outreach_guard.domain.question import Question


def open_tickets(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    tickets = [ticket for ticket in dossier.all(Ticket) if ticket.open]
    urgent = [ticket for ticket in tickets if ticket.urgent(now)]
    found = []
    if urgent:
        sentence = f"{several(len(urgent), 'An urgent ticket is', 'urgent tickets are')} open."
        found.append(_tickets("open_tickets.urgent", sentence, urgent, now))
    if tickets:
        sentence = f"{several(len(tickets), 'A ticket is', 'tickets are')} open."
        found.append(_tickets("open_tickets.open", sentence, tickets, now))
    return found


def _tickets(rule: str, sentence: str, tickets: list[Ticket], now: datetime) -> Finding:
    evidence = tuple(Evidence("ticket", ticket.id, _described(ticket, now), ticket.opened_at) for ticket in tickets)
    return Finding(rule, sentence, "the tickets are resolved", evidence, people(ticket.assignee_id for ticket in tickets))


def _described(ticket: Ticket, now: datetime) -> str:
    late = ticket.sla_breached_at or (ticket.sla_due_at and ticket.sla_due_at < now)
    parts = [ticket.number or ticket.id, ticket.subject, ticket.priority, ticket.status, "SLA breached" if late else None]
    return ", ".join(part for part in parts if part)


def active_deals(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    """A deal whose owner nobody told may be anybody's."""
    deals = dossier.all(Deal)
    running = [deal for deal in deals if deal.open]
    others = [deal for deal in running if deal.owner_id != question.sender_id]
    if others:
        evidence = tuple(Evidence("deal", deal.id, deal.title or deal.id, deal.opened_at) for deal in others)
        who = people(deal.owner_id for deal in others)
        owners = " and ".join(who) or "somebody else"
        sentence = f"{several(len(others), 'An open deal is', 'open deals are')} with {owners}."
        return [Finding("active_deals.other_owner", sentence, "the deals are closed, or their owner sends it", evidence, who)]
    lost = [deal for deal in deals if deal.lost_since(now - RECENTLY_LOST)]
    if lost and not running:
        evidence = tuple(Evidence("deal", deal.id, f"lost: {deal.title or deal.id}", deal.settled_at) for deal in lost)
        sentence = f"{several(len(lost), 'A deal was', 'deals were')} lost in the last 90 days."
        who = people(deal.owner_id for deal in lost)
        return [Finding("active_deals.recently_lost", sentence, "90 days have passed, or a new deal is open", evidence, who)]
    return []


def unpaid_invoices(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    unpaid = [invoice for invoice in dossier.all(Invoice) if invoice.unpaid]
    disputed = [invoice for invoice in unpaid if invoice.disputed]
    overdue = [invoice for invoice in unpaid if invoice.is_overdue(now)]
    not_due = [invoice for invoice in unpaid if not invoice.is_overdue(now)]
    reminded = [invoice for invoice in unpaid if invoice.reminded_at and invoice.reminded_at.date() == now.date()]
    rows = [
        ("unpaid_invoices.overdue", overdue, "invoice is overdue", "invoices are overdue", "they are paid"),
        ("unpaid_invoices.disputed", disputed, "invoice is disputed", "invoices are disputed", "the dispute is settled"),
        ("unpaid_invoices.reminded_today", reminded, "invoice was reminded of today", "invoices were reminded of today", "tomorrow (UTC)"),
        ("unpaid_invoices.not_due", not_due, "invoice is sent and not due yet", "invoices are sent and not due yet", "they are paid"),
    ]
    return [
        Finding(rule, f"{several(len(invoices), f'An {one}', many)}.", clears, tuple(map(_invoice, invoices)))
        for rule, invoices, one, many, clears in rows
        if invoices
    ]


def _invoice(invoice: Invoice) -> Evidence:
    due = f"due {invoice.due_date}" if invoice.due_date else None
    balance = f"{invoice.balance_due} {invoice.currency or ''} open".replace("  ", " ") if invoice.balance_due else "balance unknown"
    parts = [invoice.number or invoice.id, balance, due, "disputed" if invoice.disputed else None]
    at = invoice.disputed_at or invoice.overdue_at or invoice.sent_at
    return Evidence("invoice", invoice.id, ", ".join(part for part in parts if part), at)
