"""Look-alikes of a contact and of somebody new: who, why, what is here and what is there, and what was not looked at."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.gateway.test_pages import in_page, well
from tests.gateway.test_pages_duplicates import contact, counted, pair, reason
from tests.gateway.test_pages_merge import asked, text
from tests.support.gateway import RunningGateway, Upstream

PAIRS = "/v1/duplicates/pairs"


def suspected(upstream: Upstream, *others: str, more: str | None = None, **about: Any) -> None:
    reasons = reason("Same phone number", 7), reason("Different companies", -2)
    pairs = [pair("c1", other, *reasons, contacts=[contact("c1"), contact(other)], **about) for other in others]
    upstream.answers(PAIRS, {"items": pairs, "next_cursor": more})


@pytest.mark.req("CD10")
async def test_the_warning_says_why_and_counts_what_is_here_and_what_is_there(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    suspected(upstream, "adah")
    counted(upstream, c1={"note": 3}, adah={"deal": 2, "invoice": 1})
    async with gateway.browser() as browser:
        shown = text((await browser.get("/contacts/c1")).text)

    assert "1 look-alike Check before you act" in shown
    assert "Here: 3 notes" in shown
    assert "Probably the same · 90 % Same phone number Against it: Different companies There: 2 deals, 1 unpaid invoice" in shown
    assert "Compare with Adah" in shown


@pytest.mark.req("CD10", "DP4")
async def test_what_the_timeline_does_not_count_is_unknown(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    suspected(upstream, "adah")
    upstream.answers("/v1/timeline/counts", {}, 503)
    async with gateway.browser() as browser:
        shown = text((await browser.get("/contacts/c1/pairs")).text)

    assert "Here: unknown: the timeline does not answer" in shown
    assert "There: unknown" in shown
    assert "nothing" not in shown


@pytest.mark.req("CD7")
async def test_who_is_told_apart_leaves_the_warning_and_the_chip(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    suspected(upstream, "adah")
    async with gateway.browser() as browser:
        page = (await browser.get("/contacts/c1")).text
        decision = json.loads(re.findall(r"hx-vals='([^']+dismiss[^']+)'", page)[0])
        upstream.answers(f"{PAIRS}/c1-adah/.*", {})
        suspected(upstream)
        answer = await in_page(browser, "POST", "/contacts/c1/pairs", **decision)
        back = json.loads(re.findall(r"hx-vals='([^']+)'", answer.text)[0])
        await in_page(browser, "POST", "/contacts/c1/pairs", **back)

    assert asked(upstream, f"{PAIRS}/c1-adah/dismiss") == {}
    assert asked(upstream, f"{PAIRS}/c1-adah/confirm") == {}
    assert "Two people." in answer.text
    assert "nobody else looks like this person" in answer.text
    assert '<span id="pairs-chip" class="signal" hx-swap-oob="true"></span>' in answer.text
    assert answer.headers["hx-trigger"] == "duplicates-changed"


async def test_a_decision_that_was_not_taken_says_why_and_the_pair_stays(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    suspected(upstream, "adah")
    async with gateway.browser() as browser:
        upstream.answers(f"{PAIRS}/c1-adah/dismiss", {"detail": "These two are no longer suspected."}, 409)
        refused = await in_page(browser, "POST", "/contacts/c1/pairs", pair="c1-adah", verdict="dismiss")
        upstream.answers(f"{PAIRS}/c1-adah/dismiss", {}, 503)
        silent = await in_page(browser, "POST", "/contacts/c1/pairs", pair="c1-adah", verdict="dismiss")
        nonsense = await in_page(browser, "POST", "/contacts/c1/pairs", pair="c1-adah", verdict="perhaps")

    assert (refused.status_code, silent.status_code, nonsense.status_code) == (422, 422, 400)
    assert "These two are no longer suspected." in refused.text
    assert "can&#39;t be told yet" in silent.text
    assert "Compare with Adah" in refused.text


async def test_more_look_alikes_than_are_shown_or_compared_are_said(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    suspected(upstream, *(f"other{number}" for number in range(12)), more="next")
    async with gateway.browser() as browser:
        shown = (await browser.get("/contacts/c1")).text

    assert "There are more; these are the likeliest." in shown
    assert "12+ look-alikes" in text(shown)
    assert "Compare the likeliest 10" in shown
    assert len(re.findall(r'class="button small" href="/merge\?ids=([^"]+)"', shown)[0].split(",")) == 10


async def test_with_whom_a_contact_could_not_be_compared_is_said(gateway: RunningGateway, upstream: Upstream) -> None:
    matches, path = "/v1/duplicates/contacts/c1/matches", "/contacts/c1/pairs/left-out"
    async with gateway.browser() as browser:
        upstream.answers(matches, {"matches": [], "capped": {"crowded": ["work"], "not_compared": 0}})
        some = text((await browser.get(path)).text)
        upstream.answers(matches, {"matches": [], "capped": None})
        whole = await browser.get(path)
        upstream.answers(matches, {}, 404)
        new = text((await browser.get(path)).text)
        upstream.answers(matches, {}, 503)
        silent = text((await browser.get(path)).text)

    assert some == "Not everybody was compared: too many here have the same name at a company."
    assert whole.status_code == 204
    assert "it was made a moment ago, or is deleted" in new
    assert "is unknown" in silent


@pytest.mark.req("CD1")
async def test_beside_the_form_stands_what_was_not_compared(gateway: RunningGateway, upstream: Upstream) -> None:
    match = {"contact_id": "c2", "score": 0.8, "certain": False, "advice": "review", "reasons": [reason("Same phone number", 7)]}
    capped = {"crowded": ["name", "phone"], "not_compared": 12}
    answer: dict[str, Any] = {"advice": "review", "capped": capped, "matches": [{**match, "contact": contact(f"ada{n}")} for n in range(7)]}
    async with gateway.browser() as browser:
        upstream.answers("/v1/duplicates/check", answer)
        some = text((await in_page(browser, "POST", "/contacts/look-alikes", first_name="Ada")).text)
        upstream.answers("/v1/duplicates/check", {**answer, "matches": [], "capped": {"crowded": [], "not_compared": 1}})
        none = text((await in_page(browser, "POST", "/contacts/look-alikes", first_name="Ada")).text)
        upstream.answers("/v1/duplicates/check", {**answer, "matches": [], "capped": None})
        whole = text((await in_page(browser, "POST", "/contacts/look-alikes", first_name="Ada")).text)

    assert "5 people look alike The likeliest 5 of 7." in some
    assert "too many here have the same name or the same phone number; 12 more contacts with something in common were left out" in some
    assert "Nobody here looks alike, of those compared." in none
    assert "1 more contact with something in common was left out" in none
    assert whole == "Nobody here looks alike."
