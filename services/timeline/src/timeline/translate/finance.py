"""How what the finance service says reads on a timeline."""

from __future__ import annotations

from shared.contracts.finance import (
    CreditNoteIssued,
    Estimate,
    EstimateCreated,
    EstimateRejected,
    EstimateSent,
    Invoice,
    InvoiceCreated,
    InvoiceDisputed,
    InvoiceOverdue,
    InvoicePartiallyPaid,
    InvoiceReminderSent,
    InvoiceSent,
    MoneyMovement,
    Paper,
    PaymentCreated,
    PaymentFailed,
    PaymentRefunded,
    PaymentSucceeded,
)
from timeline.translate.lines import Lines, because, between, money, together, worded


def number(paper: Paper) -> str:
    return paper.number or ""


def total(paper: Paper) -> str:
    return f" over {money(paper.total, paper.currency)}" if paper.total is not None else ""


def overdue(invoice: InvoiceOverdue) -> str:
    days = f" by {invoice.days_overdue} day{'s' if invoice.days_overdue != 1 else ''}" if invoice.days_overdue is not None else ""
    due = f", {money(invoice.balance_due, invoice.currency)} unpaid" if invoice.balance_due is not None else ""
    return f"Invoice{between(number(invoice))} overdue{days}{due}"


def partially_paid(invoice: InvoicePartiallyPaid) -> str:
    due = f", {money(invoice.balance_due, invoice.currency)} still due" if invoice.balance_due is not None else ""
    return f"Invoice{between(number(invoice))} partly paid{due}"


def amount(movement: MoneyMovement) -> str:
    return f" of {money(movement.amount, movement.currency)}" if movement.amount is not None else ""


def method(movement: MoneyMovement) -> str:
    return f" by {worded(movement.method)}" if movement.method else ""


estimates = Lines("estimate", Estimate, number)
estimates.say(EstimateCreated, lambda estimate: f"Estimate{between(number(estimate))} drawn up{total(estimate)}")
estimates.say(EstimateSent, lambda estimate: f"Estimate{between(number(estimate))} sent{total(estimate)}")
estimates.say(EstimateRejected, lambda estimate: f"Estimate{between(number(estimate))} rejected{because(estimate.reason)}")

invoices = Lines("invoice", Invoice, number)
invoices.say(InvoiceCreated, lambda invoice: f"Invoice{between(number(invoice))} drawn up{total(invoice)}")
invoices.say(InvoiceSent, lambda invoice: f"Invoice{between(number(invoice))} sent{total(invoice)}")
invoices.say(InvoicePartiallyPaid, partially_paid)
invoices.say(InvoiceOverdue, overdue)
invoices.say(InvoiceDisputed, lambda invoice: f"Invoice{between(number(invoice))} disputed{because(invoice.reason)}")
invoices.say(InvoiceReminderSent, lambda invoice: f"Reminder sent for invoice{between(number(invoice))}")

movements = Lines("payment", MoneyMovement, refs={"invoice": "invoice_id"})
movements.say(PaymentCreated, lambda payment: f"Payment{amount(payment)} under way{method(payment)}")
movements.say(PaymentSucceeded, lambda payment: f"Payment{amount(payment)} received{method(payment)}")
movements.say(PaymentFailed, lambda payment: f"Payment{amount(payment)} failed{because(worded(payment.failure_code, unknown=''))}")
movements.say(PaymentRefunded, lambda payment: f"Payment{amount(payment)} refunded")
movements.say(CreditNoteIssued, lambda note: f"Credit note issued{amount(note)}")

TABLE = together(estimates.table, invoices.table, movements.table)
