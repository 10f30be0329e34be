"""What is so at the very moment at which it begins or ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from shared.contracts import calendar, campaigns, finance
from shared.contracts.envelope import Event
from tests.support.guard_builders import (
    ANN,
    BOB,
    NOW,
    THEM,
    ago,
    ahead,
    complained,
    contact_saved,
    deal_created,
    deal_lost,
    event,
    invoice,
    line,
    mail_received,
    mail_sent,
    ticket_comment,
    ticket_created,
)

THEN = ago(hours=3)


def step(**when: Any) -> Event:
    return event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=BOB, **when), "e1")


def meeting(**when: Any) -> Event:
    return event(calendar.MeetingScheduled(parties=THEM, **when), "me1")


@pytest.mark.parametrize(
    ("check", "events", "rule"),
    [
        ("recent_activity", [mail_received(at=THEN), mail_sent(ANN, at=THEN)], "ok"),
        ("recent_activity", [mail_received(at=THEN), mail_sent(ANN, at=NOW)], "ok"),
        ("recent_activity", [ticket_created(), ticket_comment("contact", at=THEN), ticket_comment("agent", at=THEN, by=ANN)], "ok"),
        ("recent_activity", [ticket_created(), ticket_comment("contact", at=THEN), ticket_comment("agent", at=NOW, by=ANN)], "ok"),
        ("open_tickets", [ticket_created(sla_due_at=NOW)], "open_tickets.open"),
        ("active_deals", [deal_created(BOB), deal_lost(at=ago(days=90))], "ok"),
        ("unpaid_invoices", [invoice(finance.InvoiceSent, due_date=NOW.date())], "unpaid_invoices.not_due"),
        ("planned", [step(next_at=ahead(days=2))], "planned.step"),
        ("planned", [step(next_at=ago(days=2))], "ok"),
        ("planned", [meeting(start=ahead(days=2))], "planned.step"),
        ("planned", [meeting(start=ago(hours=1), end=NOW)], "ok"),
    ],
    ids=["a mail answered at once", "a mail answered now", "a ticket answered at once", "a ticket answered now", "a ticket due now",
         "a deal lost ninety days ago", "an invoice due today", "a step in two days", "a step two days late", "a meeting in two days",
         "a meeting that ends now"],
)  # fmt: skip
def test_at_the_very_moment(check: str, events: Sequence[Event], rule: str) -> None:
    assert line(check, *events).rule == rule


@pytest.mark.parametrize(("balance", "rule"), [("0.50", "unpaid_invoices.not_due"), ("0.00", "ok"), (None, "unpaid_invoices.not_due")])
def test_the_smallest_balance_is_unpaid_and_one_nobody_told_may_be(balance: str | None, rule: str) -> None:
    assert line("unpaid_invoices", invoice(finance.InvoiceSent, balance_due=balance)).rule == rule


def test_a_dispute_is_one_whatever_is_left_to_pay() -> None:
    assert line("unpaid_invoices", invoice(finance.InvoiceDisputed, balance_due="0.00")).rule == "unpaid_invoices.disputed"


def test_a_complaint_about_an_address_they_have_no_longer_is_shown_without_it() -> None:
    (evidence,) = line("consent", complained(), contact_saved(emails=())).evidence

    assert (evidence.kind, "@" in evidence.id, bool(evidence.id)) == ("email", False, True)
