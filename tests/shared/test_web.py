"""What every service's HTTP has in common: problems, ids, health, metrics, headers."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import httpx
import pytest

from shared.auth import Role
from shared.web import Check
from tests.support.http import http_client, problem
from tests.support.people_app import people_app
from tests.support.tokens import bearer


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(people_app(), bearer()) as client:
        yield client


async def test_an_unacceptable_field_is_named_as_the_sender_wrote_it(client: httpx.AsyncClient) -> None:
    body = {"first_name": "Ann", "emails": [{"typed": "a@b.org"}, {"typed": 7}]}

    answer = problem(await client.post("/v1/people", json=body), 422)

    assert answer["errors"] == [{"field": "emails.1.typed", "message": "Input should be a valid string"}]


async def test_a_missing_and_an_unknown_field_are_both_named(client: httpx.AsyncClient) -> None:
    answer = problem(await client.post("/v1/people", json={"frist_name": "Ann"}), 422)

    assert {error["field"] for error in answer["errors"]} == {"first_name", "frist_name"}


async def test_a_wrong_parameter_is_named(client: httpx.AsyncClient) -> None:
    answer = problem(await client.get("/v1/people/1?limit=many"), 422)

    assert [error["field"] for error in answer["errors"]] == ["limit"]


async def test_what_was_sent_is_never_repeated(client: httpx.AsyncClient) -> None:
    body = {"first_name": ["Ann Secret"], "emails": [{"typed": "ann.secret@example.org" * 5}], "custom": "Secret"}

    answer = await client.post("/v1/people", json=body)

    assert answer.status_code == 422
    assert "secret" not in answer.text.lower()


async def test_a_problem_raised_by_a_route_keeps_its_extensions(client: httpx.AsyncClient) -> None:
    answer = problem(await client.put("/v1/people/1"), 409)

    assert answer["type"] == "urn:problem:stale"
    assert answer["detail"] == "Somebody else was faster."
    assert answer["current_version"] == 7


async def test_an_unknown_path_and_a_wrong_method_are_problems_too(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/nobody"), 404)
    problem(await client.get("/v1/people/"), 404)
    wrong_method = await client.patch("/v1/people/1")

    problem(wrong_method, 405)
    assert "allow" in wrong_method.headers


async def test_an_unforeseen_error_says_nothing_but_the_request_id() -> None:
    async with http_client(people_app(), bearer(role=Role.ADMIN)) as client:
        answer = await client.delete("/v1/people/p-77")

    assert problem(answer, 500)["detail"] == "Something went wrong on our side."
    assert "ValueError" not in answer.text
    assert "ann@example.org" not in answer.text


async def test_a_dependency_that_is_away_is_a_503_worth_repeating(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/away")

    problem(answer, 503)
    assert "retry-after" in answer.headers
    assert "secret" not in answer.text


async def test_ids_of_the_caller_are_kept_and_known_inside(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/people/1", headers={"X-Request-Id": "req-1", "X-Correlation-Id": "chain-1"})

    assert answer.headers["x-request-id"] == "req-1"
    assert answer.headers["x-correlation-id"] == "chain-1"
    assert answer.json()["correlation_id"] == "chain-1"


@pytest.mark.parametrize("strange", ["a b", "x" * 101, "ann@example.org", "é", '{"a":1}'])
async def test_ids_that_do_not_look_like_ids_are_replaced(client: httpx.AsyncClient, strange: str) -> None:
    sent = strange.encode("latin-1")

    answer = await client.get("/v1/people/1", headers={b"X-Request-Id": sent, b"X-Correlation-Id": sent})

    assert uuid.UUID(answer.headers["x-request-id"]).version == 4
    assert answer.headers["x-correlation-id"] == answer.headers["x-request-id"]


async def test_every_answer_carries_security_headers(client: httpx.AsyncClient) -> None:
    for answer in (await client.get("/v1/people/1"), await client.get("/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


async def test_live_without_asking_dependencies() -> None:
    app = people_app()
    app.state.readiness["database"] = _failing

    async with http_client(app) as client:
        assert (await client.get("/livez")).status_code == 200


async def test_not_ready_names_what_fails() -> None:
    app = people_app()
    app.state.readiness |= {"database": _failing, "broker": _fine, "relay": _broken, "index": _silent}

    async with http_client(app) as client:
        answer = await client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "database": {"ok": False, "detail": "no primary"},
        "broker": {"ok": True, "detail": ""},
        "relay": {"ok": False, "detail": "RuntimeError"},
        "index": {"ok": False, "detail": "no answer in time"},
    }


async def test_ready_when_everything_is() -> None:
    app = people_app()
    app.state.readiness["broker"] = _fine

    async with http_client(app) as client:
        assert (await client.get("/readyz")).json()["status"] == "ready"


async def test_metrics_count_by_route_and_never_by_path(client: httpx.AsyncClient) -> None:
    await client.get("/v1/people/p-4711")
    await client.get("/v1/nobody/p-4712")

    metrics = (await client.get("/metrics")).text

    assert 'http_requests_total{method="GET",route="/v1/people/{person_id}",status="200"}' in metrics
    assert 'http_request_duration_seconds_bucket{le="0.1",method="GET",route="/v1/people/{person_id}"}' in metrics
    assert "p-4711" not in metrics
    assert "p-4712" not in metrics


async def test_too_many_requests_of_one_caller_hold_up_nobody_else() -> None:
    async with http_client(people_app(http_rate_per_second=0.5, http_rate_burst=3)) as client:
        answers = [await client.get("/v1/people/1", headers=bearer()) for _ in range(4)]
        others = [await client.get("/v1/people/1", headers=headers) for headers in (bearer(subject="bob"), bearer("globex"))]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert problem(answers[3], 429)["type"] == "urn:problem:too-many-requests"
    assert int(answers[3].headers["retry-after"]) == 2
    assert [answer.status_code for answer in others] == [200, 200]


async def test_the_api_document_names_problems_and_the_token(client: httpx.AsyncClient) -> None:
    document = (await client.get("/openapi.json")).json()

    operation = document["paths"]["/v1/people"]["post"]
    assert "application/problem+json" in operation["responses"]["default"]["content"]
    assert operation["security"] == [{"token": []}]
    assert "/livez" not in document["paths"]


async def _fine() -> Check:
    return Check(True)


async def _failing() -> Check:
    return Check(False, "no primary")


async def _broken() -> Check:
    raise RuntimeError("mongodb://root:secret@db")


async def _silent() -> Check:
    await asyncio.Event().wait()
    return Check(True)
