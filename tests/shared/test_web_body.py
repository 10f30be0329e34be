"""What a body may be: size, type, depth, text and numbers, all refused before a route sees them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.http import http_client, problem
from tests.support.people_app import people_app
from tests.support.tokens import bearer

JSON = {"Content-Type": "application/json"}
KILOBYTE = b"x" * 1024


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(people_app(), bearer()) as client:
        yield client


async def chunks(number: int) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield KILOBYTE


async def test_a_body_over_the_limit_is_refused_though_it_never_said_how_long_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/people", content=chunks(257), headers=JSON)

    problem(answer, 413)
    assert answer.headers["connection"] == "close"


async def test_a_body_over_the_limit_is_refused_though_it_claims_to_be_short(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/people", content=chunks(257), headers=JSON | {"Content-Length": "10"})

    problem(answer, 413)


async def test_of_an_endless_body_little_more_than_the_limit_is_read(client: httpx.AsyncClient) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield KILOBYTE

    problem(await client.post("/v1/people", content=endless(), headers=JSON), 413)
    assert taken <= 256 + 1_000


async def test_a_body_of_exactly_the_limit_is_taken(client: httpx.AsyncClient) -> None:
    start, end = b'{"first_name": "', b'"}'

    answer = await client.post("/v1/people", content=start + b"x" * (256 * 1024 - len(start) - len(end)) + end, headers=JSON)

    assert answer.status_code == 201


async def test_uploads_have_a_limit_of_their_own_and_any_type(client: httpx.AsyncClient) -> None:
    taken = await client.post("/v1/imports", content=chunks(900), headers={"Content-Type": "text/csv"})
    refused = await client.post("/v1/imports", content=chunks(1_000), headers={"Content-Type": "text/csv"})

    assert taken.json() == 900 * 1024
    problem(refused, 413)


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"])
async def test_another_content_type_is_refused(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/v1/people", content=b'{"first_name": "Ann"}', headers={"Content-Type": media_type})

    problem(answer, 415)


@pytest.mark.parametrize("charset", ["punycode", "utf-7", "undefined", '"utf-8"'])
async def test_no_sender_chooses_the_codec_of_a_form(client: httpx.AsyncClient, charset: str) -> None:
    answer = await client.post(
        "/v1/imports", content=KILOBYTE, headers={"Content-Type": f"Multipart/form-data; boundary=B; charset={charset}"}
    )

    assert problem(answer, 415)["type"] == "urn:problem:unsupported-charset"


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"])
async def test_json_by_any_of_its_names_is_taken(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/v1/people", content=b'{"first_name": "Ann"}', headers={"Content-Type": media_type})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "broken",
    [
        b"{",
        b"}{",
        b"{}{}",
        b'{"first_name": NaN}',
        b'{"first_name": "\xff\xfe"}',
        b"\x00",
        b"\xff",
        '{"first_name": "Ann"}'.encode("utf-16"),
        b'{"first_name": "\\ud800"}',
        b'{"\\udfff": "Ann"}',
        b"9" * 5_000,
        b"[" * 10_000,
    ],
)
async def test_what_is_not_json_is_a_400(client: httpx.AsyncClient, broken: bytes) -> None:
    answer = await client.post("/v1/people", content=broken, headers=JSON)

    assert problem(answer, 400)["type"] == "urn:problem:malformed-json"


@pytest.mark.parametrize("value", ["a\0b", {"a\0b": 1}, [["\0"]]])
async def test_nul_is_refused_anywhere(client: httpx.AsyncClient, value: object) -> None:
    answer = await client.post("/v1/people", json={"first_name": "Ann", "custom": {"field": value}})

    assert problem(answer, 400)["type"] == "urn:problem:malformed-text"


@pytest.mark.parametrize("path", ["/v1/people/a%00b", "/v1/people/1?limit=%00"])
async def test_nul_in_the_address_is_refused(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(path), 400)


async def test_an_escaped_backslash_before_u0000_is_only_text(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/people", content=rb'{"first_name": "\\u0000"}', headers=JSON)

    assert answer.json()["first_name"] == r"\u0000"


@pytest.mark.parametrize("number", ["9223372036854775808", "-9223372036854775809", "1e999", "-1e999"])
async def test_numbers_no_database_can_hold_are_refused(client: httpx.AsyncClient, number: str) -> None:
    answer = await client.post("/v1/people", content=f'{{"first_name": "Ann", "custom": {{"n": {number}}}}}', headers=JSON)

    problem(answer, 400)


async def test_ordinary_numbers_are_taken(client: httpx.AsyncClient) -> None:
    custom = {"n": [0, -1, 2**63 - 1, -(2**63), 1.5, 1e300, True, None]}

    answer = await client.post("/v1/people", json={"first_name": "Ann", "custom": custom})

    assert answer.json()["custom"] == custom


@pytest.mark.parametrize(("levels", "status"), [(30, 201), (31, 400), (150, 400)])
async def test_json_is_at_most_32_levels_deep(client: httpx.AsyncClient, levels: int, status: int) -> None:
    """The object and `custom` are the first two."""
    nested = json.loads("[" * levels + "]" * levels)

    answer = await client.post("/v1/people", json={"first_name": "Ann", "custom": {"field": nested}})

    assert answer.status_code == status


async def test_a_request_without_a_body_needs_no_type(client: httpx.AsyncClient) -> None:
    problem(await client.put("/v1/people/1"), 409)
    problem(await client.post("/v1/people"), 422)
