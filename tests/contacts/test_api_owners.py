"""Who looks after whom: many at once, and who is told of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.contacts import ContactOwnerChanged
from shared.contracts.envelope import Event
from tests.support.contacts_builders import WORKSPACE, create, member_added, member_deactivated
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

PATH = "/v1/contacts"
NOTICES = f"{PATH}/notices"
Deliver = Callable[..., Awaitable[None]]
Published = Callable[[], Awaitable[list[Event]]]


@pytest.fixture
async def bob(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(WORKSPACE, subject="bob")) as client:
        yield client


@pytest.fixture
async def cyd(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(WORKSPACE, subject="cyd")) as client:
        yield client


@pytest.fixture
async def manager(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(WORKSPACE, Role.MANAGER, subject="mia")) as client:
        yield client


async def assign(client: httpx.AsyncClient, owner_id: str | None, *contacts: str, **more: Any) -> list[dict[str, Any]]:
    response = await client.post(f"{PATH}/owner", json={"owner_id": owner_id, "contact_ids": contacts, **more})
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["items"]
    return rows


async def told(client: httpx.AsyncClient) -> list[tuple[str, list[str | None], str | None]]:
    """What each notice says: the kind, the names, who did it."""
    items = (await client.get(NOTICES)).json()["items"]
    return [(item["kind"], [one["name"] for one in item["contacts"]], item["by"]) for item in items]


@pytest.mark.req("OS4")
async def test_contacts_of_who_left_get_another_owner_at_once(client: httpx.AsyncClient, deliver: Deliver, published: Published) -> None:
    await deliver(member_added("ann"), member_added("bob"))
    made = [await create(client, name, owner_id="bob") for name in ("Ada", "Bea", "Cyd")]
    await deliver(member_deactivated("bob", sequence=2))
    left = (await client.get(PATH, params={"owner": "none"})).json()["items"]

    rows = await assign(client, "ann", *(item["id"] for item in left))

    assert {row["id"] for row in rows} == {contact["id"] for contact in made}
    assert {(row["state"], row["version"]) for row in rows} == {("changed", 2)}
    assert (await client.get(PATH, params={"owner": "none"})).json()["items"] == []
    changes = [event.data for event in await published() if isinstance(event.data, ContactOwnerChanged)]
    assert [(change.previous, change.current) for change in changes] == [("bob", "ann")] * 3


async def test_every_row_says_what_became_of_it(client: httpx.AsyncClient) -> None:
    mine = await create(client, "Ada", owner_id="ann")
    nobodys = await create(client, "Bea")
    gone = await create(client, "Cyd")
    await client.delete(f"{PATH}/{gone['id']}")
    arrived = await create(client, "Dan", source={"type": "form", "id": "1"})

    rows = await assign(client, "ann", mine["id"], nobodys["id"], gone["id"], arrived["id"], "nobody", nobodys["id"])

    assert [(row["id"], row["state"], row["version"], (row["error"] or {}).get("code")) for row in rows] == [
        (mine["id"], "unchanged", 1, None),
        (nobodys["id"], "changed", 2, None),
        (gone["id"], "refused", None, "deleted"),
        (arrived["id"], "refused", None, "source_not_reviewed"),
        ("nobody", "refused", None, "not-found"),
    ]
    assert (await client.get(f"{PATH}/{arrived['id']}")).json().get("owner_id") is None


@pytest.mark.req("SR3")
async def test_a_manager_assigns_before_the_review_with_a_reason(client: httpx.AsyncClient, manager: httpx.AsyncClient) -> None:
    arrived = await create(client, "Dan", source={"type": "form", "id": "1"})
    body = {"owner_id": "ann", "contact_ids": [arrived["id"]], "override_reason": "they called"}

    problem(await client.post(f"{PATH}/owner", json=body), 403)
    [row] = (await manager.post(f"{PATH}/owner", json=body)).json()["items"]

    assert row["state"] == "changed"
    history = (await client.get(f"{PATH}/{arrived['id']}/history")).json()["items"]
    assert (history[0]["field"], history[0]["reason"]) == ("owner_id", "they called")


@pytest.mark.req("OS3")
async def test_nobody_is_given_to_who_is_not_an_active_member(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(member_added("ann"))
    made = await create(client)

    refused = problem(await client.post(f"{PATH}/owner", json={"owner_id": "eve", "contact_ids": [made["id"]]}), 422)

    assert [error["field"] for error in refused["errors"]] == ["owner_id"]


@pytest.mark.parametrize("ids", [[], ["x"] * 501])
async def test_one_to_five_hundred_are_assigned_at_once(client: httpx.AsyncClient, ids: list[str]) -> None:
    problem(await client.post(f"{PATH}/owner", json={"owner_id": "ann", "contact_ids": ids}), 422)


@pytest.mark.req("OS5")
async def test_the_old_and_the_new_owner_are_told(client: httpx.AsyncClient, bob: httpx.AsyncClient, cyd: httpx.AsyncClient) -> None:
    made = await create(client, "Ada", last_name="Lovelace", owner_id="bob")
    await bob.post(f"{NOTICES}/read", json={})

    await client.patch(f"{PATH}/{made['id']}", json={"owner_id": "cyd", "version": 1})

    assert (await told(bob))[0] == ("unassigned", ["Ada Lovelace"], "ann")
    assert await told(cyd) == [("assigned", ["Ada Lovelace"], "ann")]
    assert await told(client) == []
    assert [(await member.get(NOTICES)).json()["unread"] for member in (bob, cyd, client)] == [1, 1, 0]


@pytest.mark.req("OS5")
async def test_who_did_it_themself_is_not_told(client: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    made = await create(client, "Ada", owner_id="ann")

    await bob.patch(f"{PATH}/{made['id']}", json={"owner_id": "bob", "version": 1})

    assert await told(bob) == []
    assert await told(client) == [("unassigned", ["Ada"], "bob")]


@pytest.mark.req("OS5")
async def test_of_many_at_once_everybody_is_told_once(client: httpx.AsyncClient, bob: httpx.AsyncClient, cyd: httpx.AsyncClient) -> None:
    made = [await create(bob, f"P{number}", owner_id="bob") for number in range(5)]

    await assign(client, "cyd", *(contact["id"] for contact in made))

    [digest] = (await cyd.get(NOTICES)).json()["items"]
    assert digest["contact_ids"] == [contact["id"] for contact in made]
    assert [one["name"] for one in digest["contacts"]] == ["P0", "P1", "P2"]
    assert await told(bob) == [("unassigned", ["P0", "P1", "P2"], "ann")]


@pytest.mark.req("OS5")
async def test_an_import_tells_nobody_and_another_change_neither(client: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    await client.post(PATH, json={"first_name": "Ada", "owner_id": "bob", "source": {"type": "import", "id": "7/1"}})
    made = await create(client, "Bea")
    await client.patch(f"{PATH}/{made['id']}", json={"job_title": "CTO", "version": 1})

    assert await told(bob) == []


async def test_nobody_is_told_of_what_was_refused(client: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    await create(client, "Ada", emails=["ada@acme.com"])

    problem(await client.post(PATH, json={"first_name": "Eve", "emails": ["ada@acme.com"], "owner_id": "bob"}), 409)

    assert await told(bob) == []


async def test_notices_come_in_pages_and_are_read_by_their_member_alone(client: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    for name in ("Ada", "Bea", "Cyd"):
        await create(client, name, owner_id="bob")

    first = (await bob.get(NOTICES, params={"limit": 2})).json()
    rest = (await bob.get(NOTICES, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    ids = [item["id"] for item in [*first["items"], *rest["items"]]]
    assert [item["contacts"][0]["name"] for item in [*first["items"], *rest["items"]]] == ["Cyd", "Bea", "Ada"]
    assert (first["unread"], rest["next_cursor"]) == (3, None)

    assert (await client.post(f"{NOTICES}/read", json={"ids": ids})).json() == {"unread": 0}
    assert (await bob.post(f"{NOTICES}/read", json={"ids": ids[:1]})).json() == {"unread": 2}
    assert [item["unread"] for item in (await bob.get(NOTICES)).json()["items"]] == [False, True, True]
    assert (await bob.post(f"{NOTICES}/read", json={})).json() == {"unread": 0}


@pytest.mark.req("CR3")
async def test_a_namesake_in_another_workspace_is_told_nothing(client: httpx.AsyncClient, service: Any) -> None:
    await create(client, "Ada", owner_id="bob")

    async with http_client(service, bearer("globex", subject="bob")) as other:
        assert await told(other) == []
