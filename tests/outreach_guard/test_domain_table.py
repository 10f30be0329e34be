"""Every row of the platform's table, for every purpose, as a contact would come to meet it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.rules import BY_NAME
from outreach_guard.domain.verdict import Word
from shared.contracts import campaigns, finance, tickets
from shared.contracts.envelope import Event
from tests.support.guard_builders import (
    BOB,
    THEM,
    account_created,
    ago,
    ahead,
    bounced,
    complained,
    contact_saved,
    deal_created,
    deal_lost,
    event,
    invoice,
    line,
    mail_received,
    mail_sent,
    member_deactivated,
    objected,
    pair_suspected,
    ticket_created,
    unsubscribed,
    verdict,
    withdrawn,
)

SENT = invoice(finance.InvoiceSent)
BUSY = [mail_sent("ann", at=ago(days=number), thread=f"th{number}") for number in (1, 2, 4, 6)]
STEP = event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=BOB, next_at=ahead(hours=30), channel="email"), "e1")
URGENT = ticket_created(priority="urgent")
BREACHED = event(tickets.TicketSlaBreached(), "t1")
UNDECIDED = withdrawn("k1", purpose="announcement", channel="letter")

Severities = tuple[str, str, str, str]

# rule, what happened, and for sales, support, billing, announcement
TABLE: list[tuple[str, Sequence[Event], Severities]] = [
    ("consent.stopped", [objected()], ("hold", "hold", "hold", "hold")),
    ("consent.stopped", [complained()], ("hold", "hold", "hold", "hold")),
    ("consent.unsubscribed", [unsubscribed()], ("hold", "info", "info", "hold")),
    ("consent.unknown", [UNDECIDED], ("caution", "info", "info", "hold")),
    ("email.unusable", [bounced()], ("hold", "hold", "hold", "hold")),
    ("email.unusable", [contact_saved(emails=())], ("hold", "hold", "hold", "hold")),
    ("review.pending", [contact_saved(review={"state": "pending"})], ("hold", "caution", "caution", "hold")),
    ("duplicates.suspected", [pair_suspected()], ("caution", "caution", "hold", "caution")),
    ("account.missing", [contact_saved(accounts=())], ("caution", "info", "hold", "info")),
    (
        "account.mismatch",
        [contact_saved(accounts=({"account_id": "a2"},)), account_created("a2", "Globex", "globex.com")],
        ("caution", "info", "hold", "info"),
    ),
    ("owner.missing", [contact_saved(owner_id=None)], ("caution", "info", "info", "info")),
    ("owner.inactive", [member_deactivated()], ("caution", "info", "info", "info")),
    ("recent_activity.colleague", [mail_sent(BOB, at=ago(days=2))], ("hold", "info", "caution", "caution")),
    ("recent_activity.unanswered", [mail_received(at=ago(days=40))], ("caution", "hold", "caution", "caution")),
    ("planned.step", [STEP], ("hold", "info", "info", "caution")),
    ("open_tickets.open", [ticket_created()], ("caution", "info", "caution", "caution")),
    ("open_tickets.urgent", [URGENT], ("hold", "info", "hold", "hold")),
    ("open_tickets.urgent", [ticket_created(), BREACHED], ("hold", "info", "hold", "hold")),
    ("active_deals.other_owner", [deal_created(BOB)], ("hold", "info", "caution", "caution")),
    ("active_deals.recently_lost", [deal_created(BOB), deal_lost(at=ago(days=80))], ("caution", "ok", "ok", "info")),
    ("unpaid_invoices.not_due", [SENT], ("info", "info", "info", "ok")),
    ("unpaid_invoices.overdue", [SENT, invoice(finance.InvoiceOverdue)], ("hold", "caution", "info", "caution")),
    ("unpaid_invoices.disputed", [SENT, invoice(finance.InvoiceDisputed)], ("hold", "caution", "hold", "caution")),
    ("frequency.exceeded", BUSY, ("hold", "info", "caution", "hold")),
]  # fmt: skip

ELSEWHERE = {"owner.other", "unpaid_invoices.reminded_today", "quiet_hours.now"}
"""Rules that depend on who asks, for what, or when: each has a test of its own below."""


@pytest.mark.req("BO1", "BO3", "BO4", "BO5", "BO6", "BO7")
@pytest.mark.parametrize(("rule", "events", "expected"), TABLE)
def test_a_row_of_the_table(rule: str, events: Sequence[Event], expected: Severities) -> None:
    lines = [line(rule.partition(".")[0], *events, purpose=purpose) for purpose in Purpose]

    assert tuple(found.severity.value for found in lines) == expected
    assert {found.rule for found in lines} == {rule}


@pytest.mark.req("BO3")
@pytest.mark.parametrize(("purpose", "severity"), list(zip(Purpose, ["caution", "info", "info", "info"], strict=True)))
def test_somebody_else_than_the_owner_is_told_who_the_owner_is(purpose: Purpose, severity: str) -> None:
    found = line("owner", purpose=purpose, sender_id=BOB)

    assert (found.rule, found.severity, found.talk_to) == ("owner.other", severity, ("ann",))
    assert "Ann Lee" in found.sentence


@pytest.mark.req("BO7")
def test_a_second_reminder_on_the_same_day_is_held_for_billing_and_no_news_to_others() -> None:
    reminded = [SENT, invoice(finance.InvoiceReminderSent, at=ago(hours=3))]

    assert line("unpaid_invoices", *reminded, purpose=Purpose.BILLING).rule == "unpaid_invoices.reminded_today"
    assert line("unpaid_invoices", *reminded, purpose=Purpose.BILLING).severity == "hold"
    assert line("unpaid_invoices", *reminded, purpose=Purpose.SALES).rule == "unpaid_invoices.not_due"
    yesterday = [SENT, invoice(finance.InvoiceReminderSent, at=ago(hours=13))]
    assert line("unpaid_invoices", *yesterday, purpose=Purpose.BILLING).severity == "info"


@pytest.mark.parametrize(("purpose", "severity"), list(zip(Purpose, ["caution", "info", "caution", "caution"], strict=True)))
@pytest.mark.parametrize("channel", [Channel.PHONE, Channel.SMS])
def test_nobody_is_called_at_night_where_they_are(channel: Channel, purpose: Purpose, severity: str) -> None:
    evening = ahead(hours=7, minutes=30)  # 21:30 in Berlin

    found = line("quiet_hours", channel=channel, purpose=purpose, now=evening)

    assert (found.rule, found.severity) == ("quiet_hours.now", severity)
    assert found.clears_when == "it is 2026-06-04 06:00 UTC"
    assert line("quiet_hours", channel=Channel.EMAIL, now=evening).rule == "ok"


@pytest.mark.req("BO1")
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("channel", Channel)
def test_against_a_calm_contact_nothing_speaks(purpose: Purpose, channel: Channel) -> None:
    answer = verdict(purpose=purpose, channel=channel)

    assert answer.verdict is Word.CLEAR
    assert [entry.check for entry in answer.lines] == list(BY_NAME)
    assert {entry.rule for entry in answer.lines} == {"ok"}
