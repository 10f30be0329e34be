"""Creating, reading, changing, deleting and restoring people over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.contacts import ContactCreated, ContactOwnerChanged, ContactUpdated
from shared.contracts.envelope import Event
from tests.support.contacts_builders import WORKSPACE, create
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

Published = Callable[[], Awaitable[list[Event]]]
PATH = "/v1/contacts"


@pytest.mark.req("CR1")
async def test_a_first_name_is_enough(client: httpx.AsyncClient) -> None:
    response = await client.post(PATH, json={"first_name": "Ada"})

    assert response.status_code == 201
    assert response.headers["location"] == f"{PATH}/{response.json()['id']}"
    assert response.headers["etag"] == '"1"'


@pytest.mark.req("CR1")
async def test_without_a_name_the_field_is_named(client: httpx.AsyncClient) -> None:
    refused = problem(await client.post(PATH, json={"emails": ["a@acme.com"]}), 422)

    assert [error["field"] for error in refused["errors"]] == ["first_name"]


@pytest.mark.req("CR2", "CR4", "CR6", "CR7", "SR1")
async def test_a_contact_is_read_as_it_was_created(client: httpx.AsyncClient) -> None:
    made = await create(
        client,
        last_name="Lovelace",
        job_title="Analyst",
        emails=["Ada@ACME.com "],
        phones=[{"typed": "(415) 555-1234", "purpose": "mobile"}],
        accounts=[{"account_id": "a", "name": "Acme", "role": "billing"}, {"account_id": "b", "primary": True}],
        company="Acme",
        owner_id="ann",
        assignees=["bob"],
        status="customer",
        tags=["math"],
        source={"type": "manual", "id": "f1"},
        custom={"size": 3},
    )

    read = (await client.get(f"{PATH}/{made['id']}")).json()

    assert read == made
    assert (read["emails"][0]["typed"], read["emails"][0]["normalised"]) == ("Ada@ACME.com", "ada@acme.com")
    assert (read["phones"][0]["typed"], read["phones"][0]["e164"]) == ("(415) 555-1234", "+14155551234")
    assert [(link["account_id"], link["primary"]) for link in read["accounts"]] == [("a", False), ("b", True)]
    assert (read["owner_id"], read["assignees"], read["status"], read["tags"], read["custom"]) == (
        "ann", ["bob"], "customer", ["math"], {"size": 3},
    )  # fmt: skip
    assert (read["source"]["type"], read["source"]["id"], read["review"]["state"]) == ("manual", "f1", "approved")
    assert read["source"]["first_seen_at"] == read["created_at"] == read["updated_at"]
    assert read["version"] == 1


async def test_creating_is_told_once_with_the_whole_contact(client: httpx.AsyncClient, published: Published) -> None:
    made = await create(client, emails=["a@acme.com"])

    [event] = await published()

    assert isinstance(event.data, ContactCreated)
    assert event.data.contact.model_dump(mode="json") == made
    assert (event.workspaceid, event.subject, event.sequence) == ("acme", made["id"], 1)
    assert (event.actorid, event.actortype, event.data.origin) == ("ann", "user", "ui")


async def test_a_change_is_told_in_an_event_per_kind_numbered_without_a_gap(client: httpx.AsyncClient, published: Published) -> None:
    made = await create(client)

    response = await client.patch(
        f"{PATH}/{made['id']}", json={"last_name": "Byron", "owner_id": "bob"}, headers={"If-Match": '"1"', "X-Request-Id": "r-17"}
    )

    _, updated, owner = await published()
    assert response.json()["version"] == 3
    assert isinstance(updated.data, ContactUpdated)
    assert isinstance(owner.data, ContactOwnerChanged)
    assert [event.sequence for event in (updated, owner)] == [2, 3]
    assert (list(updated.data.changes), list(owner.data.changes)) == (["last_name"], ["owner_id"])
    assert updated.data.contact == owner.data.contact
    assert owner.data.contact.version == 3
    assert updated.correlationid == owner.correlationid is not None


@pytest.mark.req("CR13")
@pytest.mark.parametrize("how", ["header", "body"])
async def test_a_stale_change_is_refused_with_the_current_values(client: httpx.AsyncClient, how: str) -> None:
    made = await create(client)
    path = f"{PATH}/{made['id']}"
    await client.patch(path, json={"last_name": "Byron", "version": 1})

    headers, version = ({"If-Match": '"1"'}, {}) if how == "header" else ({}, {"version": 1})
    refused = problem(await client.patch(path, json={"last_name": "King", **version}, headers=headers), 409)

    assert refused["type"] == "urn:problem:stale-version"
    assert (refused["current"]["last_name"], refused["current"]["version"]) == ("Byron", 2)
    assert (await client.get(path)).json()["last_name"] == "Byron"


@pytest.mark.req("CR13")
async def test_a_change_without_a_version_is_refused(client: httpx.AsyncClient) -> None:
    made = await create(client)

    problem(await client.patch(f"{PATH}/{made['id']}", json={"last_name": "King"}), 428)
    problem(await client.patch(f"{PATH}/{made['id']}", json={"last_name": "King"}, headers={"If-Match": "*"}), 400)


@pytest.mark.req("SR1")
async def test_the_source_is_never_overwritten(client: httpx.AsyncClient) -> None:
    made = await create(client, source={"type": "mailbox", "id": "m1"})

    problem(await client.patch(f"{PATH}/{made['id']}", json={"source": {"type": "manual"}, "version": 1}), 422)
    after = await client.patch(f"{PATH}/{made['id']}", json={"last_name": "Byron", "version": 1})

    assert after.json()["source"] == made["source"]


@pytest.mark.req("CR8")
async def test_what_can_not_be_an_address_is_refused_by_its_place(client: httpx.AsyncClient) -> None:
    refused = problem(await client.post(PATH, json={"first_name": "Ada", "emails": ["a@acme.com", {"typed": "nobody"}]}), 422)

    assert [error["field"] for error in refused["errors"]] == ["emails.1"]
    assert "nobody" not in str(refused)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"firstname": "x"}, "firstname"),
        ({"last_name": "x" * 10_001}, "last_name"),
        ({"emails": [{"typed": "a@acme.com", "purpos": "work"}]}, "emails.0.purpos"),
        ({"emails": ["a@acme.com"] * 51}, "emails"),
        ({"custom": {"$where": "1"}}, "custom.$where"),
        ({"custom": {"a.b": "1"}}, "custom.a.b"),
        ({"last_name": {"$ne": None}}, "last_name"),
        ({"source": {"type": "elsewhere"}}, "source.type"),
    ],
)
async def test_what_is_refused_is_named(client: httpx.AsyncClient, fields: dict[str, Any], named: str) -> None:
    refused = problem(await client.post(PATH, json={"first_name": "Ada", **fields}), 422)

    assert [error["field"] for error in refused["errors"]] == [named]


@pytest.mark.req("CR6", "CD3")
async def test_an_address_belongs_to_one_contact(client: httpx.AsyncClient, published: Published) -> None:
    made = await create(client, emails=["one@acme.com", "two@acme.com"])

    refused = problem(await client.post(PATH, json={"first_name": "Eve", "emails": ["new@acme.com", "TWO@acme.com"]}), 409)

    assert refused["type"] == "urn:problem:email-taken"
    assert refused["matches"] == [{"contact_id": made["id"], "emails": ["two@acme.com"]}]
    assert len(await published()) == 1


@pytest.mark.req("CD9")
async def test_a_change_to_an_address_of_somebody_else_is_refused(client: httpx.AsyncClient) -> None:
    ada = await create(client, emails=["ada@acme.com"])
    eve = await create(client, first_name="Eve")

    refused = problem(await client.patch(f"{PATH}/{eve['id']}", json={"emails": ["ADA@acme.com"], "version": 1}), 409)

    assert refused["matches"] == [{"contact_id": ada["id"], "emails": ["ada@acme.com"]}]
    assert (await client.get(f"{PATH}/{eve['id']}")).json()["version"] == 1


@pytest.mark.req("SE4")
async def test_a_mailbox_of_a_job_may_belong_to_several(client: httpx.AsyncClient) -> None:
    first = await create(client, emails=["info@acme.com"])
    second = await create(client, first_name="Eve", emails=["INFO@acme.com"])

    assert first["id"] != second["id"]
    assert second["emails"][0]["shared"] is True


async def test_who_does_not_exist_is_not_found(client: httpx.AsyncClient) -> None:
    for response in (
        await client.get(f"{PATH}/nobody"),
        await client.get(f"{PATH}/nobody/history"),
        await client.patch(f"{PATH}/nobody", json={"version": 1}),
        await client.delete(f"{PATH}/nobody"),
        await client.post(f"{PATH}/nobody/restore"),
    ):
        problem(response, 404)


async def test_a_viewer_reads_and_does_not_write(client: httpx.AsyncClient, service: Any) -> None:
    made = await create(client)
    async with http_client(service, bearer(role=Role.VIEWER)) as viewer:
        assert (await viewer.get(f"{PATH}/{made['id']}")).status_code == 200
        assert (await viewer.get(PATH)).status_code == 200
        problem(await viewer.post(PATH, json={"first_name": "Eve"}), 403)
        problem(await viewer.patch(f"{PATH}/{made['id']}", json={"last_name": "x", "version": 1}), 403)
        problem(await viewer.delete(f"{PATH}/{made['id']}"), 403)
        problem(await viewer.post(f"{PATH}/{made['id']}/restore"), 403)


async def test_nobody_comes_in_without_a_token(service: Any) -> None:
    async with http_client(service) as stranger:
        problem(await stranger.get(PATH), 401)


@pytest.mark.req("CR3")
async def test_two_workspaces_never_meet(client: httpx.AsyncClient, service: Any) -> None:
    ours = await create(client, last_name="Lovelace", emails=["ada@acme.com"])
    async with http_client(service, bearer("globex")) as theirs:
        made = await create(theirs, last_name="Lovelace", emails=["ada@acme.com"])

        assert [item["id"] for item in (await theirs.get(PATH, params={"q": "lovelace"})).json()["items"]] == [made["id"]]
        problem(await theirs.get(f"{PATH}/{ours['id']}"), 404)
        problem(await theirs.get(f"{PATH}/{ours['id']}/history"), 404)
        problem(await theirs.patch(f"{PATH}/{ours['id']}", json={"last_name": "x", "version": 1}), 404)
        problem(await theirs.delete(f"{PATH}/{ours['id']}"), 404)
    assert (await client.get(f"{PATH}/{ours['id']}")).json() == ours


@pytest.mark.req("SR1")
@pytest.mark.parametrize(("role", "source"), [(Role.MEMBER, "manual"), (Role.SERVICE, "api")])
async def test_where_nobody_says_the_source_is_who_created(service: Any, role: Role, source: str) -> None:
    async with http_client(service, bearer(WORKSPACE, role)) as sender:
        made = (await sender.post(PATH, json={"first_name": "Ada"})).json()

    assert made["source"]["type"] == source
