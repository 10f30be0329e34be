"""How long facts are kept at hand only bounds the read. No rule may rely on it: handed more than was read, it finds the same."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from outreach_guard.domain.card import Account, Card, Member
from outreach_guard.domain.dealings import (
    Address,
    Consent,
    Deal,
    Invoice,
    Meeting,
    Message,
    Pair,
    Step,
    Submission,
    Thread,
    Ticket,
    Touch,
)
from outreach_guard.domain.dossier import VIEWS, Dossier
from outreach_guard.domain.policy import Policy
from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.rules import LIMITS
from outreach_guard.domain.verdict import Line, preflight
from outreach_guard.domain.view import View
from tests.support.guard_builders import ADA, BOB, EMAIL, NOW, ago, calm, dossier_of, fresh, objected, question

LONG_AGO = ago(days=800)


def message(message_id: str, at: datetime = LONG_AGO) -> Message:
    return Message(id=message_id, at=at, by=BOB, subject="Hello")


BEGUN_BY_THEM = {"first_inbound": message("in1"), "inbound": message("in1")}
ANSWER = message("out1", LONG_AGO + timedelta(hours=1))

EXPIRED: list[View] = [
    Ticket(id="t1", status="closed", priority="urgent", sla_breached_at=LONG_AGO, asked_at=LONG_AGO, opened_at=LONG_AGO),
    Ticket(id="t2", status="open", priority="urgent", gone=True),
    Ticket(id="t3", status="open", priority="urgent", merged_away=True),
    Deal(id="d1", owner_id=BOB, outcome="lost", settled_at=LONG_AGO),
    Deal(id="d2", owner_id=BOB, outcome="won", settled_at=LONG_AGO),
    Deal(id="d3", owner_id=BOB, gone=True),
    Invoice(id="i1", phase="settled", overdue=True, reminded_at=NOW, balance_due="9"),
    Invoice(id="i2", phase="open", overdue=True, reminded_at=NOW, balance_due="0"),
    Thread(id="th1:a", thread_id="th1", **BEGUN_BY_THEM, outbound=ANSWER, first_outbound=ANSWER),
    *(Touch(id=f"x{number}", source="mail", source_id=f"m{number}", text="mail", at=LONG_AGO, by=BOB) for number in range(9)),
    Address(id=EMAIL, usable=True),
    Consent(id="k1", state="void", at=LONG_AGO),
    Consent(id="k2", at=LONG_AGO),
    Submission(id="f1", grants=({"channel": "letter", "purpose": "sales"},), gone=True),
    Submission(id="f2"),
    Pair(id="p1", contact_ids={ADA, "c2"}, certain=True, state="dismissed", at=LONG_AGO),
    Step(id="e1", next_at=LONG_AGO, sender_id=BOB, channel="email"),
    Step(id="e2", sender_id=BOB),
    Meeting(id="me1", state="scheduled", starts_at=LONG_AGO, ends_at=LONG_AGO + timedelta(hours=1), organiser_id=BOB),
    Meeting(id="me2", state="held", starts_at=NOW + timedelta(hours=1)),
]
ALWAYS_AT_HAND = {Card, Member, Account}


def lines(known: Dossier, expired: list[View], policy: Policy, **asked: Any) -> tuple[Line, ...]:
    views = [known.card, *(view for of_kind in known.views.values() for view in of_kind), *expired]
    dossier = Dossier.of(ADA, views)
    assert dossier is not None
    return preflight(dossier, question(**asked), policy, fresh(), NOW).lines


def test_there_is_an_expired_view_of_every_kind() -> None:
    assert all(view.relevant_until <= NOW for view in EXPIRED)
    assert {type(view) for view in EXPIRED} == set(VIEWS.values()) - ALWAYS_AT_HAND


@pytest.mark.parametrize("policy", [Policy(), Policy(limits={name: limit.most for name, limit in LIMITS.items()})], ids=["default", "most"])
@pytest.mark.parametrize("purpose", Purpose)
@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("known", [calm(), [*calm(), objected()]], ids=["calm", "stopped"])
def test_a_rule_finds_nothing_in_what_expired_long_ago(known: list[Any], channel: Channel, purpose: Purpose, policy: Policy) -> None:
    dossier = dossier_of(known)
    asked = {"channel": channel, "purpose": purpose, "thread_id": "th1"}

    assert lines(dossier, EXPIRED, policy, **asked) == lines(dossier, [], policy, **asked)


def test_what_a_rule_can_still_find_by_any_policy_is_at_hand() -> None:
    """The other way round: the longest time a policy can name is the time the read keeps it."""
    days = {name: timedelta(days=limit.most) for name, limit in LIMITS.items()}
    moment = NOW + timedelta(seconds=1)

    for touched in ("recent_activity.days", "frequency.days"):
        assert Touch(id="x", at=moment - days[touched]).relevant_until > NOW
    assert Deal(id="d", outcome="lost", settled_at=moment - days["active_deals.lost_days"]).relevant_until > NOW
    assert Step(id="e", next_at=moment - days["planned.days"]).relevant_until > NOW
    assert Thread(id="th", first_inbound=message("in", moment - days["consent.thread_days"])).relevant_until > NOW
