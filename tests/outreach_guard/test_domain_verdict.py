"""Silence, weight and policy: how findings become an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach_guard.domain.policy import Policy, PolicyChange, Severity, refusals
from outreach_guard.domain.question import Purpose
from outreach_guard.domain.rules import LIMITS, RULES, VERSION
from tests.support.guard_builders import (
    NOW,
    ago,
    fresh,
    line,
    objected,
    ticket_created,
    unsubscribed,
    verdict,
)

SUPPORT, SALES = Purpose.SUPPORT, Purpose.SALES


@pytest.mark.req("BO9")
@pytest.mark.parametrize(
    ("source", "check", "counts_as"),
    [("tickets", "open_tickets", "caution"), ("finance", "unpaid_invoices", "caution"), ("consent", "consent", "hold")],
)
def test_a_silent_source_makes_its_check_unknown(source: str, check: str, counts_as: str) -> None:
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

    assert line("open_tickets", ticket_created(priority="urgent"), freshness=silent).rule == "open_tickets.urgent"
    known = line("open_tickets", ticket_created(), freshness=silent)
    assert known.severity == "unknown"
    assert "t1" in {entry.id for entry in known.evidence}


@pytest.mark.req("BO2")
def test_a_line_says_why_on_what_evidence_who_to_talk_to_and_what_would_clear_it() -> None:
    found = line("open_tickets", ticket_created(priority="urgent", assignee_id="sue"))

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
    assert (severities["open_tickets"], severities["consent"]) == ("hold", "hold")
    assert answer.policy_version == f"{VERSION}.3"


def test_a_milder_rule_speaks_no_longer_and_what_the_person_decided_can_be_made_stricter() -> None:
    milder = Policy({"open_tickets.urgent": {SALES: Severity.INFO}})
    stricter = Policy({"consent.unsubscribed": {SUPPORT: Severity.HOLD}})

    assert line("open_tickets", ticket_created(priority="urgent"), policy=milder).severity is Severity.CAUTION, "as any open ticket"
    assert line("consent", unsubscribed(), policy=stricter, purpose=SUPPORT).severity is Severity.HOLD


def test_what_can_not_be_granted_is_named() -> None:
    overrides = {
        "consent.stopped": {SALES: Severity.INFO},
        "consent.unsubscribed": {SUPPORT: Severity.HOLD},
        "no.such": {SALES: Severity.OK},
        "owner.other": {SALES: Severity.UNKNOWN},
    }
    limits = {"frequency.days": 14, "frequency.touches": -1, "consent.thread_days": 31, "no.such": 3}

    refused = refusals(PolicyChange(0, overrides, limits), RULES, LIMITS)

    assert [item.path for item in refused] == [
        ("rules", "consent.stopped", "sales"),
        ("rules", "no.such"),
        ("rules", "owner.other", "sales"),
        ("limits", "frequency.touches"),
        ("limits", "consent.thread_days"),
        ("limits", "no.such"),
    ]
