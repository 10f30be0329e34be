"""Estimates and invoices with their payments. Most people pay in time; some late, in parts, after a reminder, or not yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.contracts import finance
from shared.devstack.demo.stories.scene import Scene, Told

CLERK = "finance"
TERM = timedelta(days=14)


def _paper(scene: Scene, prefix: str) -> dict[str, Any]:
    return {
        "parties": scene.parties,
        "number": f"{prefix}-{scene.dice.randrange(20_000, 99_999)}",
        "currency": "USD",
        "total": Decimal(scene.dice.randrange(9_000, 900_000)) / 100,
        "account_id": scene.person.account_id,
        "recipient_email": scene.person.email,
    }


def estimate(scene: Scene) -> Iterator[Told]:
    dice, subject, seller = scene.dice, scene.id("est"), scene.person.owner_id
    state = {**_paper(scene, "E"), "version": 1, "expires_at": scene.now + timedelta(days=30)}
    yield scene.tell(finance.EstimateCreated(**state), subject, by=seller)
    scene.later(0.2, 20)
    yield scene.tell(finance.EstimateSent(**state), subject, by=seller)
    if scene.chance(0.25):
        return
    scene.later(1, 60)
    yield scene.tell(finance.EstimateViewed(**state), subject)
    scene.later(5, 120)
    if scene.chance(0.55):
        yield scene.tell(finance.EstimateAccepted(**state), subject)
    elif scene.chance(0.5):
        yield scene.tell(finance.EstimateRejected(**state, reason=dice.choice(("price", "scope", "other offer"))), subject)


def invoice(scene: Scene) -> Iterator[Told]:
    """To the payment, however late."""
    subject, clerk = scene.id("inv"), scene.colleague(CLERK)
    state = _invoice(scene)
    yield from _sent(scene, subject, clerk, state)
    if scene.chance(0.55):
        scene.later(10, 300)
        yield from _paid(scene, subject, state)
        return
    due = scene.now + TERM
    scene.now = max(scene.later(1), due + timedelta(hours=30))
    yield scene.tell(finance.InvoiceOverdue(**state, days_overdue=1, level=0), subject, by="system")
    if scene.chance(0.12):
        scene.later(5, 50)
        yield scene.tell(finance.InvoiceDisputed(**state, reason="quantity differs from the delivery"), subject)
        return
    for level in (1, 2):
        scene.later(90, 200)
        yield scene.tell(finance.InvoiceReminderSent(**state), subject, by=clerk)
        scene.later(20, 150)
        if scene.chance(0.5):
            yield from _paid(scene, subject, state)
            return
        late = (scene.now - due).days
        yield scene.tell(finance.InvoiceOverdue(**state, days_overdue=late, level=level), subject, by="system")


def prompt_invoice(scene: Scene) -> Iterator[Told]:
    """Sent and paid at once, for a story told while somebody watches."""
    subject, clerk = scene.id("inv"), scene.colleague(CLERK)
    state = _invoice(scene)
    yield from _sent(scene, subject, clerk, state)
    yield from _paid(scene, subject, state)


def _invoice(scene: Scene) -> dict[str, Any]:
    paper = _paper(scene, "I")
    return {**paper, "balance_due": paper["total"], "issue_date": scene.now.date(), "due_date": (scene.now + TERM).date()}


def _sent(scene: Scene, subject: str, clerk: str, state: dict[str, Any]) -> Iterator[Told]:
    yield scene.tell(finance.InvoiceCreated(**state), subject, by=clerk)
    scene.later(0.1, 10)
    yield scene.tell(finance.InvoiceSent(**state), subject, by=clerk)
    if scene.chance(0.6):
        scene.later(0.5, 40)
        yield scene.tell(finance.InvoiceViewed(**state), subject)


def _paid(scene: Scene, subject: str, state: dict[str, Any]) -> Iterator[Told]:
    """A payment of its own for each part; the last one settles the invoice."""
    parts = 2 if scene.chance(0.1) else 1
    for part in range(1, parts + 1):
        amount = state["balance_due"] if part == parts else (state["balance_due"] / 2).quantize(Decimal("0.01"))
        payment = f"{scene.id('pay')}-{part}"
        money: dict[str, Any] = {"parties": scene.parties, "invoice_id": subject, "amount": amount, "currency": "USD"}
        money["method"] = scene.dice.choice(("card", "bank_transfer", "bank_transfer"))
        yield scene.tell(finance.PaymentCreated(**money), payment)
        scene.later(0.01, 2)
        yield scene.tell(finance.PaymentSucceeded(**money), payment, by="system")
        state["balance_due"] -= amount
        scene.later(0.01)
        told = finance.InvoicePaid if part == parts else finance.InvoicePartiallyPaid
        yield scene.tell(told(**state), subject, by="system")
        scene.later(24, 200)
