"""What a line shows: on what it rests, when that was, and whom to talk to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from outreach_guard.domain.card import Card
from outreach_guard.domain.dealings import Ticket
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.policy import Policy, PolicyChange, Severity, refusals
from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.rules import LIMITS, RULES
from outreach_guard.domain.verdict import Line, preflight
from shared.contracts import calendar, campaigns, finance, tickets
from shared.contracts.envelope import Event
from tests.support.guard_builders import (
    ADA,
    BOB,
    EMAIL,
    NOW,
    THEM,
    account_created,
    ago,
    ahead,
    bounced,
    complained,
    contact_erased,
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
    objected,
    pair_suspected,
    question,
    ticket_comment,
    ticket_created,
    unsubscribed,
    withdrawn,
)

HOUR_AGO = ago(hours=1)
STEP = event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=BOB, next_at=ahead(hours=30), channel="email"), "e1")
MEETING = event(calendar.MeetingScheduled(parties=THEM, start=ahead(hours=5), title="Demo"), "me1", by="eve")
GLOBEX = [contact_saved(accounts=({"account_id": "a2"},)), account_created("a2", "Globex", "globex.com")]
LATE = ticket_created(number=None, priority=None)
UNNAMED: dict[str, Any] = {"number": None, "currency": None}
DUE = f"due {ahead(days=20).date()}"

# check, what happened, and of each piece of evidence its kind, id, text and time; whom to talk to
SHOWN: list[tuple[str, Sequence[Event], list[tuple[Any, ...]], tuple[str, ...]]] = [
    ("email", [bounced()], [("email", EMAIL, "hard bounce: 550", HOUR_AGO)], ()),
    ("email", [contact_saved(emails=(email(state="invalid", reason="moved", since=ago(days=1)),))],
     [("email", EMAIL, "invalid: moved", ago(days=1))], ()),
    ("email", [contact_erased()], [("contact", ADA, "erased", HOUR_AGO)], ()),
    ("account", GLOBEX, [("account", "a1", "Acme has the domain acme.com", None)], ()),
    ("review", [contact_saved(review={"state": "pending"})], [("contact", ADA, "review: pending", None)], ()),
    ("duplicates", [pair_suspected()], [("contact", "c2", "score 0.98", HOUR_AGO)], ()),
    ("open_tickets", [LATE, event(tickets.TicketSlaBreached(), "t1")], [("ticket", "t1", "t1, It hums, open, SLA breached", HOUR_AGO)], ()),
    ("active_deals", [deal_created(BOB)], [("deal", "d1", "Big one", HOUR_AGO)], (BOB,)),
    ("active_deals", [deal_created(BOB), deal_lost(at=ago(days=8))], [("deal", "d1", "lost: Big one", ago(days=8))], (BOB,)),
    ("unpaid_invoices", [invoice(finance.InvoiceSent)], [("invoice", "i1", f"R-1, 100.00 EUR open, {DUE}", HOUR_AGO)], ()),
    ("unpaid_invoices", [invoice(finance.InvoiceSent, at=ago(days=9)), invoice(finance.InvoiceOverdue, at=ago(days=2))],
     [("invoice", "i1", f"R-1, 100.00 EUR open, {DUE}", ago(days=2))], ()),
    ("unpaid_invoices", [invoice(finance.InvoiceSent, **UNNAMED), invoice(finance.InvoiceDisputed, **UNNAMED)],
     [("invoice", "i1", f"i1, 100.00 open, {DUE}, disputed", HOUR_AGO)], ()),
    ("consent", [contact_erased()], [("contact", ADA, "erased", HOUR_AGO)], ()),
    ("consent", [unsubscribed()], [("email", EMAIL, "unsubscribed", HOUR_AGO)], ()),
    ("consent", [complained()], [("email", EMAIL, "complained", HOUR_AGO)], ()),
    ("consent", [objected()], [("consent", "k3", "objected: every purpose by every channel", HOUR_AGO)], ()),
    ("consent", [objected(purpose="sales", channel="email")], [("consent", "k3", "objected: sales by email", HOUR_AGO)], ()),
    ("consent", [withdrawn(scope="all")], [("consent", "k2", "withdrawn: all by every channel", HOUR_AGO)], ()),
    ("planned", [STEP, MEETING], [("step", "e1", "email step is due", ahead(hours=30)), ("meeting", "me1", "Demo", ahead(hours=5))],
     (BOB, "eve")),
]  # fmt: skip


def shown(found: Line) -> list[tuple[Any, ...]]:
    return [(entry.kind, entry.id, entry.text, entry.at) for entry in found.evidence]


@pytest.mark.req("BO2")
@pytest.mark.parametrize(("check", "events", "evidence", "talk_to"), SHOWN)
def test_a_line_shows_what_it_rests_on(
    check: str, events: Sequence[Event], evidence: list[tuple[Any, ...]], talk_to: tuple[str, ...]
) -> None:
    found = line(check, *events)

    assert found.rule not in {"ok", f"{check}.unknown"}
    assert (shown(found), found.talk_to) == (evidence, talk_to)
    assert found.sentence.strip()
    assert (found.clears_when or "").strip()


@pytest.mark.req("BO2")
def test_several_are_counted_and_each_is_shown() -> None:
    found = line("open_tickets", ticket_created("t1"), ticket_created("t2"))

    assert found.sentence == "2 tickets are open."
    assert [(entry.id, entry.at) for entry in found.evidence] == [("t1", HOUR_AGO), ("t2", HOUR_AGO)]


@pytest.mark.req("BO2")
def test_messages_are_shown_with_who_wrote_them_and_when() -> None:
    sent = mail_sent(BOB, at=ago(days=2))

    found = line("recent_activity", sent)

    assert [(entry.kind, entry.id, entry.at) for entry in found.evidence] == [("mail", sent.subject, ago(days=2))]
    assert found.talk_to == (BOB,)


@pytest.mark.req("BO2")
def test_what_waits_for_an_answer_is_shown_since_when_and_who_has_it() -> None:
    received = mail_received(at=ago(days=5))
    asked = [ticket_created(assignee_id="sue"), ticket_comment("contact", at=ago(days=3))]

    found = line("recent_activity", received, *asked)

    assert shown(found) == [("mail", received.subject, "Help", ago(days=5)), ("ticket", "t1", "It hums", ago(days=3))]
    assert "since 2026-05-29" in found.sentence
    assert found.talk_to == ("sue",)


@pytest.mark.req("BO2")
def test_of_too_many_touches_each_is_shown_and_until_when() -> None:
    sent = [mail_sent(BOB, at=ago(days=days), thread=f"th{days}") for days in (1, 2, 4, 6)]

    found = line("frequency", *sent)

    assert [(entry.id, entry.at) for entry in found.evidence] == [(entry.subject, entry.time) for entry in reversed(sent)]
    assert found.talk_to == (BOB,)
    assert "2026-06-04 12:00" in (found.clears_when or "")


@pytest.mark.req("BO9")
def test_a_silent_source_is_named_with_when_it_was_last_heard_beside_what_is_known() -> None:
    found = line("open_tickets", ticket_created(assignee_id="sue"), freshness=fresh(tickets=HOUR_AGO))

    assert shown(found)[0] == ("source", "crm.tickets", "last heard 2026-06-03 11:00 UTC", HOUR_AGO)
    assert [entry.id for entry in found.evidence] == ["crm.tickets", "t1"]
    assert found.sentence.startswith("Unknown: tickets, last heard 2026-06-03 11:00 UTC.")
    assert found.talk_to == ("sue",)


@pytest.mark.req("BO9")
def test_what_can_not_be_read_is_named_and_takes_nothing_from_what_can() -> None:
    unreadable = Dossier(Card(id=ADA), {Ticket: [Ticket(id="t2", assignee_id="sue")]}, {Ticket: ["t1"]})

    lines = {found.check: found for found in preflight(unreadable, question(), Policy(), fresh(), NOW).lines}

    found = lines["open_tickets"]
    assert (found.severity, [(entry.kind, entry.id) for entry in found.evidence]) == (
        Severity.UNKNOWN,
        [("ticket", "t1"), ("ticket", "t2")],
    )
    assert found.talk_to == ("sue",)
    assert (found.clears_when or "").strip()
    assert lines["active_deals"].rule == "ok"


@pytest.mark.req("BO9")
def test_of_a_card_that_can_not_be_read_nothing_is_believed_but_what_the_person_decided() -> None:
    blank = Dossier(Card(id=ADA), {}, {Card: [ADA]})

    lines = {found.check: found for found in preflight(blank, question(), Policy(), fresh(), NOW).lines}

    assert (lines["owner"].rule, lines["owner"].sentence) == ("owner.unknown", "Unknown: not everything that is kept can be read.")
    assert {found.severity for found in lines.values() if found.check in {"email", "account", "owner", "review"}} == {Severity.UNKNOWN}


def test_the_moment_it_is_fine_to_call_is_a_full_or_half_hour() -> None:
    found = line("quiet_hours", channel=Channel.PHONE, now=ahead(hours=7, minutes=40, seconds=5, microseconds=7))

    assert found.clears_when == "it is 2026-06-04 06:00 UTC"


def test_a_workspace_may_go_to_the_bounds_of_a_number_and_say_again_what_the_person_decided() -> None:
    bounds = [{name: number for name, limit in LIMITS.items() for number in [getattr(limit, bound)]} for bound in ("least", "most")]
    same = {"consent.stopped": {Purpose.SALES: Severity.HOLD}}

    assert [refusals(PolicyChange(0, same, limits), RULES, LIMITS) for limits in bounds] == [[], []]


def test_every_refusal_of_a_policy_says_why() -> None:
    wish = PolicyChange(
        0,
        {"no.such": {}, "consent.stopped": {Purpose.SALES: Severity.OK}, "owner.other": {Purpose.SALES: Severity.UNKNOWN}},
        {"no.such": 1, "frequency.days": 0},
    )

    refused = refusals(wish, RULES, LIMITS)

    assert len(refused) == 5
    assert all(refusal.reason.strip() for refusal in refused)
