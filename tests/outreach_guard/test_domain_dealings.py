"""What goes on: exceptions to the table, and partial news."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from outreach_guard.domain.question import Purpose
from outreach_guard.domain.verdict import Word
from shared.contracts import calendar, campaigns, deals, documents, finance, tickets
from shared.contracts.envelope import Event
from tests.support.guard_builders import (
    ADA,
    ANN,
    BOB,
    EMAIL,
    THEM,
    ago,
    ahead,
    contact_merged,
    contact_saved,
    deal_created,
    deal_lost,
    event,
    invoice,
    line,
    mail_received,
    mail_sent,
    objected,
    pair_suspected,
    ticket_comment,
    ticket_created,
    ticket_status,
    verdict,
)

SUPPORT = Purpose.SUPPORT
END_OF_TIME = datetime.max.replace(tzinfo=UTC)

# ---- conversation -------------------------------------------------------------------------------------------------------


@pytest.mark.req("MB3", "BO4")
def test_backfilled_and_automated_mails_are_neither_touches_nor_unanswered() -> None:
    ways: list[dict[str, Any]] = [{"backfill": True}, {"automated": True}]
    for how in ways:
        assert line("recent_activity", mail_sent(BOB, **how), mail_received(thread="th2", **how)).rule == "ok"
        assert line("frequency", *[mail_sent(BOB, thread=f"th{n}", **how) for n in range(5)]).rule == "ok"


def test_the_answer_in_the_thread_is_what_is_waited_for_whoever_gives_it() -> None:
    waiting = mail_received(at=ago(hours=5), thread="th1")
    elsewhere = mail_sent(ANN, at=ago(hours=4), thread="th2")
    answered = mail_sent(ANN, at=ago(hours=3), thread="th1")

    assert line("recent_activity", waiting, elsewhere, purpose=SUPPORT).severity == "hold"
    assert line("recent_activity", waiting, elsewhere, answered, purpose=SUPPORT).rule == "ok"
    assert line("recent_activity", waiting, purpose=SUPPORT, thread_id="th1").rule == "ok"


def test_a_thread_was_begun_by_whoever_wrote_first_however_much_was_written_since() -> None:
    theirs = [mail_received(at=ago(days=9)), mail_sent(ANN, at=ago(days=8)), mail_received(at=ago(days=2))]
    ours = [mail_sent(ANN, at=ago(days=9)), mail_received(at=ago(days=8)), mail_sent(ANN, at=ago(days=2))]

    for thread, severity in ((theirs, "info"), (ours, "hold")):
        assert line("consent", *thread, objected(), purpose=SUPPORT, thread_id="th1").severity == severity


def test_a_public_comment_of_theirs_waits_until_an_agent_comments_or_the_ticket_is_settled() -> None:
    asked = [ticket_created(), ticket_comment("contact", at=ago(hours=5), by=None)]

    assert line("recent_activity", *asked, purpose=SUPPORT).rule == "recent_activity.unanswered"
    assert line("recent_activity", *asked, purpose=SUPPORT, thread_id="t1").rule == "ok"
    assert line("recent_activity", *asked, ticket_comment("agent", at=ago(hours=4), by=ANN), purpose=SUPPORT).rule == "ok"
    assert line("recent_activity", *asked, ticket_status("resolved"), purpose=SUPPORT).rule == "ok"


def test_every_way_of_approaching_is_a_touch_and_a_machine_is_no_colleague() -> None:
    ways = [
        event(calendar.CallLogged(parties=THEM, direction="outbound"), "ca1", by=BOB),
        event(finance.EstimateSent.model_validate({"recipient_email": EMAIL}), "es1", by=BOB),
        event(documents.DocumentSent.model_validate({"recipient_email": EMAIL}), "do1", by=BOB),
        ticket_comment("agent", by=BOB),
    ]
    by_machine = [event(campaigns.EnrolmentStepSent(parties=THEM, sender_id=BOB), f"e{n}", by=None) for n in range(4)]

    for way in ways:
        assert line("recent_activity", way).talk_to == (BOB,)
    assert line("frequency", *ways).rule == "frequency.exceeded"
    assert line("frequency", *ways[:3]).rule == "ok"
    assert line("recent_activity", *by_machine).rule == "ok"
    assert line("frequency", *by_machine).rule == "frequency.exceeded"


def test_an_inbound_call_is_no_touch_and_an_old_touch_is_forgotten() -> None:
    assert line("recent_activity", event(calendar.CallLogged(parties=THEM, direction="inbound"), "ca1", by=BOB)).rule == "ok"
    assert line("recent_activity", mail_sent(BOB, at=ago(days=3, minutes=1))).rule == "ok"


def test_a_step_is_planned_until_it_is_sent_taken_back_or_the_senders_own() -> None:
    def scheduled(sender: str = BOB, **span: float) -> Event:
        return event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=sender, next_at=ahead(**span)), "e1", sequence=5)

    def over(sequence: int) -> Event:
        return event(campaigns.EnrolmentRemoved(parties=THEM), "e1", sequence=sequence)

    assert line("planned", scheduled(days=1)).talk_to == (BOB,)
    assert line("planned", scheduled(days=3)).rule == "ok"
    assert line("planned", scheduled(ANN, days=1)).rule == "ok"
    assert line("planned", over(6), scheduled(days=1)).rule == "ok"
    assert line("planned", over(4), scheduled(days=1)).rule == "planned.step"


def test_a_meeting_within_two_days_is_planned_until_it_is_cancelled() -> None:
    meeting = event(calendar.MeetingScheduled(parties=THEM, start=ahead(days=1), end=ahead(days=1, hours=1)), "me1", sequence=1)
    cancelled = event(calendar.MeetingCancelled(parties=THEM), "me1", sequence=2)

    assert line("planned", meeting).rule == "planned.step"
    assert line("planned", cancelled, meeting).rule == "ok"


def test_a_meeting_that_is_moved_is_where_it_was_as_long_as_nobody_says_where_to() -> None:
    planned = event(calendar.MeetingScheduled(parties=THEM, start=ahead(days=1), end=ahead(days=1, hours=1)), "me1")
    moved = event(calendar.MeetingRescheduled(parties=THEM), "me1")
    later = event(calendar.MeetingRescheduled(parties=THEM, start=ahead(days=1, hours=2)), "me1")
    away = event(calendar.MeetingRescheduled(parties=THEM, start=ahead(days=9)), "me1")

    assert line("planned", planned, moved).rule == "planned.step"
    assert line("planned", planned, later).rule == "planned.step"
    assert line("planned", planned, away).rule == "ok"


def test_a_step_that_is_scheduled_again_without_a_time_keeps_its_time() -> None:
    planned = event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=BOB, next_at=ahead(days=1)), "e1")
    again = event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=BOB, channel="email"), "e1")

    assert line("planned", planned, again).rule == "planned.step"


@pytest.mark.parametrize(
    "last",
    [
        event(campaigns.EnrolmentStepScheduled(parties=THEM, next_at=END_OF_TIME), "e1"),
        event(calendar.MeetingScheduled(parties=THEM, start=END_OF_TIME, end=END_OF_TIME), "me1"),
        ticket_created(sla_due_at=END_OF_TIME),
        deal_lost(at=END_OF_TIME),
        mail_sent(at=END_OF_TIME),
    ],
    ids=lambda last: last.type,
)
def test_a_date_at_the_end_of_the_calendar_is_a_date(last: Event) -> None:
    assert verdict(last).lines


def test_what_is_dated_ahead_of_now_has_answered_nothing_yet() -> None:
    asked, ahead_of_it = mail_received(at=ago(hours=1)), mail_sent(ANN, at=ahead(hours=20))
    on_ticket = [ticket_created(), ticket_comment("contact", at=ago(hours=5), by=None), ticket_comment("agent", at=ahead(hours=20), by=ANN)]

    assert line("recent_activity", asked, ahead_of_it, purpose=SUPPORT).rule == "recent_activity.unanswered"
    assert line("recent_activity", *on_ticket, purpose=SUPPORT).rule == "recent_activity.unanswered"


# ---- business -----------------------------------------------------------------------------------------------------------


@pytest.mark.req("BO5")
def test_a_change_of_status_leaves_the_priority_as_it_was_whatever_comes_first() -> None:
    urgent, reopened = ticket_created(priority="urgent", sequence=1), ticket_status("reopened", sequence=2)

    assert line("open_tickets", reopened, urgent).rule == "open_tickets.urgent"
    assert line("open_tickets", urgent, ticket_status("closed", sequence=3), reopened).rule == "ok"


@pytest.mark.parametrize("priority", ["Urgent", "HIGH", " urgent"])
def test_an_urgent_ticket_is_urgent_in_any_case(priority: str) -> None:
    assert line("open_tickets", ticket_created(priority=priority)).rule == "open_tickets.urgent"


def test_a_comment_of_theirs_is_theirs_in_any_case() -> None:
    asked = [ticket_created(), ticket_comment("Contact", at=ago(hours=5), by=None)]

    assert line("recent_activity", *asked, purpose=SUPPORT).rule == "recent_activity.unanswered"


def test_a_ticket_is_late_when_its_time_has_passed_whether_or_not_anybody_said_so() -> None:
    assert line("open_tickets", ticket_created(sla_due_at=ago(minutes=1))).rule == "open_tickets.urgent"
    assert line("open_tickets", ticket_created(sla_due_at=ahead(minutes=1))).rule == "open_tickets.open"


def test_a_ticket_of_somebody_else_is_nothing_to_this_contact() -> None:
    created = ticket_created()
    moved = event(tickets.TicketRequesterChanged.model_validate({"requester": {"email": "eve@acme.com"}}), "t1")

    assert line("open_tickets", moved, created).rule == "ok"


def test_a_ticket_merged_into_another_counts_no_more() -> None:
    merged = event(tickets.TicketMerged(survivor_id="t0", merged_ids=("t1",), parties=THEM), "t0")

    assert {entry.id for entry in line("open_tickets", merged, ticket_created()).evidence} == {"t0"}


@pytest.mark.req("BO6")
def test_the_senders_own_deal_is_fine_and_outweighs_one_lost_before() -> None:
    own = deal_created(ANN, "d2")

    assert line("active_deals", own).rule == "ok"
    assert line("active_deals", deal_created(BOB), deal_lost(at=ago(days=5)), own).rule == "ok"
    assert line("active_deals", deal_created(BOB), deal_lost(at=ago(days=91))).rule == "ok"
    assert line("active_deals", deal_created(None)).rule == "active_deals.other_owner"


def test_a_contact_taken_out_of_a_deal_has_none() -> None:
    created = deal_created(BOB)
    left = event(deals.DealContactUnlinked.model_validate({"parties": [{"contact_id": ADA}], "contacts": []}), "d1")

    assert line("active_deals", left, created).rule == "ok"


@pytest.mark.req("BO7")
def test_an_invoice_is_unpaid_from_sending_to_payment_and_looking_at_it_changes_nothing() -> None:
    created = invoice(finance.InvoiceCreated)
    sent = invoice(finance.InvoiceSent)
    paid = invoice(finance.InvoicePaid, balance_due="0")
    viewed = invoice(finance.InvoiceViewed, balance_due="0")

    assert line("unpaid_invoices", created).rule == "ok"
    assert line("unpaid_invoices", sent, created).rule == "unpaid_invoices.not_due"
    assert line("unpaid_invoices", created, viewed, paid, sent).rule == "ok"


def test_an_overdue_invoice_that_is_sent_again_is_overdue_unless_it_was_given_more_time() -> None:
    told = [invoice(kind, due_date=None) for kind in (finance.InvoiceSent, finance.InvoiceOverdue, finance.InvoiceSent)]

    assert line("unpaid_invoices", *told).rule == "unpaid_invoices.overdue"
    assert line("unpaid_invoices", *told, invoice(finance.InvoiceSent)).rule == "unpaid_invoices.not_due"


def test_a_reminder_dated_tomorrow_is_one_of_today() -> None:
    told = [invoice(finance.InvoiceSent), invoice(finance.InvoiceReminderSent, at=ahead(hours=20))]

    assert line("unpaid_invoices", *told, purpose=Purpose.BILLING).rule == "unpaid_invoices.reminded_today"


def test_an_invoice_past_its_date_is_overdue_before_anybody_says_so() -> None:
    late = invoice(finance.InvoiceSent, due_date=ago(days=1).date())

    assert line("unpaid_invoices", late).rule == "unpaid_invoices.overdue"


def test_a_pair_below_the_certain_threshold_or_merged_since_is_no_duplicate() -> None:
    both_ada_by_now = pair_suspected(ADA)

    assert line("duplicates", pair_suspected(certain=False)).rule == "ok"
    assert line("duplicates", both_ada_by_now).rule == "ok"


def test_the_card_of_a_contact_merged_away_says_nothing_about_the_survivor() -> None:
    assert verdict(contact_saved("c2", review={"state": "pending"}), contact_merged(ADA, "c2")).verdict is Word.CLEAR
