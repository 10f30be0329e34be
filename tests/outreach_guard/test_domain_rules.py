"""What the table does not say in one word: exceptions, partial news, silence, and how several things weigh against each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from outreach_guard.domain.policy import Check, Policy, Severity, refusals
from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.verdict import Word
from shared.contracts import accounts, calendar, campaigns, deals, documents, finance, forms, mail, tickets
from shared.contracts.envelope import Event
from tests.support.guard_builders import (
    ADA,
    ANN,
    BOB,
    EMAIL,
    NOW,
    THEM,
    account_created,
    ago,
    ahead,
    bounced,
    contact_erased,
    contact_merged,
    contact_saved,
    deal_created,
    deal_lost,
    email,
    event,
    fresh,
    invoice,
    line,
    mail_received,
    mail_sent,
    member_added,
    objected,
    pair_suspected,
    ticket_comment,
    ticket_created,
    ticket_status,
    unsubscribed,
    verdict,
    withdrawn,
)

SUPPORT, SALES, BILLING = Purpose.SUPPORT, Purpose.SALES, Purpose.BILLING

# ---- consent ------------------------------------------------------------------------------------------------------------


@pytest.mark.req("BO8")
def test_a_stop_is_absolute_and_so_is_an_unsubscription_from_marketing() -> None:
    assert line(Check.CONSENT, objected()).absolute
    assert line(Check.CONSENT, unsubscribed()).absolute
    assert not line(Check.OPEN_TICKETS, ticket_created(priority="urgent")).absolute


def test_support_may_reply_in_a_thread_the_person_began_even_after_an_objection() -> None:
    begun = [mail_received(at=ago(days=2), thread="th9"), mail_sent(ANN, at=ago(days=1), thread="th9"), objected()]

    assert line(Check.CONSENT, *begun, purpose=SUPPORT, thread_id="th9").severity == "info"
    assert line(Check.CONSENT, *begun, purpose=SALES, thread_id="th9").severity == "hold"
    assert line(Check.CONSENT, *begun, purpose=SUPPORT, thread_id="other").severity == "hold"


def test_a_thread_we_began_ourselves_is_no_way_around_an_objection() -> None:
    ours = [mail_sent(ANN, at=ago(days=3), thread="th9", backfill=True), mail_received(at=ago(days=2), thread="th9"), objected()]

    assert line(Check.CONSENT, *ours, purpose=SUPPORT, thread_id="th9").severity == "hold"


def test_an_erased_person_is_left_alone_for_ever_by_everybody() -> None:
    for purpose in Purpose:
        found = line(Check.CONSENT, contact_erased(), purpose=purpose)
        assert (found.rule, found.severity, found.absolute) == ("consent.stopped", "hold", True)


@pytest.mark.parametrize(
    ("scope", "held", "free"),
    [
        ({"channel": "email"}, {"channel": Channel.EMAIL}, {"channel": Channel.PHONE}),
        ({"purpose": "sales"}, {"purpose": SALES}, {"purpose": SUPPORT}),
        ({"scope": "marketing"}, {"purpose": Purpose.ANNOUNCEMENT}, {"purpose": BILLING}),
        ({"purpose": "newsletter"}, {"purpose": Purpose.ANNOUNCEMENT}, {"purpose": SUPPORT}),
    ],
)
def test_an_objection_holds_where_it_was_meant(scope: dict[str, str], held: dict[str, object], free: dict[str, object]) -> None:
    assert line(Check.CONSENT, objected(**scope), **held).severity == "hold"
    assert line(Check.CONSENT, objected(**scope), **free).severity == "ok"


def test_consent_taken_back_for_marketing_leaves_support_free_and_taken_back_for_everything_does_not() -> None:
    assert line(Check.CONSENT, withdrawn(scope="marketing"), purpose=SALES).rule == "consent.unsubscribed"
    assert line(Check.CONSENT, withdrawn(scope="marketing"), purpose=SUPPORT).rule == "ok"
    assert line(Check.CONSENT, withdrawn(), purpose=SUPPORT).rule == "consent.stopped"


def test_a_form_grants_what_it_names_unless_it_was_spam() -> None:
    nothing = withdrawn("k1", purpose="announcement", channel="letter")
    submitted = event(forms.SubmissionSubmitted(parties=THEM, consents=({"channel": "email", "purpose": "sales"},)), "f1")
    bare = event(forms.SubmissionSubmitted(parties=THEM, consents=("I agree",)), "f2")
    spam = event(forms.SubmissionMarkedSpam(parties=THEM), "f1")

    assert line(Check.CONSENT, nothing, submitted).rule == "ok"
    assert line(Check.CONSENT, nothing, bare).rule == "consent.unknown"
    assert line(Check.CONSENT, nothing, spam, submitted).rule == "consent.unknown"


# ---- the address --------------------------------------------------------------------------------------------------------


@pytest.mark.req("BO3")
def test_billing_uses_the_billing_address_and_everybody_else_the_primary() -> None:
    both = contact_saved(emails=(email(), email("bills@acme.com", primary=False, purpose="billing", state="invalid")))

    assert line(Check.EMAIL, both, purpose=BILLING).rule == "email.unusable"
    assert line(Check.EMAIL, both, purpose=SALES).rule == "ok"


def test_a_soft_bounce_says_nothing_and_a_reply_undoes_a_hard_one_in_any_order() -> None:
    replied = event(mail.DeliveryReplied(address=EMAIL), "dl9", at=ago(minutes=30))

    assert line(Check.EMAIL, bounced("soft")).rule == "ok"
    assert line(Check.EMAIL, replied, bounced(at=ago(hours=2))).rule == "ok"
    assert line(Check.EMAIL, replied, bounced(at=ago(minutes=10))).rule == "email.unusable"


def test_no_address_is_needed_for_a_call_and_a_deleted_contact_is_not_called_either() -> None:
    assert line(Check.EMAIL, contact_saved(emails=()), channel=Channel.PHONE).rule == "ok"
    assert line(Check.EMAIL, contact_saved(deleted_at=ago(days=1)), channel=Channel.PHONE).severity == "hold"


# ---- account and owner --------------------------------------------------------------------------------------------------


def test_a_free_mail_address_fits_every_account() -> None:
    assert line(Check.ACCOUNT, contact_saved(emails=(email("ada@gmail.com"),)), account_created("a9", "G", "gmail.com")).rule == "ok"


def test_an_account_that_was_merged_into_the_claimant_is_no_mismatch() -> None:
    linked = contact_saved(accounts=({"account_id": "a2"},))
    merged = event(accounts.AccountMerged(survivor_id="a1", merged_ids=("a2",)), "a1")

    assert line(Check.ACCOUNT, linked).rule == "account.mismatch"
    assert line(Check.ACCOUNT, linked, merged).rule == "ok"


@pytest.mark.req("BO9")
def test_an_owner_nobody_told_us_about_is_unknown_rather_than_active() -> None:
    found = line(Check.OWNER, contact_saved(owner_id="zoe"), sender_id="zoe")

    assert (found.rule, found.severity, found.counts_as) == ("owner.unknown", "unknown", "caution")
    assert line(Check.OWNER, contact_saved(owner_id="zoe"), member_added("zoe", "Zoe"), sender_id="zoe").rule == "ok"


# ---- conversation -------------------------------------------------------------------------------------------------------


@pytest.mark.req("MB3", "BO4")
def test_backfilled_and_automated_mails_are_neither_touches_nor_unanswered() -> None:
    ways: list[dict[str, Any]] = [{"backfill": True}, {"automated": True}]
    for how in ways:
        assert line(Check.RECENT_ACTIVITY, mail_sent(BOB, **how), mail_received(thread="th2", **how)).rule == "ok"
        assert line(Check.FREQUENCY, *[mail_sent(BOB, thread=f"th{n}", **how) for n in range(5)]).rule == "ok"


def test_the_answer_in_the_thread_is_what_is_waited_for_whoever_gives_it() -> None:
    waiting = mail_received(at=ago(hours=5), thread="th1")
    elsewhere = mail_sent(ANN, at=ago(hours=4), thread="th2")
    answered = mail_sent(ANN, at=ago(hours=3), thread="th1")

    assert line(Check.RECENT_ACTIVITY, waiting, elsewhere, purpose=SUPPORT).severity == "hold"
    assert line(Check.RECENT_ACTIVITY, waiting, elsewhere, answered, purpose=SUPPORT).rule == "ok"
    assert line(Check.RECENT_ACTIVITY, waiting, purpose=SUPPORT, thread_id="th1").rule == "ok"


def test_a_public_comment_of_theirs_waits_until_an_agent_comments_or_the_ticket_is_settled() -> None:
    asked = [ticket_created(), ticket_comment("contact", at=ago(hours=5), by=None)]

    assert line(Check.RECENT_ACTIVITY, *asked, purpose=SUPPORT).rule == "recent_activity.unanswered"
    assert line(Check.RECENT_ACTIVITY, *asked, purpose=SUPPORT, thread_id="t1").rule == "ok"
    assert line(Check.RECENT_ACTIVITY, *asked, ticket_comment("agent", at=ago(hours=4), by=ANN), purpose=SUPPORT).rule == "ok"
    assert line(Check.RECENT_ACTIVITY, *asked, ticket_status("resolved"), purpose=SUPPORT).rule == "ok"


def test_every_way_of_approaching_is_a_touch_and_a_machine_is_no_colleague() -> None:
    ways = [
        event(calendar.CallLogged(parties=THEM, direction="outbound"), "ca1", by=BOB),
        event(finance.EstimateSent.model_validate({"recipient_email": EMAIL}), "es1", by=BOB),
        event(documents.DocumentSent.model_validate({"recipient_email": EMAIL}), "do1", by=BOB),
        ticket_comment("agent", by=BOB),
    ]
    by_machine = [event(campaigns.EnrolmentStepSent(parties=THEM, sender_id=BOB), f"e{n}", by=None) for n in range(4)]

    for way in ways:
        assert line(Check.RECENT_ACTIVITY, way).talk_to == (BOB,)
    assert line(Check.FREQUENCY, *ways).rule == "frequency.exceeded"
    assert line(Check.FREQUENCY, *ways[:3]).rule == "ok"
    assert line(Check.RECENT_ACTIVITY, *by_machine).rule == "ok"
    assert line(Check.FREQUENCY, *by_machine).rule == "frequency.exceeded"


def test_an_inbound_call_is_no_touch_and_an_old_touch_is_forgotten() -> None:
    assert line(Check.RECENT_ACTIVITY, event(calendar.CallLogged(parties=THEM, direction="inbound"), "ca1", by=BOB)).rule == "ok"
    assert line(Check.RECENT_ACTIVITY, mail_sent(BOB, at=ago(days=3, minutes=1))).rule == "ok"


def test_a_step_is_planned_until_it_is_sent_taken_back_or_the_senders_own() -> None:
    def scheduled(sender: str = BOB, **span: float) -> Event:
        return event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=sender, next_at=ahead(**span)), "e1", sequence=5)

    def over(sequence: int) -> Event:
        return event(campaigns.EnrolmentRemoved(parties=THEM), "e1", sequence=sequence)

    assert line(Check.PLANNED, scheduled(days=1)).talk_to == (BOB,)
    assert line(Check.PLANNED, scheduled(days=3)).rule == "ok"
    assert line(Check.PLANNED, scheduled(ANN, days=1)).rule == "ok"
    assert line(Check.PLANNED, over(6), scheduled(days=1)).rule == "ok"
    assert line(Check.PLANNED, over(4), scheduled(days=1)).rule == "planned.step"


def test_a_meeting_within_two_days_is_planned_until_it_is_cancelled() -> None:
    meeting = event(calendar.MeetingScheduled(parties=THEM, start=ahead(days=1), end=ahead(days=1, hours=1)), "me1", sequence=1)
    cancelled = event(calendar.MeetingCancelled(parties=THEM), "me1", sequence=2)

    assert line(Check.PLANNED, meeting).rule == "planned.step"
    assert line(Check.PLANNED, cancelled, meeting).rule == "ok"


# ---- business -----------------------------------------------------------------------------------------------------------


@pytest.mark.req("BO5")
def test_a_change_of_status_leaves_the_priority_as_it_was_whatever_comes_first() -> None:
    urgent, reopened = ticket_created(priority="urgent", sequence=1), ticket_status("reopened", sequence=2)

    assert line(Check.OPEN_TICKETS, reopened, urgent).rule == "open_tickets.urgent"
    assert line(Check.OPEN_TICKETS, urgent, ticket_status("closed", sequence=3), reopened).rule == "ok"


def test_a_ticket_is_late_when_its_time_has_passed_whether_or_not_anybody_said_so() -> None:
    assert line(Check.OPEN_TICKETS, ticket_created(sla_due_at=ago(minutes=1))).rule == "open_tickets.urgent"
    assert line(Check.OPEN_TICKETS, ticket_created(sla_due_at=ahead(minutes=1))).rule == "open_tickets.open"


def test_a_ticket_of_somebody_else_is_nothing_to_this_contact() -> None:
    created = ticket_created()
    moved = event(tickets.TicketRequesterChanged.model_validate({"requester": {"email": "eve@acme.com"}}), "t1")

    assert line(Check.OPEN_TICKETS, moved, created).rule == "ok"


def test_a_ticket_merged_into_another_counts_no_more() -> None:
    merged = event(tickets.TicketMerged(survivor_id="t0", merged_ids=("t1",), parties=THEM), "t0")

    assert {entry.id for entry in line(Check.OPEN_TICKETS, merged, ticket_created()).evidence} == {"t0"}


@pytest.mark.req("BO6")
def test_the_senders_own_deal_is_fine_and_outweighs_one_lost_before() -> None:
    own = deal_created(ANN, "d2")

    assert line(Check.ACTIVE_DEALS, own).rule == "ok"
    assert line(Check.ACTIVE_DEALS, deal_created(BOB), deal_lost(at=ago(days=5)), own).rule == "ok"
    assert line(Check.ACTIVE_DEALS, deal_created(BOB), deal_lost(at=ago(days=91))).rule == "ok"
    assert line(Check.ACTIVE_DEALS, deal_created(None)).rule == "active_deals.other_owner"


def test_a_contact_taken_out_of_a_deal_has_none() -> None:
    created = deal_created(BOB)
    left = event(deals.DealContactUnlinked.model_validate({"parties": [{"contact_id": ADA}], "contacts": []}), "d1")

    assert line(Check.ACTIVE_DEALS, left, created).rule == "ok"


@pytest.mark.req("BO7")
def test_an_invoice_is_unpaid_from_sending_to_payment_and_looking_at_it_changes_nothing() -> None:
    created = invoice(finance.InvoiceCreated)
    sent = invoice(finance.InvoiceSent)
    paid = invoice(finance.InvoicePaid, balance_due="0")
    viewed = invoice(finance.InvoiceViewed, balance_due="0")

    assert line(Check.UNPAID_INVOICES, created).rule == "ok"
    assert line(Check.UNPAID_INVOICES, sent, created).rule == "unpaid_invoices.not_due"
    assert line(Check.UNPAID_INVOICES, created, viewed, paid, sent).rule == "ok"


def test_an_invoice_past_its_date_is_overdue_before_anybody_says_so() -> None:
    late = invoice(finance.InvoiceSent, due_date=ago(days=1).date())

    assert line(Check.UNPAID_INVOICES, late).rule == "unpaid_invoices.overdue"


def test_a_pair_below_the_certain_threshold_or_merged_since_is_no_duplicate() -> None:
    both_ada_by_now = pair_suspected(ADA)

    assert line(Check.DUPLICATES, pair_suspected(certain=False)).rule == "ok"
    assert line(Check.DUPLICATES, both_ada_by_now).rule == "ok"


def test_the_card_of_a_contact_merged_away_says_nothing_about_the_survivor() -> None:
    assert verdict(contact_saved("c2", review={"state": "pending"}), contact_merged(ADA, "c2")).verdict is Word.CLEAR


# ---- silence and weight -------------------------------------------------------------------------------------------------


@pytest.mark.req("BO9")
@pytest.mark.parametrize(
    ("source", "check", "counts_as"),
    [("tickets", Check.OPEN_TICKETS, "caution"), ("finance", Check.UNPAID_INVOICES, "caution"), ("consent", Check.CONSENT, "hold")],
)
def test_a_silent_source_makes_its_check_unknown(source: str, check: Check, counts_as: str) -> None:
    silent = fresh(**{source: ago(minutes=6)})

    answer = verdict(freshness=silent)

    found = next(entry for entry in answer.lines if entry.check == check)
    assert (found.rule, found.severity, found.counts_as) == (f"{check}.unknown", "unknown", counts_as)
    assert found.as_of == ago(minutes=6)
    assert answer.verdict == counts_as


@pytest.mark.req("BO9")
def test_when_the_contacts_themselves_are_silent_nothing_is_certain() -> None:
    answer = verdict(freshness=fresh(contacts=NOW - timedelta(hours=1)))

    assert {entry.severity for entry in answer.lines} == {Severity.UNKNOWN}


@pytest.mark.req("BO9")
def test_what_was_known_before_the_silence_still_holds_and_is_shown() -> None:
    silent = fresh(tickets=ago(hours=1))

    assert line(Check.OPEN_TICKETS, ticket_created(priority="urgent"), freshness=silent).rule == "open_tickets.urgent"
    known = line(Check.OPEN_TICKETS, ticket_created(), freshness=silent)
    assert known.severity == "unknown"
    assert "t1" in {entry.id for entry in known.evidence}


@pytest.mark.req("BO2")
def test_a_line_says_why_on_what_evidence_who_to_talk_to_and_what_would_clear_it() -> None:
    found = line(Check.OPEN_TICKETS, ticket_created(priority="urgent", assignee_id="sue"))

    assert found.sentence == "An urgent ticket is open."
    assert [(entry.kind, entry.id, entry.text) for entry in found.evidence] == [("ticket", "t1", "T-1, It hums, urgent, open")]
    assert (found.talk_to, found.clears_when, found.as_of) == (("sue",), "the tickets are resolved", NOW)


def test_the_sentence_of_the_verdict_is_that_of_the_line_nobody_can_override() -> None:
    answer = verdict(ticket_created(priority="urgent"), objected())

    assert answer.sentence == "Hold: They asked not to be approached. And 1 more."


# ---- policy -------------------------------------------------------------------------------------------------------------


def test_a_workspace_can_make_a_rule_milder_or_stricter_but_not_what_the_person_decided() -> None:
    changed = Policy({"open_tickets.open": {SALES: Severity.HOLD}, "consent.stopped": {SALES: Severity.OK}}, revision=3)

    answer = verdict(ticket_created(), objected(), policy=changed)

    severities = {entry.check: entry.severity for entry in answer.lines}
    assert (severities[Check.OPEN_TICKETS], severities[Check.CONSENT]) == ("hold", "hold")
    assert answer.policy_version == "1.3"


def test_what_can_not_be_granted_is_named() -> None:
    refused = refusals(
        {
            "consent.stopped": {SALES: Severity.INFO},
            "consent.unsubscribed": {SUPPORT: Severity.HOLD},
            "no.such": {SALES: Severity.OK},
            "owner.other": {SALES: Severity.UNKNOWN},
        }
    )

    assert [(item.rule, item.purpose) for item in refused] == [("consent.stopped", SALES), ("no.such", None), ("owner.other", SALES)]
