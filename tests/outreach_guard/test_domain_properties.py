"""What holds whatever happens: bad news never makes a verdict milder, and no order of arrival changes what is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.rules import EVERY_TOPIC
from outreach_guard.domain.verdict import Verdict
from shared.contracts import calendar, campaigns, finance, tickets
from shared.contracts.envelope import Event
from tests.support.guard_builders import (
    THEM,
    ago,
    ahead,
    bounced,
    calm,
    complained,
    contact_erased,
    contact_saved,
    deal_created,
    deal_lost,
    email,
    event,
    facts_of,
    fresh,
    invoice,
    mail_received,
    mail_sent,
    member_deactivated,
    objected,
    pair_suspected,
    ticket_comment,
    ticket_created,
    ticket_status,
    unsubscribed,
    verdict,
    withdrawn,
)

SOURCES = sorted(topic.removeprefix("crm.") for topic in EVERY_TOPIC)

BAD_NEWS = [
    objected(),
    complained(),
    unsubscribed(),
    withdrawn(),
    bounced(),
    pair_suspected(),
    member_deactivated(),
    *(mail_sent("ann", at=ago(days=days), thread=f"out{days}") for days in range(5)),
    mail_sent("bob", at=ago(days=1), thread="out9"),
    mail_received(thread="in1"),
    ticket_created("t1"),
    ticket_created("t2", priority="urgent"),
    deal_created("bob", "d1"),
    invoice(finance.InvoiceSent, "i1"),
    invoice(finance.InvoiceOverdue, "i2"),
    invoice(finance.InvoiceDisputed, "i3"),
    invoice(finance.InvoiceReminderSent, "i4"),
    event(campaigns.EnrolmentStepScheduled(parties=THEM, next_at=ahead(days=1), sender_id="bob"), "e2"),
    event(calendar.MeetingScheduled(parties=THEM, start=ahead(days=1)), "me1"),
]
"""None of these is about what another of them is about, so none replaces another."""

CARDS = [contact_saved(), contact_saved(owner_id=None), contact_saved(emails=()), contact_saved(review={"state": "pending"})]

HISTORY: list[Event] = [
    *calm(),
    contact_saved(sequence=3, owner_id="bob"),
    contact_saved(sequence=4, owner_id=None),
    ticket_created(sequence=1, priority="urgent"),
    ticket_status("closed", sequence=3),
    ticket_status("reopened", sequence=4),
    ticket_comment("contact"),
    ticket_comment("agent"),
    event(tickets.TicketDeleted(), "t2", sequence=2),
    ticket_created("t2", sequence=1),
    deal_created(),
    deal_lost(),
    invoice(finance.InvoiceCreated),
    invoice(finance.InvoiceSent),
    invoice(finance.InvoiceReminderSent),
    invoice(finance.InvoicePaid, balance_due="0"),
    mail_received(thread="th1"),
    mail_sent(thread="th1"),
    event(campaigns.EnrolmentStepScheduled(parties=THEM, next_at=ahead(days=1)), "e1", sequence=1),
    event(campaigns.EnrolmentStepSent(parties=THEM), "e1", sequence=2),
    objected(),
    member_deactivated(),
    contact_saved("c9", sequence=2, emails=(email("gone@acme.com"),)),
    contact_erased("c9", alone=("gone@acme.com",)),
    contact_saved("c9", sequence=1, emails=(email("gone@acme.com"),)),
]


def _severities(answer: Verdict) -> dict[str, int]:
    return {entry.check: entry.counts_as.rank for entry in answer.lines}


@pytest.mark.req("BO9")
@settings(max_examples=80, deadline=None)
@given(
    card=st.sampled_from(CARDS),
    known=st.lists(st.sampled_from(BAD_NEWS), max_size=6, unique_by=lambda entry: entry.id),
    news=st.sampled_from(BAD_NEWS),
    silent=st.sets(st.sampled_from(SOURCES), max_size=3),
    asked=st.fixed_dictionaries(
        {"purpose": st.sampled_from(Purpose), "channel": st.sampled_from(Channel), "sender_id": st.sampled_from(["ann", "bob"])}
    ),
)
def test_more_bad_news_or_less_of_any_never_makes_the_verdict_milder(
    card: Event, known: list[Event], news: Event, silent: set[str], asked: dict[str, Any]
) -> None:
    before = _severities(verdict(card, *known, **asked))
    worse = _severities(verdict(card, *known, news, **asked))
    silenced = _severities(verdict(card, *known, freshness=fresh(**dict.fromkeys(silent, ago(days=1))), **asked))

    assert all(worse[check] >= rank for check, rank in before.items())
    assert all(silenced[check] >= rank for check, rank in before.items())


@settings(max_examples=40, deadline=None)
@given(st.permutations(HISTORY), st.lists(st.sampled_from(HISTORY), max_size=8))
def test_no_order_and_no_repetition_changes_what_is_known(shuffled: list[Event], again: list[Event]) -> None:
    assert facts_of([*shuffled, *again]) == facts_of(HISTORY)


def test_nothing_personal_is_left_of_an_erased_card_whatever_arrives_later() -> None:
    facts = facts_of(HISTORY)

    assert "gone@" not in str(facts["contact:c9"])
