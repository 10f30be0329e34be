"""What a workspace decides, and that contacts go by it."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.contacts import ContactStatusChanged
from shared.contracts.envelope import Event
from tests.support.contacts_builders import create
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

SETTINGS = "/v1/contacts/settings"
STRICT = {"statuses": [{"name": "new", "moves_to": ["qualified"]}, {"name": "qualified", "moves_to": ["customer"]}, {"name": "customer"}]}


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


async def move(client: httpx.AsyncClient, contact: dict[str, Any], status: str) -> httpx.Response:
    return await client.patch(f"/v1/contacts/{contact['id']}", json={"status": status}, headers={"if-match": f'"{contact["version"]}"'})


async def test_a_workspace_that_decided_nothing_has_the_usual_process(member: httpx.AsyncClient) -> None:
    read = (await member.get(SETTINGS)).json()

    assert [status["name"] for status in read["process"]["statuses"]] == ["new", "working", "qualified", "customer", "former"]
    assert (read["region"], read["version"]) == ("US", 0)


@pytest.mark.req("CR7")
async def test_the_region_of_the_workspace_reads_its_numbers(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    assert (await admin.put(SETTINGS, json={"region": "GB"})).json()["region"] == "GB"
    assert problem(await admin.put(SETTINGS, json={"region": "XX", "version": 1}), 422)["errors"][0]["field"] == "region"

    made = await member.post("/v1/contacts", json={"first_name": "Ada", "phones": ["020 7946 0958"]})

    assert made.json()["phones"][0]["e164"] == "+442079460958"


@pytest.mark.req("OS1")
async def test_a_contact_takes_the_steps_of_the_process_and_no_others(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await admin.put(SETTINGS, json={"process": STRICT})
    ada = await create(member)
    assert ada["status"] == "new"

    refused = problem(await move(member, ada, "customer"), 422)
    moved = await move(member, ada, "qualified")

    assert refused["errors"] == [{"field": "status", "message": "allowed is from new to: qualified"}]
    assert moved.json()["status"] == "qualified"


@pytest.mark.req("OS1")
async def test_a_new_contact_may_be_at_any_step_but_none_that_is_not_there(admin: httpx.AsyncClient, member: httpx.AsyncClient) -> None:
    await admin.put(SETTINGS, json={"process": STRICT})

    assert (await create(member, status="customer"))["status"] == "customer"
    refused = problem(await member.post("/v1/contacts", json={"first_name": "Ada", "status": "lead"}), 422)

    assert refused["errors"] == [{"field": "status", "message": "allowed is one of: new, qualified, customer"}]


@pytest.mark.req("OS2")
async def test_a_step_is_recorded_with_who_when_from_to_and_how_long_it_took(
    admin: httpx.AsyncClient, member: httpx.AsyncClient, published: Callable[[], Awaitable[list[Event]]]
) -> None:
    await admin.put(SETTINGS, json={"process": STRICT})
    ada = await create(member)

    moved = (await move(member, ada, "qualified")).json()

    row = (await member.get(f"/v1/contacts/{ada['id']}/history")).json()["items"][0]
    assert (row["field"], row["old"], row["new"], row["actor_id"], row["time"]) == (
        "status", "new", "qualified", "ann", moved["updated_at"],
    )  # fmt: skip
    told = (await published())[-1]
    assert isinstance(told.data, ContactStatusChanged)
    assert (told.data.previous, told.data.current, told.actorid) == ("new", "qualified", "ann")
    took = datetime.fromisoformat(moved["updated_at"]) - datetime.fromisoformat(ada["created_at"])
    assert told.data.seconds_in_previous == int(took.total_seconds())


async def test_who_has_a_status_that_was_taken_away_keeps_it_and_may_go_anywhere(
    admin: httpx.AsyncClient, member: httpx.AsyncClient
) -> None:
    ada = await create(member, status="former")
    await admin.put(SETTINGS, json={"process": STRICT})

    renamed = await member.patch(f"/v1/contacts/{ada['id']}", json={"first_name": "Adah", "status": "former"}, headers={"if-match": '"1"'})
    assert renamed.json()["status"] == "former"
    assert (await move(member, renamed.json(), "customer")).json()["status"] == "customer"


@pytest.mark.parametrize(
    ("process", "field"),
    [
        ({"statuses": []}, "process.statuses"),
        ({"statuses": [{"name": "a"}, {"name": "a"}]}, "process.statuses.1.name"),
        ({"statuses": [{"name": "a", "moves_to": ["b"]}]}, "process.statuses.0.moves_to"),
        ({"statuses": [{"name": "a", "stale_after_days": 0}]}, "process.statuses.0.stale_after_days"),
        ({"statuses": [{"name": "a", "colour": "red"}]}, "process.statuses.0.colour"),
    ],
)
async def test_a_process_that_makes_no_sense_is_refused_naming_where(admin: httpx.AsyncClient, process: dict[str, Any], field: str) -> None:
    refused = problem(await admin.put(SETTINGS, json={"process": process}), 422)

    assert field in {error["field"] for error in refused["errors"]}


async def test_two_admins_do_not_overwrite_each_other(admin: httpx.AsyncClient) -> None:
    first = await admin.put(SETTINGS, json={"region": "GB", "version": 0})
    second = problem(await admin.put(SETTINGS, json={"region": "DE", "version": 0}), 409)

    assert first.json()["version"] == 1
    assert second["current"]["region"] == "GB"
    assert (await admin.put(SETTINGS, json={"region": "DE", "version": 1})).json()["version"] == 2


async def test_settings_are_for_admins(member: httpx.AsyncClient) -> None:
    problem(await member.put(SETTINGS, json={"region": "US"}), 403)
