"""What the finance service says: estimates, invoices, payments and credit notes."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from shared.contracts.parties import MailAddress, Party, Upstream, by_email
from shared.contracts.values import Day, Instant, Money, Whole

SOURCE = "/services/finance"
TOPIC = "crm.finance"


class Paper(Upstream):
    """What an estimate and an invoice have in common; the subject is its id."""

    number: str | None = Field(None, description="what people call it by")
    total: Money | None = None
    currency: str | None = Field(None, description="ISO 4217")
    recipient_email: MailAddress | None = None
    account_id: str | None = None

    def _named(self) -> Iterable[Party]:
        return by_email(self.recipient_email, "recipient")


class Estimate(Paper):
    """An offer, as it is after the event."""

    expires_at: Instant | None = None
    version: Whole | None = None


class EstimateCreated(Estimate, type="crm.finance.estimate.created.v1"):
    """An offer was drawn up."""


class EstimateSent(Estimate, type="crm.finance.estimate.sent.v1"):
    """The customer was sent an offer."""


class EstimateViewed(Estimate, type="crm.finance.estimate.viewed.v1"):
    """The customer opened an offer."""


class EstimateAccepted(Estimate, type="crm.finance.estimate.accepted.v1"):
    """The customer takes an offer."""


class EstimateRejected(Estimate, type="crm.finance.estimate.rejected.v1"):
    """The customer does not want an offer."""

    reason: str | None = None


class EstimateExpired(Estimate, type="crm.finance.estimate.expired.v1"):
    """An offer holds no more."""


class Invoice(Paper):
    """A bill, as it is after the event."""

    balance_due: Money | None = Field(None, description="what is still to be paid")
    issue_date: Day | None = None
    due_date: Day | None = None


class InvoiceCreated(Invoice, type="crm.finance.invoice.created.v1"):
    """A bill was drawn up; the customer does not know it yet."""


class InvoiceScheduled(Invoice, type="crm.finance.invoice.scheduled.v1"):
    """A bill will be sent."""


class InvoiceSent(Invoice, type="crm.finance.invoice.sent.v1"):
    """The customer was sent a bill: it is unpaid from now on."""


class InvoiceViewed(Invoice, type="crm.finance.invoice.viewed.v1"):
    """The customer opened a bill."""


class InvoicePartiallyPaid(Invoice, type="crm.finance.invoice.partially_paid.v1"):
    """Part of a bill was paid."""


class InvoicePaid(Invoice, type="crm.finance.invoice.paid.v1"):
    """A bill was paid."""


class InvoiceOverdue(Invoice, type="crm.finance.invoice.overdue.v1"):
    """A bill should have been paid by now."""

    days_overdue: Whole | None = None
    level: Whole | None = Field(None, description="how often it was dunned")


class InvoiceVoided(Invoice, type="crm.finance.invoice.voided.v1"):
    """A bill is worth nothing: it was a mistake."""


class InvoiceWrittenOff(Invoice, type="crm.finance.invoice.written_off.v1"):
    """Nobody expects a bill to be paid any more."""


class InvoiceDisputed(Invoice, type="crm.finance.invoice.disputed.v1"):
    """The customer says a bill is wrong."""

    reason: str | None = None


class InvoiceReminderSent(Invoice, type="crm.finance.invoice.reminder_sent.v1"):
    """The customer was reminded of a bill."""


class MoneyMovement(Upstream):
    """What a payment and a credit note have in common; the subject is its id."""

    invoice_id: str | None = None
    amount: Money | None = None
    currency: str | None = Field(None, description="ISO 4217")
    method: str | None = Field(None, description="card, bank_transfer, cash, ...")


class PaymentCreated(MoneyMovement, type="crm.finance.payment.created.v1"):
    """A payment is under way."""


class PaymentSucceeded(MoneyMovement, type="crm.finance.payment.succeeded.v1"):
    """The money is here."""


class PaymentFailed(MoneyMovement, type="crm.finance.payment.failed.v1"):
    """The money did not come."""

    failure_code: str | None = None


class PaymentRefunded(MoneyMovement, type="crm.finance.payment.refunded.v1"):
    """The money went back."""


class CreditNoteIssued(MoneyMovement, type="crm.finance.credit_note.issued.v1"):
    """The customer owes less for an invoice than it says."""
