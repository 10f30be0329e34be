"""The preview of a merge as data: the contacts service's word, and the timeline's numbers or that there are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.gateway import RunningGateway, Upstream
from tests.support.http import problem

WISH = {"survivor_id": "a", "merged_ids": ["b", "c"], "choices": {"job_title": "b"}}
SAID = {"contact": {"id": "a", "first_name": "Ada"}, "fields": [{"field": "job_title", "values": {"a": None, "b": "Countess"}}]}


async def preview(gateway: RunningGateway, wish: dict[str, Any] | None = None) -> dict[str, Any]:
    async with gateway.api() as api:
        answer = await api.post("/contacts/merges/preview", json=wish or WISH)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.mark.req("CD13", "CD10")
async def test_what_would_move_is_counted_per_kind_and_contact_and_in_all(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/merges/preview", SAID)
    upstream.answers(
        "/v1/timeline/counts", {"items": {"a": {"note": 3}, "b": {"deal": 2, "note": 1}, "c": {"note": 4}}, "open": {"b": {"deal": 1}}}
    )

    shown = await preview(gateway)

    assert {name: shown[name] for name in SAID} == SAID
    assert shown["moves"]["in_all"] == {"deal": 2, "note": 5}
    assert shown["moves"]["per_contact"] == {"a": {"note": 3}, "b": {"deal": 2, "note": 1}, "c": {"note": 4}}
    assert shown["moves"]["open"] == {"a": {}, "b": {"deal": 1}, "c": {}}
    asked = {request.url.path: json.loads(body) for request, body in zip(upstream.asked, upstream.bodies, strict=True) if body}
    assert asked == {"/v1/contacts/merges/preview": WISH, "/v1/timeline/counts": {"contact_ids": ["a", "b", "c"]}}


@pytest.mark.req("CD13", "DP4")
@pytest.mark.parametrize("how", ["slow", "refusing", "broken"])
async def test_without_the_timeline_the_numbers_are_unknown_and_the_rest_stands(
    impatient: RunningGateway, upstream: Upstream, how: str
) -> None:
    upstream.answers("/v1/contacts/merges/preview", SAID)
    match how:
        case "slow":
            upstream.dawdles("/v1/timeline/counts")
        case "refusing":
            upstream.answers("/v1/timeline/counts", {"title": "No"}, 404)
        case _:
            upstream.babbles("/v1/timeline/counts", b"[")

    shown = await preview(impatient)

    assert {name: shown[name] for name in SAID} == SAID
    assert (shown["moves"]["status"], shown["moves"]["in_all"], shown["moves"]["per_contact"]) == ("unknown", None, None)


async def test_a_refusal_is_the_contacts_services_own(gateway: RunningGateway, upstream: Upstream) -> None:
    said = {"type": "urn:problem:merged", "title": "Conflict", "status": 409, "detail": "c was merged already.", "survivor_id": "d"}
    upstream.answers("/v1/contacts/merges/preview", said, 409)
    async with gateway.api() as api:
        answer = await api.post("/contacts/merges/preview", json=WISH)

    assert problem(answer, 409)["survivor_id"] == "d"


async def test_without_contacts_there_is_no_preview(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/merges/preview", {}, 503)
    async with gateway.api() as api:
        problem(await api.post("/contacts/merges/preview", json=WISH), 503)


@pytest.mark.parametrize("wrong", [{"merged_ids": []}, {"survivor_id": ""}, {"whatever": 1}, {"merged_ids": ["x"] * 50}])
async def test_a_wish_that_is_none_is_refused_at_the_door(gateway: RunningGateway, upstream: Upstream, wrong: dict[str, Any]) -> None:
    async with gateway.api() as api:
        answer = await api.post("/contacts/merges/preview", json=WISH | wrong)

    assert problem(answer, 422)["errors"][0]["field"].startswith(next(iter(wrong)))
