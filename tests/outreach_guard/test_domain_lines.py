"""What holds for every line, whatever it found, and what is put together from several pieces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from outreach_guard.domain.card import Card
from outreach_guard.domain.dealings import Deal, Message, Thread, Ticket
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.policy import Policy
from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.rules import CHECKS, EVERY_TOPIC
from outreach_guard.domain.rules.conversation import conversations
from outreach_guard.domain.verdict import Freshness, Line, preflight
from outreach_guard.domain.view import Unreadable
from shared.contracts import calendar, finance
from shared.contracts.envelope import Event
from tests.outreach_guard.test_domain_table import TABLE
from tests.support.guard_builders import (
    ADA,
    ANN,
    BOB,
    LIMIT,
    NOW,
    THEM,
    ago,
    ahead,
    contact_saved,
    deal_created,
    event,
    fresh,
    invoice,
    line,
    mail_sent,
    member_deactivated,
    pair_suspected,
    question,
    verdict,
)

NOWHERE = contact_saved(phones=())
REMINDED = [invoice(finance.InvoiceSent), invoice(finance.InvoiceReminderSent)]


def complete(found: Line) -> bool:
    """A person can read why, what would clear it, and what each piece of evidence is."""
    said = [found.sentence, found.clears_when, *(part for entry in found.evidence for part in (entry.kind, entry.id, entry.text))]
    return all(isinstance(part, str) and part.strip() for part in said)


@pytest.mark.req("BO2")
@pytest.mark.parametrize(
    ("check", "events", "asked"),
    [
        *((rule.partition(".")[0], events, {}) for rule, events, _ in TABLE),
        ("owner", [], {"sender_id": BOB}),
        ("owner", [contact_saved(owner_id="nobody")], {"sender_id": "nobody"}),
        ("quiet_hours", [], {"channel": Channel.PHONE, "now": ahead(hours=9)}),
        ("quiet_hours", [NOWHERE], {"channel": Channel.PHONE}),
        ("unpaid_invoices", REMINDED, {"purpose": Purpose.BILLING}),
        *((check.name, [], {"freshness": Freshness({}, LIMIT)}) for check in CHECKS),
    ],
)
def test_every_line_says_why_and_what_would_clear_it(check: str, events: Sequence[Event], asked: dict[str, Any]) -> None:
    found = line(check, *events, **asked)

    assert found.rule != "ok"
    assert complete(found)


def test_a_line_that_finds_nothing_says_as_of_when() -> None:
    assert {(found.severity, found.as_of) for found in verdict(freshness=fresh(ago(minutes=1))).lines} == {("ok", ago(minutes=1))}


@pytest.mark.req("BO9")
def test_a_source_may_be_silent_for_as_long_as_the_limit_and_one_never_heard_is_silent() -> None:
    assert fresh(NOW - LIMIT).silent(NOW) == frozenset()
    never = Freshness(dict.fromkeys(EVERY_TOPIC[1:], NOW), LIMIT)

    assert never.silent(NOW) == {EVERY_TOPIC[0]}
    assert (never.as_of(EVERY_TOPIC), never.as_of(EVERY_TOPIC[1:])) == (None, NOW)


@pytest.mark.req("BO2", "BO3")
def test_the_owner_is_shown_by_name_whether_or_not_they_are_active() -> None:
    for events, asked in (([], {"sender_id": BOB}), ([member_deactivated()], {})):
        found = line("owner", *events, **asked)

        assert [(entry.kind, entry.id, entry.text) for entry in found.evidence] == [("member", ANN, "Ann Lee")]


def test_of_several_the_first_is_named_and_the_others_are_counted() -> None:
    meetings = [event(calendar.MeetingScheduled(parties=THEM, start=ahead(hours=at), title=f"At {at}"), f"me{at}") for at in (5, 3)]
    deals = [deal_created(BOB, "d1"), deal_created("cyd", "d2")]

    assert line("planned", meetings[0]).sentence == "Planned: At 5, 2026-06-03 17:00 UTC."
    assert line("planned", *meetings).sentence == "Planned: At 3, 2026-06-03 15:00 UTC, and 1 more."
    assert "another contact" in line("duplicates", pair_suspected()).sentence
    assert line("active_deals", deals[0]).sentence == "An open deal is with bob."
    assert line("active_deals", *deals).sentence == "2 open deals are with bob and cyd."


def test_every_touch_is_shown_as_what_it_was() -> None:
    sent = [mail_sent(BOB, at=ago(days=days), thread=f"th{days}") for days in (1, 2, 4, 6)]

    assert {(entry.kind, bool(entry.text)) for entry in line("frequency", *sent).evidence} == {("mail", True)}


# ---- a thread at several addresses, and facts of several kinds ----------------------------------------------------------


def wrote(hours: int) -> Message:
    return Message(id=f"m{hours}", at=ago(hours=hours))


def test_a_thread_at_two_addresses_is_one_conversation_from_its_first_message_to_its_newest() -> None:
    at_work = Thread(id="a", thread_id="th", inbound=wrote(5), outbound=wrote(2), first_inbound=wrote(9), first_outbound=wrote(7))
    at_home = Thread(id="b", thread_id="th", inbound=wrote(1), outbound=wrote(4), first_inbound=wrote(6), first_outbound=wrote(8))
    other = Thread(id="c", thread_id="elsewhere", inbound=wrote(3))

    for threads in ([at_work, at_home, other], [other, at_home, at_work]):
        talk, elsewhere = sorted(conversations(threads), key=lambda each: each.thread_id != "th")

        assert [each.id for each in (talk.inbound, talk.outbound, talk.first_inbound, talk.first_outbound) if each] == [
            "m1",
            "m2",
            "m9",
            "m8",
        ]
        assert (elsewhere.inbound, elsewhere.outbound) == (wrote(3), None)


def test_a_dossier_is_sorted_by_what_things_are_whatever_order_they_come_in() -> None:
    card, merged = Card(id=ADA, owner_id=ANN), Card(id="c0", owner_id=BOB)
    ticket, deal = Ticket(id="t1"), Deal(id="d1")
    unreadable = [Unreadable(id=f"t{number}", of=Ticket) for number in (2, 3)]

    dossier = Dossier.of(ADA, [*reversed(unreadable), deal, merged, ticket, card])

    assert dossier == Dossier(card, {Ticket: [ticket], Deal: [deal]}, {Ticket: ("t2", "t3")})
    assert (list(dossier.all(Ticket)), list(dossier.all(Thread))) == ([ticket], [])
    assert Dossier.of(ADA, [merged, ticket]) is None


def test_in_place_of_a_card_nobody_can_read_there_is_a_blank_one() -> None:
    dossier = Dossier.of(ADA, [Unreadable(id=ADA, of=Card)])

    assert dossier == Dossier(Card(id=ADA), {}, {Card: (ADA,)})
    assert preflight(dossier, question(), Policy(), fresh(), NOW).verdict == "hold"
