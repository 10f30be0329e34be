"""How answers read on the page: pure functions."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
import pytest

import gateway
from gateway.circuit import Circuit
from gateway.forms import NewContact, errors_in_drawer
from gateway.views import contact, look_alikes, timeline, verdict, words
from timeline.translate import LINES

TEMPLATES = Path(gateway.__file__).parent / "templates"
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 6, 3, 12, 0, tzinfo=UTC)
MEMBERS = {"m-ann": "Ann Ames"}


def line(at: datetime, **more: Any) -> dict[str, Any]:
    return {"id": at.isoformat(), "at": at.isoformat(), "kind": "ticket", "sentence": "Ticket opened", "actor": {}, **more}


@pytest.mark.req("DP3")
def test_days_are_those_of_the_reader() -> None:
    late = datetime(2026, 6, 2, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    shown = timeline.days([line(NOW), line(late), line(late - timedelta(hours=1))], {}, NOW.astimezone(BERLIN).date(), BERLIN)

    assert [(day.name, len(day.entries)) for day in shown] == [("Today", 2), ("Yesterday", 1)]
    assert shown[0].entries[1].clock == "00:30"


def test_every_line_has_a_word_beside_its_icon() -> None:
    shown = timeline.days([line(NOW, kind=kind) for kind in (*timeline.KINDS, "brand_new")], {}, NOW.date(), BERLIN)
    assert all(entry.kind and entry.icon for day in shown for entry in day.entries)
    assert shown[0].entries[-1].kind == "Brand new"


def test_the_words_of_a_line_are_those_of_the_api() -> None:
    (day,) = timeline.days([line(NOW, text="Are you there?", details={"snippet": "no"}), line(NOW)], {}, NOW.date(), BERLIN)

    assert [entry.text for entry in day.entries] == ["Are you there?", ""]


@pytest.mark.req("DP3")
def test_every_kind_the_timeline_produces_has_a_word_an_icon_and_a_chip() -> None:
    produced = {told.kind for told in LINES.values()}

    assert set(timeline.KINDS) == produced, f"KINDS in {timeline.__file__}"
    assert {kind for chip in timeline.CHIPS.values() for kind in chip.asks} == produced, f"CHIPS in {timeline.__file__}"


@pytest.mark.req("DP4")
def test_a_chip_waits_for_producers_of_its_own_kinds_only() -> None:
    producers: dict[str, set[str]] = {}
    for model, told in LINES.items():
        source = str(sys.modules[model.__module__].SOURCE)
        producers.setdefault(told.kind, set()).add(source.removeprefix("/services/"))

    for chip in timeline.CHIPS.values():
        behind = {source for kind in chip.asks for source in producers[kind]}
        assert set(chip.sources or ()) <= behind, f"the chip {chip.word} in {timeline.__file__}"


def test_every_icon_is_drawn() -> None:
    templates = jinja2.Environment(loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True)
    drawn = set(templates.get_template("icons.html").module.shapes)  # type: ignore[attr-defined]
    views = {icon for icon, _ in timeline.KINDS.values()} | {chip.icon for row in timeline.ROWS for chip in row.chips.values()}
    views |= {*verdict.WORDS, *verdict.SEVERITIES, "info"}
    called = {template: re.findall(r"icon\(([^)]*)\)", template.read_text()) for template in TEMPLATES.rglob("*.html")}
    by_name = {name for calls in called.values() for call in calls for name in re.findall(r"(?:^|else |: )'([\w-]+)'", call)}

    assert sorted((views | by_name) - drawn) == [], f"not in {TEMPLATES / 'icons.html'}"


@pytest.mark.req("DP4")
def test_a_source_that_nothing_ever_came_from_makes_none_unknown() -> None:
    assert timeline.never_heard(timeline.CHIPS["documents"], {"documents": NOW.isoformat()}) == ("files",)
    assert timeline.never_heard(timeline.CHIPS["tickets"], {"tickets": NOW.isoformat()}) == ()


MOOD = timeline.Row("mood", "Mood", {"": timeline.Chip("updown", "Any mood"), "good": timeline.Chip("check", "Glad", ("good",), ("mail",))})
TWO_ROWS = (timeline.ROWS[0], MOOD)
"""The page's own and an invented one."""


@pytest.mark.req("DP3")
def test_chips_of_two_rows_narrow_each_other_in_question_link_and_word() -> None:
    both = timeline.Choice.of({"kind": "emails", "mood": "good"}, TWO_ROWS)

    assert both.asked == [("kind", "email"), ("kind", "campaign"), ("mood", "good")]
    assert both.link == "kind=emails&mood=good"
    assert both.instead(MOOD, "") == timeline.Choice.of({"kind": "emails"}, TWO_ROWS)
    assert (both.chip.icon, both.chip.word) == ("mail", "Emails · Glad")


@pytest.mark.req("DP4")
@pytest.mark.parametrize(("kind", "sources"), [("", ("mail",)), ("emails", ("mail",)), ("deals", ()), ("notes", ())])
def test_what_fits_two_chips_comes_only_from_who_is_behind_both(kind: str, sources: tuple[str, ...]) -> None:
    assert timeline.Choice.of({"kind": kind, "mood": "good"}, TWO_ROWS).chip.sources == sources


def test_a_chip_that_is_not_on_offer_is_not_chosen() -> None:
    assert timeline.Choice.of({"kind": "gossip", "mood": "bad"}) == timeline.EVERYTHING
    assert not timeline.EVERYTHING.narrows


@pytest.mark.parametrize(
    ("actor", "said"),
    [
        ({"id": "m-ann", "type": "user"}, "Ann Ames"),
        ({"id": "c1", "type": "contact"}, "by the contact"),
        ({"id": None, "type": "system"}, ""),
        ({"id": "billing-bot", "type": "integration"}, "billing-bot"),
    ],
)
def test_who_did_it_is_named_as_people_would(actor: dict[str, Any], said: str) -> None:
    assert timeline.actor(actor, MEMBERS) == said


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=5), "5 min ago"),
        (timedelta(hours=3), "today 11:00"),
        (timedelta(days=3), "31 May"),
        (timedelta(days=400), "29 Apr 2025"),
        (timedelta(hours=-2), "today 16:00"),
    ],
)
def test_moments_read_as_people_say_them(before: timedelta, said: str) -> None:
    assert words.when(NOW - before, NOW, BERLIN) == said


@pytest.mark.req("DP4")
def test_unknown_says_when_the_service_was_last_heard() -> None:
    assert words.last_heard(NOW, NOW, BERLIN) == "last heard 14:00"
    assert words.last_heard(NOW - timedelta(days=2), NOW, BERLIN) == "last heard 1 Jun 14:00"


@pytest.mark.req("BO9")
@pytest.mark.parametrize("said", [None, "fine", "CLEAR", ""])
def test_a_verdict_we_have_no_word_for_is_never_clear(said: str | None) -> None:
    assert verdict.verdict({"verdict": said}, {}, NOW, BERLIN).word == "Unknown"


@pytest.mark.req("BO2")
def test_a_line_shows_evidence_whom_to_ask_and_what_would_clear_it() -> None:
    answer = {
        "verdict": "hold",
        "sentence": "Hold: an urgent ticket is open.",
        "lines": [
            {
                "check": "open_tickets",
                "severity": "hold",
                "absolute": False,
                "sentence": "An urgent ticket is open.",
                "evidence": [{"kind": "ticket", "id": "t1", "text": "T-1 Nothing prints", "at": NOW.isoformat()}],
                "talk_to": ["m-ann"],
                "clears_when": "it is closed",
                "as_of": NOW.isoformat(),
            }
        ],
    }
    shown = verdict.verdict(answer, MEMBERS, NOW, BERLIN)

    assert shown.sentence == "An urgent ticket is open."
    assert shown.lines[0].check == "Open tickets"
    assert shown.lines[0].talk_to == ("Ann Ames",)
    assert shown.lines[0].evidence[0].text == "T-1 Nothing prints"


def test_only_what_speaks_for_a_match_is_a_reason() -> None:
    reasons = [{"text": "same email", "weight": 9.0}, {"text": "another city", "weight": -1.0}]
    match = {"score": 0.999, "certain": True, "reasons": reasons, "contact": {"id": "c2", "name": "Ada", "owner_id": "m-ann"}}

    shown = look_alikes.from_match(match, MEMBERS)

    assert shown.reasons == ("same email",)
    assert shown.percent == 99, "likely is not proven"
    assert shown.detail == "owner Ann Ames"


@pytest.mark.req("CR8")
def test_an_address_that_bounced_says_why_and_since_when() -> None:
    email = {"typed": "ada@acme.com", "state": "invalid", "reason": "hard_bounce", "since": (NOW - timedelta(minutes=5)).isoformat()}
    person = contact.person({"id": "c1", "first_name": "Ada", "emails": [email]}, {}, NOW, BERLIN)

    assert person.email is not None
    assert (person.email.usable, person.email.remark) == (False, "Hard bounce, 5 min ago")


def test_somebody_without_a_name_is_called_by_their_address() -> None:
    assert contact.full_name({"emails": [{"typed": "info@acme.com"}]}) == "info@acme.com"


@pytest.mark.req("CR1")
def test_a_refusal_stands_at_the_field_it_is_about() -> None:
    body = {"errors": [{"field": "emails.0.typed", "message": "not an address"}, {"field": "first_name", "message": "is needed"}]}

    assert errors_in_drawer(body) == {"email": "Not an address", "first_name": "Is needed"}


def test_a_company_that_is_an_account_is_linked_and_any_other_kept_as_text() -> None:
    form = NewContact({"first_name": ["Ada"], "company": ["Acme"]})

    assert form.draft("a1")["accounts"] == [{"account_id": "a1", "primary": True}]
    assert form.draft(None)["company"] == "Acme"


def test_a_circuit_opens_after_failures_in_a_row_and_lets_one_call_try_again() -> None:
    now = [0.0]
    circuit = Circuit(failures=2, rest_s=3.0, now=lambda: now[0])
    circuit.failed()
    circuit.succeeded()
    circuit.failed()
    assert circuit.lets_through()
    circuit.failed()
    assert not circuit.lets_through()

    now[0] = 3.1

    assert [circuit.lets_through(), circuit.lets_through()] == [True, False]
    circuit.succeeded()
    assert circuit.lets_through()
