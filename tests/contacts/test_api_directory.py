"""Accounts and members over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared.auth import Role
from tests.support.http import http_client, problem
from tests.support.tokens import bearer


@pytest.fixture
async def admin(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(role=Role.ADMIN)) as client:
        yield client


@pytest.mark.req("CR5")
async def test_an_account_has_every_linked_person_with_their_role(client: httpx.AsyncClient) -> None:
    await client.post("/v1/accounts", json={"id": "a", "name": "Acme"})
    for first, role in (("Zoe", "billing"), ("Ada", "CTO"), ("Bob", None)):
        links = [{"account_id": "a", "role": role}] if role else [{"account_id": "b"}]
        await client.post("/v1/contacts", json={"first_name": first, "accounts": links})

    people = (await client.get("/v1/accounts/a/people")).json()["items"]

    assert [(person["contact"]["first_name"], person["link"]["role"], person["link"]["name"]) for person in people] == [
        ("Ada", "CTO", "Acme"),
        ("Zoe", "billing", "Acme"),
    ]


@pytest.mark.req("CR5")
async def test_people_come_in_pages_and_those_who_left_do_not(client: httpx.AsyncClient) -> None:
    for name in ("Ada", "Bob", "Cyd"):
        made = (await client.post("/v1/contacts", json={"first_name": name, "accounts": [{"account_id": "a"}]})).json()
    await client.patch(f"/v1/contacts/{made['id']}", json={"accounts": [], "version": 1})

    first = (await client.get("/v1/accounts/a/people", params={"limit": 1})).json()
    second = (await client.get("/v1/accounts/a/people", params={"limit": 1, "cursor": first["next_cursor"]})).json()

    assert [page["items"][0]["contact"]["first_name"] for page in (first, second)] == ["Ada", "Bob"]
    assert second["next_cursor"] is None


@pytest.mark.req("CR3")
async def test_accounts_and_members_of_another_workspace_are_not_seen(client: httpx.AsyncClient, service: Any) -> None:
    async with http_client(service, bearer("globex", Role.ADMIN)) as theirs:
        await theirs.post("/v1/accounts", json={"id": "a", "name": "Globex"})
        await theirs.post("/v1/members", json={"id": "hank", "name": "Hank"})
        await theirs.post("/v1/contacts", json={"first_name": "Homer", "accounts": [{"account_id": "a"}]})

    problem(await client.get("/v1/accounts/a"), 404)
    for path in ("/v1/accounts", "/v1/members", "/v1/accounts/a/people"):
        assert (await client.get(path)).json()["items"] == []


async def test_accounts_are_found_by_part_of_name_or_domain(client: httpx.AsyncClient) -> None:
    await client.post("/v1/accounts", json={"id": "a", "name": "Acme Rockets", "domains": ["acme.example"]})
    await client.post("/v1/accounts", json={"id": "b", "name": "Babbage"})

    async def ids(words: str) -> list[str]:
        return [item["id"] for item in (await client.get("/v1/accounts", params={"q": words})).json()["items"]]

    assert (await ids("rock"), await ids("acme.ex"), await ids("ba"), await ids("nothing")) == (["a"], ["a"], ["b"], [])
    assert [item["name"] for item in (await client.get("/v1/accounts")).json()["items"]] == ["Acme Rockets", "Babbage"]


async def test_accounts_and_members_come_in_pages(client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    for number in range(3):
        await client.post("/v1/accounts", json={"name": f"Acme {number}"})
        await admin.post("/v1/members", json={"name": f"Member {number}"})

    for path in ("/v1/accounts", "/v1/members"):
        first = (await client.get(path, params={"limit": 2})).json()
        second = (await client.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [item["name"][-1] for item in [*first["items"], *second["items"]]] == ["0", "1", "2"]
        assert second["next_cursor"] is None


async def test_an_id_is_taken_once(client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    for sender, path in ((client, "/v1/accounts"), (admin, "/v1/members")):
        assert (await sender.post(path, json={"id": "x", "name": "First"})).status_code == 201
        problem(await sender.post(path, json={"id": "x", "name": "Second"}), 409)
        assert [item["name"] for item in (await client.get(path)).json()["items"]] == ["First"]


async def test_members_are_added_by_an_admin_only(client: httpx.AsyncClient) -> None:
    problem(await client.post("/v1/members", json={"name": "Eve"}), 403)


@pytest.mark.req("OS3")
async def test_with_members_known_the_owner_is_one_of_them(client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    await admin.post("/v1/members", json={"id": "ann", "name": "Ann"})

    refused = problem(await client.post("/v1/contacts", json={"first_name": "Ada", "owner_id": "eve"}), 422)

    assert [error["field"] for error in refused["errors"]] == ["owner_id"]
    made = (await client.post("/v1/contacts", json={"first_name": "Ada", "owner_id": "ann"})).json()
    problem(await client.patch(f"/v1/contacts/{made['id']}", json={"owner_id": "eve", "version": 1}), 422)
    problem(await client.patch(f"/v1/contacts/{made['id']}", json={"assignees": ["eve"], "version": 1}), 422)
