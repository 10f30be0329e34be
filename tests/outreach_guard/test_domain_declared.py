"""The declarations: what a check can find is declared with it, and everything that is declared can be found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from outreach_guard.domain.checks import Check
from outreach_guard.domain.findings import Finding
from outreach_guard.domain.policy import Limit, Policy, Rule, Severity
from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.rules import BY_NAME, CHECKS, LIMITS, RULES, SUBJECTS, VERSION, version_of
from outreach_guard.translate import CONTACTS, TOPICS
from shared.contracts import calendar, campaigns, deals
from shared.contracts.envelope import Event
from tests.outreach_guard.test_domain_table import ELSEWHERE, TABLE
from tests.support.guard_builders import ANN, BOB, THEM, ago, ahead, deal_lost, event, line, mail_received, mail_sent, objected


def declared_by(check: Check) -> list[str]:
    return [*(rule.name for rule in check.rules), *(limit.name for limit in check.limits)]


def test_every_rule_and_limit_of_a_subject_is_declared_by_one_of_its_checks() -> None:
    """A finding names a Rule, so what is in no declaration could be found and neither be listed nor be changed."""
    for subject in SUBJECTS:
        known = [value.name for value in vars(subject).values() if isinstance(value, Rule | Limit)]

        assert sorted(known) == sorted(name for check in subject.CHECKS for name in declared_by(check))


def test_names_begin_with_their_checks_and_are_given_once() -> None:
    names = [name for check in CHECKS for name in declared_by(check)]

    assert len(set(names)) == len(names)
    assert len(BY_NAME) == len(CHECKS)
    assert all(name.startswith(f"{check.name}.") for check in CHECKS for name in declared_by(check))


def test_every_declared_rule_is_found_in_some_case() -> None:
    assert {rule for rule, *_ in TABLE} | ELSEWHERE == set(RULES), "each has a row in TABLE, tests/outreach_guard/test_domain_table.py"


def test_a_check_rests_on_topics_the_guard_listens_to() -> None:
    assert {topic for check in CHECKS for topic in check.topics} == {CONTACTS, *TOPICS}


def test_defaults_lie_within_their_bounds() -> None:
    assert all(limit.least <= limit.default <= limit.most for limit in LIMITS.values())


def test_another_table_has_another_version() -> None:
    email, *others = CHECKS
    (unusable,) = email.rules
    milder = replace(email, rules=(replace(unusable, billing=Severity.OK),))
    counting = replace(email, limits=(Limit("email.days", "days", 3, 0, 9),))

    versions = {VERSION, *(version_of([changed, *others]) for changed in (milder, counting, replace(email, when_unknown=Severity.HOLD)))}

    assert len(versions) == 4
    assert version_of([replace(email, fine="All is well.", find=_nothing), *others]) == VERSION


def _nothing(case: object) -> list[Finding]:
    return []


# ---- limits -------------------------------------------------------------------------------------------------------------

MAILS = [mail_sent(ANN, at=ago(days=days), thread=f"th{days}") for days in (1, 2, 4, 6)]
LATE_STEP = event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id=BOB, next_at=ago(days=4)), "e1")
MEETING = event(calendar.MeetingScheduled(parties=THEM, start=ahead(days=4)), "me1")
LOST = [event(deals.DealCreated(owner_id=ANN, contacts=({"contact_id": "c1"},)), "d1"), deal_lost(at=ago(days=300))]
STOPPED_THREAD = [mail_received(at=ago(days=9), thread="th9"), mail_sent(ANN, at=ago(days=8), thread="th9"), objected()]
REPLY = {"purpose": Purpose.SUPPORT, "thread_id": "th9"}

# limit, value, what happened, what is asked, what it would be by default, and what it is
LIMITED: list[tuple[str, int, list[Event], dict[str, Any], tuple[str, str]]] = [
    ("recent_activity.days", 14, [mail_sent(BOB, at=ago(days=13))], {}, ("ok", "hold")),
    ("recent_activity.days", 1, [mail_sent(BOB, at=ago(days=2))], {}, ("hold", "ok")),
    ("active_deals.lost_days", 365, LOST, {}, ("ok", "caution")),
    ("active_deals.lost_days", 0, [LOST[0], deal_lost(at=ago(days=1))], {}, ("caution", "ok")),
    ("planned.days", 5, [LATE_STEP], {}, ("ok", "hold")),
    ("planned.days", 5, [MEETING], {}, ("ok", "hold")),
    ("frequency.touches", 4, MAILS, {}, ("hold", "ok")),
    ("frequency.touches", 0, MAILS[:1], {}, ("ok", "hold")),
    ("frequency.days", 14, [*MAILS[1:], mail_sent(ANN, at=ago(days=13), thread="th13")], {}, ("ok", "hold")),
    ("frequency.days", 5, MAILS, {}, ("hold", "ok")),
    ("consent.thread_days", 7, STOPPED_THREAD, REPLY, ("info", "hold")),
    ("quiet_hours.evening", 14, [], {"channel": Channel.PHONE}, ("ok", "caution")),
    ("quiet_hours.morning", 5, [], {"channel": Channel.PHONE, "now": ahead(hours=15, minutes=30)}, ("caution", "ok")),
]


@pytest.mark.parametrize(("limit", "value", "events", "asked", "severities"), LIMITED)
def test_a_workspace_changes_a_number_and_the_rule_counts_with_it(
    limit: str, value: int, events: list[Event], asked: dict[str, Any], severities: tuple[str, str]
) -> None:
    check = limit.partition(".")[0]

    by_default = line(check, *events, **asked)
    changed = line(check, *events, policy=Policy(limits={limit: value}), **asked)

    assert (by_default.severity, changed.severity) == severities


def test_every_limit_is_tried() -> None:
    assert {limit for limit, *_ in LIMITED} == set(LIMITS), "each has a row in LIMITED"


def test_a_number_kept_from_when_the_bounds_were_wider_is_held_within_them() -> None:
    policy = Policy(limits={"consent.thread_days": 400, "frequency.touches": -5})

    assert policy.limit(LIMITS["consent.thread_days"]) == 30
    assert policy.limit(LIMITS["frequency.touches"]) == 0
