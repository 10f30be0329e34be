"""What became of a contact: its history, its deletion, its return."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.contacts import ContactCreated, ContactDeleted, ContactRestored
from shared.contracts.envelope import Event
from tests.support.contacts_builders import create, fields_of
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

Published = Callable[[], Awaitable[list[Event]]]
PATH = "/v1/contacts"


@pytest.mark.req("CR12")
async def test_every_change_of_a_field_is_in_the_history(client: httpx.AsyncClient) -> None:
    made = await create(client, last_name="Byron")
    path = f"{PATH}/{made['id']}"
    await client.patch(path, json={"last_name": "King", "tags": ["math"], "version": 1})

    items = (await client.get(f"{path}/history")).json()["items"]

    assert fields_of([row for row in items if row["version"] == 2]) == {"last_name", "tags"}
    row = next(row for row in items if row["field"] == "last_name")
    assert (row["old"], row["new"], row["actor_id"], row["actor_type"], row["source"]) == ("Byron", "King", "ann", "user", "ui")
    assert row["time"]
    assert row["correlation_id"]
    assert {"first_name", "last_name", "source"} <= fields_of([row for row in items if row["version"] == 1])


async def test_a_change_by_a_program_is_an_api_change(client: httpx.AsyncClient, service: Any) -> None:
    made = await create(client)
    async with http_client(service, bearer(role=Role.SERVICE, subject="sync")) as program:
        await program.patch(f"{PATH}/{made['id']}", json={"last_name": "King", "version": 1})

    [row] = [row for row in (await client.get(f"{PATH}/{made['id']}/history")).json()["items"] if row["version"] == 2]

    assert (row["actor_id"], row["actor_type"], row["source"]) == ("sync", "integration", "api")


async def test_the_history_is_paged_by_change(client: httpx.AsyncClient) -> None:
    made = await create(client)
    path = f"{PATH}/{made['id']}"
    for version in (1, 2, 3):
        await client.patch(path, json={"last_name": f"name {version}", "version": version})

    first = (await client.get(f"{path}/history", params={"limit": 2})).json()
    second = (await client.get(f"{path}/history", params={"limit": 2, "cursor": first["next_cursor"]})).json()

    assert [row["version"] for row in first["items"]] == [4, 3]
    assert {row["version"] for row in second["items"]} == {2, 1}
    assert second["next_cursor"] is None


@pytest.mark.req("CR12")
async def test_the_history_of_one_field_is_what_became_of_that_one(client: httpx.AsyncClient) -> None:
    ada = await create(client, job_title="Countess", custom={"size": 1, "hat": "top"})
    path = f"/v1/contacts/{ada['id']}"
    await client.patch(path, json={"version": 1, "last_name": "King"})
    await client.patch(path, json={"version": 2, "job_title": "Engineer", "custom": {"size": 2}})
    await client.patch(path, json={"version": 3, "custom": {"hat": None}})

    async def told(field: str, **query: int) -> list[tuple[object, object, object]]:
        rows = (await client.get(f"{path}/history", params={"field": field, **query})).json()["items"]
        assert {row["field"] for row in rows} <= {field}
        return [(row["version"], row["old"], row["new"]) for row in rows]

    assert await told("job_title") == [(3, "Countess", "Engineer"), (1, None, "Countess")]
    assert await told("job_title", limit=1) == [(3, "Countess", "Engineer")]
    assert await told("custom.size") == [(3, 1, 2), (1, None, 1)]
    assert await told("custom.hat") == [(4, "top", None), (1, None, "top")]
    assert await told("nonsense") == []


@pytest.mark.req("CR15")
async def test_deleting_is_soft_and_can_be_undone(client: httpx.AsyncClient, published: Published) -> None:
    made = await create(client, emails=["ada@acme.com"])
    path = f"{PATH}/{made['id']}"

    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).json()["deleted_at"]
    assert (await client.get(PATH)).json()["items"] == []
    assert [item["id"] for item in (await client.get(PATH, params={"deleted": True})).json()["items"]] == [made["id"]]

    back = (await client.post(f"{path}/restore")).json()

    assert (back["deleted_at"], back["emails"], back["version"]) == (None, made["emails"], 3)
    assert [type(event.data) for event in await published()] == [ContactCreated, ContactDeleted, ContactRestored]


async def test_deleting_twice_is_told_once(client: httpx.AsyncClient, published: Published) -> None:
    made = await create(client)

    await client.delete(f"{PATH}/{made['id']}")
    await client.delete(f"{PATH}/{made['id']}")

    assert len(await published()) == 2


async def test_the_addresses_of_a_deleted_contact_are_free_until_it_is_restored(client: httpx.AsyncClient) -> None:
    gone = await create(client, emails=["ada@acme.com"])
    await client.delete(f"{PATH}/{gone['id']}")
    heir = await create(client, emails=["ada@acme.com"])

    refused = problem(await client.post(f"{PATH}/{gone['id']}/restore"), 409)

    assert refused["matches"] == [{"contact_id": heir["id"], "emails": ["ada@acme.com"]}]


async def test_a_deleted_contact_is_restored_before_it_is_changed(client: httpx.AsyncClient) -> None:
    made = await create(client)
    await client.delete(f"{PATH}/{made['id']}")

    problem(await client.patch(f"{PATH}/{made['id']}", json={"last_name": "x", "version": 2}), 409)


async def test_deleting_another_version_than_was_read_is_refused(client: httpx.AsyncClient) -> None:
    made = await create(client)

    problem(await client.delete(f"{PATH}/{made['id']}", headers={"If-Match": '"7"'}), 409)
