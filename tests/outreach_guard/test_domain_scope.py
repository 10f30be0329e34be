"""What grants and stops mean that are written in other words than ours."""

from __future__ import annotations

from typing import Any

import pytest

from outreach_guard.domain.question import Channel, Purpose
from tests.support.guard_builders import complained, consented, line, objected, unsubscribed, withdrawn

SALES, SUPPORT, ANNOUNCEMENT = Purpose.SALES, Purpose.SUPPORT, Purpose.ANNOUNCEMENT


@pytest.mark.req("BO8")
@pytest.mark.parametrize("channel", ["Email", "EMAIL", " email", "e-mail", "ALL", "*", "any", "whatsapp", "text"])
def test_a_stop_for_a_channel_in_any_spelling_stops_and_in_a_word_of_others_stops_every_channel(channel: str) -> None:
    assert line("consent", objected(channel=channel)).rule == "consent.stopped"


def test_a_stop_for_a_channel_of_ours_in_another_spelling_stops_no_other() -> None:
    assert line("consent", objected(channel="E-Mail"), channel=Channel.PHONE).rule == "ok"
    assert line("consent", objected(channel="whatsapp"), channel=Channel.SMS).rule == "consent.stopped"


@pytest.mark.req("BO8")
@pytest.mark.parametrize("purpose", ["ALL", "*", "any", "Support", " SUPPORT ", "customer care", "?"])
def test_a_stop_for_a_purpose_in_any_spelling_stops_and_in_a_word_of_others_stops_every_purpose(purpose: str) -> None:
    assert line("consent", objected(purpose=purpose), purpose=SUPPORT).rule == "consent.stopped"
    assert line("consent", withdrawn(purpose=purpose), purpose=SUPPORT).rule == "consent.stopped"


@pytest.mark.parametrize("word", ["Marketing", "NEWSLETTER", "direct marketing", "promotions"])
def test_what_is_surely_marketing_leaves_support_free(word: str) -> None:
    for scope in ({"purpose": word}, {"scope": word}):
        assert line("consent", objected(**scope), purpose=SALES).rule == "consent.stopped"
        assert line("consent", objected(**scope), purpose=SUPPORT).rule == "ok"


def test_a_scope_widens_the_purpose_beside_it_only_where_it_says_all() -> None:
    assert line("consent", objected(purpose="sales", scope="marketing"), purpose=ANNOUNCEMENT).rule == "ok"
    assert line("consent", objected(purpose="sales", scope="ALL"), purpose=SUPPORT).rule == "consent.stopped"
    assert line("consent", objected(scope="whatever you do"), purpose=SUPPORT).rule == "consent.stopped"


NOTHING = {"channel": None, "purpose": None}


@pytest.mark.req("BO8")
@pytest.mark.parametrize(
    "scope",
    [
        NOTHING,
        {**NOTHING, "scope": "marketing"},
        {"channel": None, "purpose": "sales"},
        {"channel": "email", "purpose": None},
        {"channel": "whatsapp", "purpose": "sales"},
        {"channel": "email", "purpose": "newsletter, sales"},
        {"channel": " ", "purpose": "sales"},
    ],
)
def test_a_grant_that_does_not_name_both_in_words_we_know_grants_nothing(scope: dict[str, Any]) -> None:
    assert line("consent", consented(**scope)).rule == "consent.unknown"


@pytest.mark.parametrize(
    "scope",
    [
        {"channel": "E-Mail", "purpose": "SALES"},
        {"channel": "all", "purpose": "all"},
        {"channel": "*", "purpose": "*"},
        {"purpose": None, "scope": "Marketing"},
    ],
)
def test_a_grant_may_be_written_in_another_case_and_say_all(scope: dict[str, Any]) -> None:
    assert line("consent", consented(**scope)).rule == "ok"


@pytest.mark.req("BO8")
def test_a_stop_that_names_nothing_stops_everything_whatever_the_record_said_before() -> None:
    assert line("consent", consented(), withdrawn("k1"), channel=Channel.PHONE, purpose=SUPPORT).rule == "consent.stopped"


@pytest.mark.req("BO8")
def test_a_complaint_stops_every_channel_and_an_unsubscription_the_mails_it_is_about() -> None:
    assert line("consent", complained(), channel=Channel.PHONE).rule == "consent.stopped"
    assert line("consent", unsubscribed(), channel=Channel.EMAIL).rule == "consent.unsubscribed"
    assert line("consent", unsubscribed(), channel=Channel.PHONE).rule == "ok"


@pytest.mark.req("BO2")
def test_who_complained_by_mail_is_shown_with_their_address() -> None:
    (evidence,) = line("consent", complained()).evidence

    assert (evidence.kind, evidence.id, evidence.text) == ("email", "ada@acme.com", "complained")
