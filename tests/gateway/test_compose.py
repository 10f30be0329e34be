"""A contact's page as data: what is known is shown, what nobody answered for is unknown and never none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.gateway import RunningGateway, Upstream
from tests.support.http import problem

PARTS = {
    "contact": "/v1/contacts/c1",
    "timeline": "/v1/timeline/c1",
    "duplicates": "/v1/duplicates/pairs",
    "verdict": "/v1/preflight/c1",
}


def all_well(upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/c1", {"id": "c1", "version": 1, "first_name": "Ada"})


async def page(gateway: RunningGateway, **query: str) -> dict[str, Any]:
    async with gateway.api() as api:
        answer = await api.get("/contacts/c1/page", params=query)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_every_part_says_how_fresh_it_is(gateway: RunningGateway, upstream: Upstream) -> None:
    all_well(upstream)
    upstream.answers("/v1/preflight/c1", {"verdict": "clear", "as_of": "2026-03-01T10:00:00Z"})

    parts = await page(gateway)

    assert {part["status"] for part in parts.values()} == {"ok"}
    assert parts["verdict"]["as_of"] == "2026-03-01T10:00:00Z"
    assert all(part["as_of"] for part in parts.values())


@pytest.mark.req("DP4")
@pytest.mark.parametrize("part", PARTS)
async def test_a_part_whose_service_is_slow_is_unknown_and_the_others_are_there(
    impatient: RunningGateway, upstream: Upstream, part: str
) -> None:
    all_well(upstream)
    upstream.dawdles(PARTS[part])

    parts = await page(impatient)

    assert {name: shown["status"] for name, shown in parts.items() if shown["status"] != "ok"} == {part: "unknown"}
    assert parts[part]["data"] is None


@pytest.mark.req("DP4")
@pytest.mark.parametrize("garbage", [b"<html>", b"{", b"\xff\xfe", b"[" * 100_000], ids=["html", "half", "no text", "deep"])
async def test_garbage_is_as_good_as_no_answer(gateway: RunningGateway, upstream: Upstream, garbage: bytes) -> None:
    all_well(upstream)
    upstream.babbles("/v1/timeline/c1", garbage)

    assert (await page(gateway))["timeline"]["status"] == "unknown"


@pytest.mark.req("DP4")
async def test_an_unknown_part_says_when_its_service_was_last_heard(gateway: RunningGateway, upstream: Upstream) -> None:
    all_well(upstream)
    before = await page(gateway)
    upstream.answers("/v1/timeline/c1", {"title": "broken"}, 500)

    after = await page(gateway)

    assert after["timeline"]["status"] == "unknown"
    assert after["timeline"]["as_of"] >= before["timeline"]["as_of"]


async def test_a_contact_that_is_not_there_is_no_page(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/c1", {"type": "urn:problem:not-found", "title": "Not Found", "status": 404}, 404)
    async with gateway.api() as api:
        problem(await api.get("/contacts/c1/page"), 404)


async def test_the_verdict_is_asked_for_the_purpose_and_sender_named(gateway: RunningGateway, upstream: Upstream) -> None:
    all_well(upstream)

    await page(gateway, purpose="billing", sender_id="m-rex")

    asked = next(request for request in upstream.asked if request.url.path == "/v1/preflight/c1")
    assert dict(asked.query_params) == {"purpose": "billing", "channel": "email", "sender_id": "m-rex"}
