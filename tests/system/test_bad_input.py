"""Every route of the one API refuses what is wrong with a 4xx that says what, whatever it is."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared.auth import Role
from tests.support.http import loopback_client
from tests.support.stack import Stack
from tests.support.tokens import token as forged_token

pytestmark = pytest.mark.system

Routes = list[tuple[str, str, dict[str, Any]]]
PUBLIC = {"/api/v1/openapi.json"}
WRONG_QUERIES = (
    "/contacts?limit=100000",
    "/contacts?cursor=rubbish",
    "/contacts?cursor=WyJ1cGRhdGVkIiwiMDAwMS0wMS0wMVQwMDowMDowMCsxNDowMCIsIngiXQ",  # before the year 1
    "/accounts?cursor=WyJhY2NvdW50cyIsIlx1ZGZmZiIsIngiXQ",  # a lone surrogate
    "/timeline/x?from=yesterday",
    "/timeline/x?to=9999-12-31T23:59:59-14:00",
    "/timeline/x?limit=-1",
    "/timeline/x?cursor=rubbish",
    "/timeline/x/notes?cursor=rubbish",
    "/timeline/x/updates?after=rubbish",
    "/duplicates/pairs?min_score=two",
)


@pytest.fixture
async def routes(stack: Stack) -> AsyncIterator[Routes]:
    """Method, path and operation of everything the merged OpenAPI describes."""
    async with stack.api() as api:
        described = (await api.get("/openapi.json")).json()
    yield [
        (method.upper(), re.sub(r"\{\w+\}", "nothing-of-that-id", path), operation)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if path not in PUBLIC
    ]


def url_of(stack: Stack, path: str) -> str:
    return stack.url() + (path if path.startswith("/api/v1") else f"/api{path}")


def assert_problem(answer: httpx.Response, *statuses: int) -> None:
    told = f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}"
    assert answer.status_code in statuses, told
    assert answer.headers["content-type"].startswith("application/problem+json"), told
    assert {"type", "title", "status"} <= answer.json().keys(), told


async def test_nobody_gets_anywhere_without_a_good_token(stack: Stack, routes: Routes) -> None:
    assert len(routes) > 20
    good = await stack.token(stack.globex)
    bad = {
        "none": {},
        "no token": {"Authorization": "Bearer nothing"},
        "forged": {"Authorization": f"Bearer {forged_token(stack.acme, Role.ADMIN)}"},
        "tampered": {"Authorization": f"Bearer {good[:-6]}AAAAAA"},
    }
    async with loopback_client() as client:
        for method, path, _ in routes:
            for headers in bad.values():
                body = {"content": b"{}", "headers": {**headers, "content-type": "application/json"}}
                answer = await client.request(method, url_of(stack, path), **body)  # type: ignore[arg-type]
                assert_problem(answer, 401)
            elsewhere = {"Authorization": f"Bearer {good}", "X-Workspace": stack.acme}
            assert_problem(await client.request(method, url_of(stack, path), headers=elsewhere), 403)


async def test_a_body_that_is_wrong_is_refused_and_what_is_wrong_is_named(
    stack: Stack, routes: list[tuple[str, str, dict[str, Any]]]
) -> None:
    writing = [(method, path) for method, path, operation in routes if "requestBody" in operation]
    assert len(writing) > 5
    async with stack.api() as api:
        for method, path in writing:
            url = url_of(stack, path)
            broken: dict[str, bytes] = {
                "broken JSON": b'{"a":',
                "deep": b"[" * 5000 + b"]" * 5000,
                "large": b'{"x": "' + b"x" * 300_000 + b'"}',
                "a list": b"[1, 2]",
                "unknown field": b'{"no_such_field": 1}',
                "operator": b'{"$where": "1", "contact_id": {"$ne": null}, "first_name": {"$gt": ""}}',
                "surrogate": b'{"first_name": "\\ud800"}',
                "NUL": b'{"first_name": "a\\u0000"}',
            }
            json_body = {"content-type": "application/json"}
            answers = {what: await api.request(method, url, content=body, headers=json_body) for what, body in broken.items()}
            for answer in answers.values():
                assert 400 <= answer.status_code < 500, f"{method} {path}: {answer.status_code} {answer.text[:200]}"
                assert answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.req("CR1", "CR8")
async def test_the_field_that_is_wrong_is_named(stack: Stack) -> None:
    wrong: dict[str, dict[str, Any]] = {
        "first_name": {"emails": [{"typed": "a@example.com"}]},
        "emails.0": {"first_name": "A", "emails": [{"typed": "not an address"}]},
        "no_such_field": {"first_name": "A", "no_such_field": 1},
        "tags": {"first_name": "A", "tags": "not a list"},
    }
    async with stack.api() as api:
        for field, body in wrong.items():
            answer = await api.post("/contacts", json=body)
            assert answer.status_code == 422, answer.text
            assert field in json.dumps(answer.json()["errors"])


async def test_what_comes_in_a_query_is_checked_too(stack: Stack) -> None:
    async with stack.api() as api:
        for path in WRONG_QUERIES:
            answer = await api.get(path)
            assert answer.status_code in {400, 422}, f"{path}: {answer.status_code} {answer.text[:200]}"
            assert answer.headers["content-type"].startswith("application/problem+json")
