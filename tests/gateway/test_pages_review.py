"""The review queue on the page: evidence and hints as they are, one or many decided, and what could not be says why."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.gateway.test_pages_merge import text
from tests.gateway.test_pages_settings import filled
from tests.support.gateway import RunningGateway, Upstream, csrf_of

QUEUE = "/v1/contacts/review"


def waiting(item_id: str, **more: Any) -> dict[str, Any]:
    person = {"id": f"c-{item_id}", "version": 1, "first_name": item_id.title(), "last_name": "Doe"}
    evidence = {
        "type": "form",
        "id": f"e-{item_id}",
        "at": "2026-03-01T10:00:00Z",
        "title": "Contact form",
        "payload": {"message": "Hello"},
    }
    base = {"id": item_id, "kind": "new", "state": "pending", "contact": person, "update_of": None, "changes": {}, "quality": None}
    return {**base, "source": {"type": "form", "id": "f-1"}, "evidence": [evidence], "at": "2026-03-01T10:00:00Z", **more}


def update(item_id: str, **changes: tuple[Any, Any]) -> dict[str, Any]:
    told = {field: {"now": now, "proposed": proposed} for field, (now, proposed) in changes.items()}
    return waiting(item_id, kind="update", update_of=f"c-{item_id}", changes=told)


def hint(name: str, said: str, *, preselected: bool) -> dict[str, Any]:
    return {"hint": name, "text": said, "preselected": preselected}


class Queue:
    """Plays the service's queue: what is decided leaves it, what must fail stays and says why."""

    def __init__(self, upstream: Upstream, *items: dict[str, Any], failing: dict[str, str] | None = None) -> None:
        self.items = list(items)
        self.failing = failing or {}
        self.verdicts: list[dict[str, Any]] = []
        upstream.behaves(QUEUE, self.page, method="GET")
        upstream.behaves(QUEUE, self.decide, method="POST")
        upstream.behaves(f"{QUEUE}/count", self.count)

    async def page(self, _: Request) -> Response:
        return JSONResponse({"items": self.items, "next_cursor": None})

    async def count(self, _: Request) -> Response:
        return JSONResponse({"count": len(self.items), "more": False})

    async def decide(self, request: Request) -> Response:
        verdict = json.loads(await request.body())
        self.verdicts.append(verdict)
        rows = [
            {"id": one, "error": "email-taken", "detail": self.failing[one]} if one in self.failing else {"id": one}
            for one in verdict["ids"]
        ]
        self.items = [item for item in self.items if item["id"] not in verdict["ids"] or item["id"] in self.failing]
        return JSONResponse({"items": rows})


async def send(browser: httpx.AsyncClient, form: dict[str, Any]) -> httpx.Response:
    headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/review"))}
    return await browser.post("/review", headers=headers, data=form)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="ids" value="([^"]+)"[^>]*\schecked', page)


@pytest.mark.req("SR2", "SR5")
async def test_evidence_and_hint_are_shown_and_noise_is_not_selected(gateway: RunningGateway, upstream: Upstream) -> None:
    Queue(
        upstream,
        waiting("mia", quality=hint("two_way", "You write to each other.", preselected=True)),
        waiting("news", quality=hint("automated", "Nobody to talk with.", preselected=False)),
        waiting("form"),
        update("known", job_title=(None, "Buyer")),
    )
    async with gateway.browser() as browser:
        page = (await browser.get("/review")).text

    assert ticked(page) == ["mia", "form"]
    said = text(page)
    for words in (
        "Contact form",
        "Message Hello",
        "Conversation. You write to each other.",
        "Newsletter or auto-reply. Nobody to talk with.",
    ):
        assert words in said
    assert "Job title empty Buyer" in said


@pytest.mark.req("SR2")
async def test_what_somebody_may_not_see_is_said_to_be_there(gateway: RunningGateway, upstream: Upstream) -> None:
    secret: dict[str, Any] = {"type": "mailbox", "id": "e", "at": None, "title": None, "payload": {}}
    Queue(upstream, waiting("mia", evidence=[secret]))
    async with gateway.browser() as browser:
        page = (await browser.get("/review")).text

    assert "not yours to see" in page


@pytest.mark.req("SR4")
async def test_one_is_approved_leaves_and_the_count_is_asked_for_anew(gateway: RunningGateway, upstream: Upstream) -> None:
    queue = Queue(upstream, waiting("mia"), waiting("bob"))
    async with gateway.browser() as browser:
        form = filled(await browser.get("/review"))
        before = await browser.get("/review/count")
        answer = await send(browser, {**form, "decision": "approve", "only": "bob"})
        after = await browser.get("/review/count")

    assert queue.verdicts == [{"ids": ["bob"], "decision": "approve"}]
    assert "1 approved." in answer.text
    assert "Mia Doe" in answer.text
    assert "Bob Doe" not in answer.text
    assert answer.headers["hx-trigger"] == "review-changed"
    assert (text(before.text), text(after.text)) == ("2 to review", "1 to review")


@pytest.mark.req("SR4")
async def test_many_are_rejected_with_a_reason_and_those_that_failed_say_why(gateway: RunningGateway, upstream: Upstream) -> None:
    queue = Queue(upstream, waiting("mia"), waiting("bob"), waiting("eve"), failing={"eve": "Another contact has one of the addresses."})
    async with gateway.browser() as browser:
        form = filled(await browser.get("/review"))
        answer = await send(browser, {**form, "decision": "reject", "reason": "internal", "other": ""})

    assert queue.verdicts == [{"ids": ["mia", "bob", "eve"], "decision": "reject", "reason": "internal"}]
    assert "2 rejected." in answer.text
    assert "1 could not be decided." in answer.text
    assert "Another contact has one of the addresses." in answer.text
    assert re.findall(r'name="item" value="([^"]+)"', answer.text) == ["eve"]


@pytest.mark.req("SR4")
async def test_who_was_decided_by_somebody_else_meanwhile_is_named(gateway: RunningGateway, upstream: Upstream) -> None:
    queue = Queue(upstream, waiting("mia"), failing={"mia": "This was decided before."})
    async with gateway.browser() as browser:
        form = filled(await browser.get("/review"))
        queue.items = []
        answer = await send(browser, {**form, "decision": "approve"})

    assert "Mia Doe : This was decided before." in text(answer.text)
    assert "Nothing to review" in answer.text


@pytest.mark.req("SR4", "CU1")
async def test_of_an_update_only_the_fields_that_are_ticked_are_taken_over(gateway: RunningGateway, upstream: Upstream) -> None:
    queue = Queue(
        upstream,
        update("known", job_title=(None, "Buyer"), company=("Acme", "Globex")),
        update("other", job_title=("a", "b")),
        waiting("mia"),
    )
    async with gateway.browser() as browser:
        form = filled(await browser.get("/review")) | {"ids": ["known", "other", "mia"], "fields.known": ["company"], "fields.other": []}
        answer = await send(browser, {**form, "decision": "approve"})

    assert queue.verdicts == [
        {"ids": ["mia"], "decision": "approve"},
        {"ids": ["known"], "decision": "approve", "fields": ["company"]},
    ]
    assert "2 approved." in answer.text
    assert "No field is ticked" in answer.text


@pytest.mark.req("SR4")
async def test_a_look_alike_is_offered_and_taken_as_the_one_it_is_an_update_of(gateway: RunningGateway, upstream: Upstream) -> None:
    known: dict[str, Any] = {"id": "c9", "name": "Mia Known", "company": None, "emails": [], "phones": [], "owner_id": None}
    pair = {
        "id": "p",
        "score": 0.9,
        "certain": False,
        "reasons": [{"text": "same phone", "weight": 4}],
        "contacts": [{"id": "c-mia"}, known],
    }
    queue = Queue(upstream, waiting("mia"))
    upstream.answers("/v1/duplicates/pairs", {"items": [pair], "next_cursor": None})
    async with gateway.browser() as browser:
        page = await browser.get("/review")
        form = filled(page)
        offered = json.loads(re.findall(r"hx-vals='([^']+update_of[^']+)'", page.text)[0])
        answer = await send(browser, {**form, **offered})

    assert "Is an update of Mia Known" in text(page.text)
    assert ticked(page.text) == []
    assert queue.verdicts == [{"ids": ["mia"], "decision": "approve_as_update", "update_of": "c9"}]
    assert "1 taken over." in answer.text


@pytest.mark.req("DP4")
async def test_matches_nobody_could_look_for_are_unknown_and_nobody_is_selected(gateway: RunningGateway, upstream: Upstream) -> None:
    Queue(upstream, waiting("mia"))
    upstream.answers("/v1/duplicates/pairs", {}, 503)
    async with gateway.browser() as browser:
        page = (await browser.get("/review")).text

    assert "Possible matches: unknown" in page
    assert "Nobody here looks" not in page
    assert ticked(page) == []


async def test_what_was_ticked_stays_so_while_one_other_is_decided(gateway: RunningGateway, upstream: Upstream) -> None:
    Queue(upstream, waiting("mia"), waiting("bob"), waiting("eve"), update("known", job_title=(None, "Buyer"), company=(None, "Globex")))
    async with gateway.browser() as browser:
        form = filled(await browser.get("/review")) | {"ids": ["eve", "known"], "fields.known": ["company"]}
        answer = await send(browser, {**form, "decision": "approve", "only": "mia"})

    assert ticked(answer.text) == ["eve", "known"]
    assert re.findall(r'name="fields.known" value="([^"]+)" checked', answer.text) == ["company"]
    assert "<span data-count>2</span>" in answer.text


async def test_nothing_selected_and_no_reason_are_said_and_nothing_is_decided(gateway: RunningGateway, upstream: Upstream) -> None:
    queue = Queue(upstream, waiting("mia"))
    async with gateway.browser() as browser:
        form = filled(await browser.get("/review"))
        none = await send(browser, {**form, "ids": [], "decision": "approve"})
        why = await send(browser, {**form, "only": "mia", "other.mia": " ", "decision": "reject"})

    assert (none.status_code, why.status_code) == (422, 422)
    assert "Nothing is selected." in none.text
    assert "A rejection needs a reason." in why.text
    assert queue.verdicts == []


async def test_an_empty_queue_says_when_it_was_looked_at_and_a_silent_one_is_not_empty(gateway: RunningGateway, upstream: Upstream) -> None:
    Queue(upstream)
    async with gateway.browser() as browser:
        empty = (await browser.get("/review")).text
        upstream.answers(QUEUE, {}, 503)
        silent = (await browser.get("/review")).text

    assert re.search(r"Nothing to review</h2><p>Checked at \d\d:\d\d\.", empty)
    assert "The queue: unknown" in silent
    assert "Nothing to review" not in silent


async def test_a_viewer_reads_and_decides_nothing(gateway: RunningGateway, upstream: Upstream) -> None:
    Queue(upstream, waiting("mia"))
    async with gateway.browser("vic@acme.test") as browser:
        page = (await browser.get("/review")).text
        refused = await send(browser, {"decision": "approve", "only": "mia"})

    assert "Mia Doe" in page
    assert "Approve" not in page.replace(">Approved<", "")
    assert refused.status_code == 403
