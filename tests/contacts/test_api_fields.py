"""Custom fields from their definition to the contact, over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from shared.auth import Role
from tests.support.contacts_builders import create
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

SETTINGS = "/v1/contacts/settings"
REGION = {"key": "region", "label": "Region", "type": "choice", "options": ["north", "south"], "required": True}
BUDGET = {"key": "budget", "label": "Budget", "type": "money"}
TOPICS = {"key": "topics", "label": "Topics", "type": "multi_choice", "options": ["a", "b", "c"]}


@pytest.fixture
def workspace() -> str:
    """One of its own: settings are remembered for a second."""
    return f"w{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def admin(service: Any, workspace: str) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(workspace, role=Role.ADMIN)) as client:
        yield client


@pytest.fixture
async def member(service: Any, workspace: str) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(workspace)) as client:
        yield client


async def decide(admin: httpx.AsyncClient, **settings: Any) -> dict[str, Any]:
    response = await admin.put(SETTINGS, json=settings)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


@pytest.mark.req("CR10")
async def test_fields_are_kept_in_their_order_with_all_that_was_said(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await decide(admin, fields=[TOPICS, REGION])

    read = (await member.get(SETTINGS)).json()["fields"]

    assert [(field["key"], field["label"], field["type"]) for field in read] == [
        ("topics", "Topics", "multi_choice"),
        ("region", "Region", "choice"),
    ]
    assert read[1] == {**REGION, "enabled": True, "default": None}


@pytest.mark.req("CR10")
async def test_values_of_every_shape_are_saved_read_and_sent_back(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await decide(admin, fields=[BUDGET, TOPICS])
    custom = {"budget": {"amount": "12.50", "currency": "EUR"}, "topics": ["b", "a"]}

    made = await create(member, custom=custom)
    path = f"/v1/contacts/{made['id']}"
    same = await member.patch(path, json={"custom": made["custom"], "version": 1})
    more = await member.patch(path, json={"custom": {"topics": ["c"]}, "version": 1})

    assert made["custom"] == custom
    assert same.json()["version"] == 1
    assert more.json()["custom"] == (await member.get(path)).json()["custom"] == custom | {"topics": ["c"]}
    rows = (await member.get(f"{path}/history")).json()["items"]
    assert (rows[0]["field"], rows[0]["old"]["topics"], rows[0]["new"]["topics"]) == ("custom", ["b", "a"], ["c"])


@pytest.mark.req("CR10")
async def test_a_wrong_value_is_refused_naming_the_field(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await decide(admin, fields=[BUDGET])

    refused = problem(await member.post("/v1/contacts", json={"first_name": "Ada", "custom": {"budget": 12.5}}), 422)

    assert [error["field"] for error in refused["errors"]] == ["custom.budget"]


@pytest.mark.req("CR11")
async def test_by_hand_a_required_field_is_asked_for(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await decide(admin, fields=[REGION])

    refused = problem(await member.post("/v1/contacts", json={"first_name": "Ada"}), 422)
    made = await create(member, custom={"region": "north"})
    emptied = await member.patch(f"/v1/contacts/{made['id']}", json={"custom": {"region": None}, "version": 1})

    assert refused["errors"] == problem(emptied, 422)["errors"] == [{"field": "custom.region", "message": "a value is needed"}]


@pytest.mark.req("CR11")
@pytest.mark.parametrize("source", ["form", "import", "mailbox", "integration"])
async def test_who_arrives_without_a_required_field_is_taken(admin: httpx.AsyncClient, member: httpx.AsyncClient, source: str) -> None:
    await decide(admin, fields=[REGION], process={"statuses": [{"name": "new", "requires": ["emails", "custom.region"]}]})

    made = await create(member, source={"type": source, "id": "1"})

    assert made["custom"] == {}


@pytest.mark.req("CR10")
async def test_a_field_in_use_goes_only_when_that_is_meant(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await decide(admin, fields=[{**REGION, "required": False}, {"key": "vip", "label": "VIP", "type": "checkbox"}, BUDGET])
    made = await create(member, custom={"region": "north", "vip": False})
    await create(member, custom={"region": "south"})

    refused = problem(await admin.put(SETTINGS, json={"version": 1}), 409)
    kept = await admin.put(SETTINGS, json={"version": 1}, params={"drop_used": True})

    assert refused["type"] == "urn:problem:field-in-use"
    assert refused["uses"] == [{"key": "region", "contacts": 2}, {"key": "vip", "contacts": 1}]
    assert (kept.status_code, kept.json()["fields"]) == (200, [])
    assert (await member.get(f"/v1/contacts/{made['id']}")).json()["custom"] == {"region": "north", "vip": False}


@pytest.mark.req("CR10")
async def test_a_field_nobody_uses_goes_at_once_and_disabling_is_no_loss(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await decide(admin, fields=[TOPICS, BUDGET])
    made = await create(member, custom={"topics": ["a"]})

    await decide(admin, fields=[{**TOPICS, "enabled": False}], version=1)

    assert (await member.get(f"/v1/contacts/{made['id']}")).json()["custom"] == {"topics": ["a"]}
    refused = await member.post("/v1/contacts", json={"first_name": "Ada", "custom": {"topics": ["a"]}})
    assert problem(refused, 422)["errors"] == [{"field": "custom.topics", "message": "this field is disabled"}]


@pytest.mark.req("CR10")
async def test_a_default_is_an_active_member_when_it_is_decided(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await admin.post("/v1/members", json={"id": "ann", "name": "Ann"})
    manager = {"key": "manager", "label": "Manager", "type": "person"}

    refused = problem(await admin.put(SETTINGS, json={"fields": [manager, {**manager, "key": "other", "default": "eve"}]}), 422)
    await decide(admin, fields=[{**manager, "default": "ann"}])

    assert [error["field"] for error in refused["errors"]] == ["fields.1.default"]
    assert (await create(member))["custom"] == {"manager": "ann"}
    eve = await member.post("/v1/contacts", json={"first_name": "Ada", "custom": {"manager": "eve"}})
    assert problem(eve, 422)["errors"][0]["field"] == "custom.manager"
