"""Lists and searches over HTTP."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from typing import Any

import httpx
import pytest

from tests.support.contacts_builders import create
from tests.support.http import problem

PATH = "/v1/contacts"


async def names(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    response = await client.get(PATH, params=asked)
    assert response.status_code == 200, response.text
    return [item["first_name"] for item in response.json()["items"]]


async def walked(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    """Every page, one after another."""
    found, cursor = [], None
    while True:
        page = (await client.get(PATH, params=asked | ({"cursor": cursor} if cursor else {}))).json()
        found += [item["first_name"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


async def test_the_newest_change_comes_first(client: httpx.AsyncClient) -> None:
    first = await create(client, "Ada")
    await create(client, "Bob")
    await client.patch(f"{PATH}/{first['id']}", json={"last_name": "Byron", "version": 1})

    assert await names(client) == ["Ada", "Bob"]


async def test_by_name_is_by_last_name_without_case_or_accents(client: httpx.AsyncClient) -> None:
    for first, last in (("c", "Zorn"), ("a", "Ábel"), ("b", "abel"), ("d", None)):
        await create(client, first, last_name=last)

    assert await names(client, sort="name") == ["a", "b", "d", "c"]


@pytest.mark.parametrize("sort", ["updated", "name"])
async def test_pages_neither_repeat_nor_leave_out_anybody(client: httpx.AsyncClient, sort: str) -> None:
    people = [f"p{number % 3}" for number in range(10)]
    for name in people:
        await create(client, name, last_name="Same")

    found = await walked(client, sort=sort, limit=3)

    assert sorted(found) == sorted(people)


async def test_somebody_who_is_made_meanwhile_does_not_shift_the_pages(client: httpx.AsyncClient) -> None:
    for number in range(4):
        await create(client, f"p{number}")
    first = (await client.get(PATH, params={"limit": 2})).json()
    await create(client, "late")

    second = await names(client, limit=2, cursor=first["next_cursor"])

    assert [*(item["first_name"] for item in first["items"]), *second] == ["p3", "p2", "p1", "p0"]


def _cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "%%%",
        "bm8",
        _cursor(["name", "a", "b"]),
        _cursor(["updated", "yesterday", "b"]),
        _cursor(["updated", "2026-06-01T12:00:00", "b"]),
        _cursor(["updated", {"$gt": ""}, "b"]),
        _cursor({"$gt": 1}),
    ],
)  # fmt: skip
async def test_a_bad_cursor_is_refused(client: httpx.AsyncClient, cursor: str) -> None:
    refused = problem(await client.get(PATH, params={"cursor": cursor}), 400)

    assert refused["type"] == "urn:problem:bad-cursor"


async def test_a_bad_cursor_of_a_history_is_refused(client: httpx.AsyncClient) -> None:
    made = await create(client, "Ada")

    problem(await client.get(f"{PATH}/{made['id']}/history", params={"cursor": _cursor(["history", "x", made["id"]])}), 400)


@pytest.mark.parametrize("asked", [{"sort": "version"}, {"limit": 0}, {"limit": 201}, {"q": "x" * 201}, {"$where": "1"}])
async def test_a_list_is_asked_for_in_its_own_words(client: httpx.AsyncClient, asked: dict[str, Any]) -> None:
    problem(await client.get(PATH, params=asked), 422)


async def test_a_list_can_be_narrowed(client: httpx.AsyncClient) -> None:
    await create(client, "Ada", owner_id="ann", status="customer", tags=["vip", "math"], accounts=[{"account_id": "a"}])
    await create(client, "Bob", owner_id="bob", tags=["math"], accounts=[{"account_id": "b"}])

    assert await names(client, owner_id="ann") == ["Ada"]
    assert await names(client, status="new") == ["Bob"]
    assert await names(client, tag="math", sort="name") == ["Ada", "Bob"]
    assert await names(client, account_id="b") == ["Bob"]
    assert await names(client, owner_id="ann", account_id="b") == []


async def test_search_finds_by_any_part_and_says_which_field_matched(client: httpx.AsyncClient) -> None:
    await create(
        client, "Ada", last_name="Lovelace", emails=["ada@analytical.com", "al@home.org"], phones=["(415) 555-1234"], company="Engines Ltd"
    )
    await create(client, "Bob", last_name="Novak", emails=["bob@acme.com"], phones=["+442079460958"])

    async def matched(words: str) -> list[tuple[str, str, str]]:
        items = (await client.get(PATH, params={"q": words})).json()["items"]
        return [(item["first_name"], match["field"], match["value"]) for item in items for match in item["matched"]]

    assert await matched("velac") == [("Ada", "name", "Ada Lovelace")]
    assert await matched("HOME.org") == [("Ada", "email", "al@home.org")]
    assert await matched("415.555.1234") == [("Ada", "phone", "+14155551234")]
    assert await matched("020 7946 0958") == [("Bob", "phone", "+442079460958")]
    assert await matched("engin") == [("Ada", "company", "Engines Ltd")]
    assert await matched("bo") == [("Bob", "name", "Bob Novak"), ("Bob", "email", "bob@acme.com")]
    assert await matched("ada bob") == []
    assert await matched(".*") == []


async def test_a_search_goes_on_over_pages_and_filters(client: httpx.AsyncClient) -> None:
    for number in range(7):
        await create(client, f"Ada{number}", owner_id="ann" if number % 2 else "bob")
    await create(client, "Bob", owner_id="ann")

    assert await walked(client, q="ada", owner_id="ann", limit=2) == ["Ada5", "Ada3", "Ada1"]


async def test_search_finds_whom_the_index_can_not_hold(client: httpx.AsyncClient) -> None:
    addresses = [f"{sha256(bytes([number])).hexdigest()}@acme.com" for number in range(50)]
    await create(client, "Ada", emails=addresses, company="Engines Ltd")
    await create(client, "Bob", emails=["bob@acme.com"])

    assert await names(client, q="engines") == await names(client, q=addresses[-1]) == ["Ada"]
    assert await names(client, q="acme.com") == ["Bob", "Ada"]


async def test_search_follows_a_change(client: httpx.AsyncClient) -> None:
    made = await create(client, "Ada", company="Oldco")
    await client.patch(f"{PATH}/{made['id']}", json={"company": "Newco", "version": 1})

    assert await names(client, q="newco") == ["Ada"]
    assert await names(client, q="oldco") == []


@pytest.mark.parametrize("words", ["   ", "\u0301", "\u0301 \u0308"])
async def test_blanks_and_accents_alone_search_for_nothing(client: httpx.AsyncClient, words: str) -> None:
    await create(client, "Ada")

    assert await names(client, q=words) == ["Ada"]
    assert (await client.get("/v1/accounts", params={"q": words})).status_code == 200
