"""What other departments have going on with the contact: tickets, deals, invoices."""

from __future__ import annotations

from datetime import datetime

from outreach_guard.domain.checks import Case, Check, sources
from outreach_guard.domain.dealings import LOST_AT_HAND, Deal, Invoice, Ticket
from outreach_guard.domain.findings import Evidence, Finding, people, several
from outreach_guard.domain.policy import CAUTION, HOLD, INFO, OK, Limit, Rule

OPEN = Rule("open_tickets.open", sales=CAUTION, support=INFO, billing=CAUTION, announcement=CAUTION)
URGENT = Rule("open_tickets.urgent", sales=HOLD, support=INFO, billing=HOLD, announcement=HOLD)
OTHER_OWNER = Rule("active_deals.other_owner", sales=HOLD, support=INFO, billing=CAUTION, announcement=CAUTION)
RECENTLY_LOST = Rule("active_deals.recently_lost", sales=CAUTION, support=OK, billing=OK, announcement=INFO)
NOT_DUE = Rule("unpaid_invoices.not_due", sales=INFO, support=INFO, billing=INFO, announcement=OK)
OVERDUE = Rule("unpaid_invoices.overdue", sales=HOLD, support=CAUTION, billing=INFO, announcement=CAUTION)
DISPUTED = Rule("unpaid_invoices.disputed", sales=HOLD, support=CAUTION, billing=HOLD, announcement=CAUTION)
REMINDED_TODAY = Rule("unpaid_invoices.reminded_today", sales=OK, support=OK, billing=HOLD, announcement=OK)

LOST_DAYS = Limit("active_deals.lost_days", "days in which a lost deal counts", 90, 0, LOST_AT_HAND.days)


def open_tickets(case: Case) -> list[Finding]:
    now = case.now
    tickets = [ticket for ticket in case.all(Ticket) if ticket.open]
    urgent = [ticket for ticket in tickets if ticket.urgent(now)]
    found = []
    if urgent:
        sentence = f"{several(len(urgent), 'An urgent ticket is', 'urgent tickets are')} open."
        found.append(_tickets(URGENT, sentence, urgent, now))
    if tickets:
        sentence = f"{several(len(tickets), 'A ticket is', 'tickets are')} open."
        found.append(_tickets(OPEN, sentence, tickets, now))
    return found


def _tickets(rule: Rule, sentence: str, tickets: list[Ticket], now: datetime) -> Finding:
    evidence = tuple(Evidence("ticket", ticket.id, _described(ticket, now), ticket.opened_at) for ticket in tickets)
    return Finding(rule, sentence, "the tickets are resolved", evidence, people(ticket.assignee_id for ticket in tickets))


def _described(ticket: Ticket, now: datetime) -> str:
    late = ticket.sla_breached_at or (ticket.sla_due_at and ticket.sla_due_at < now)
    parts = [ticket.number or ticket.id, ticket.subject, ticket.priority, ticket.status, "SLA breached" if late else None]
    return ", ".join(part for part in parts if part)


def active_deals(case: Case) -> list[Finding]:
    """A deal whose owner nobody told may be anybody's."""
    deals = case.all(Deal)
    running = [deal for deal in deals if deal.open]
    others = [deal for deal in running if deal.owner_id != case.question.sender_id]
    if others:
        evidence = tuple(Evidence("deal", deal.id, deal.title or deal.id, deal.opened_at) for deal in others)
        who = people(deal.owner_id for deal in others)
        owners = " and ".join(who) or "somebody else"
        sentence = f"{several(len(others), 'An open deal is', 'open deals are')} with {owners}."
        return [Finding(OTHER_OWNER, sentence, "the deals are closed, or their owner sends it", evidence, who)]
    window = case.span(LOST_DAYS)
    lost = [deal for deal in deals if deal.lost_since(case.now - window)]
    if lost and not running:
        evidence = tuple(Evidence("deal", deal.id, f"lost: {deal.title or deal.id}", deal.settled_at) for deal in lost)
        sentence = f"{several(len(lost), 'A deal was', 'deals were')} lost in the last {window.days} days."
        who = people(deal.owner_id for deal in lost)
        return [Finding(RECENTLY_LOST, sentence, f"{window.days} days have passed, or a new deal is open", evidence, who)]
    return []


def unpaid_invoices(case: Case) -> list[Finding]:
    now = case.now
    unpaid = [invoice for invoice in case.all(Invoice) if invoice.unpaid]
    disputed = [invoice for invoice in unpaid if invoice.disputed]
    overdue = [invoice for invoice in unpaid if invoice.is_overdue(now)]
    not_due = [invoice for invoice in unpaid if not invoice.is_overdue(now)]
    reminded = [invoice for invoice in unpaid if invoice.reminded_at and invoice.reminded_at.date() >= now.date()]
    rows = [
        (OVERDUE, overdue, "invoice is overdue", "invoices are overdue", "they are paid"),
        (DISPUTED, disputed, "invoice is disputed", "invoices are disputed", "the dispute is settled"),
        (REMINDED_TODAY, reminded, "invoice was reminded of today", "invoices were reminded of today", "tomorrow (UTC)"),
        (NOT_DUE, not_due, "invoice is sent and not due yet", "invoices are sent and not due yet", "they are paid"),
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


CHECKS = (
    Check("open_tickets", open_tickets, "No ticket is open.", sources("tickets"), rules=(OPEN, URGENT)),
    Check(
        "active_deals",
        active_deals,
        "No deal stands in the way.",
        sources("deals"),
        rules=(OTHER_OWNER, RECENTLY_LOST),
        limits=(LOST_DAYS,),
    ),
    Check(
        "unpaid_invoices",
        unpaid_invoices,
        "No invoice is unpaid.",
        sources("finance"),
        rules=(NOT_DUE, OVERDUE, DISPUTED, REMINDED_TODAY),
    ),
)
