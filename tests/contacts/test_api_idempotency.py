"""A request that is sent twice, and requests that race."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from contacts.app import Stores
from contacts.domain.contact import Contact
from shared.auth import Role
from shared.contracts.envelope import Event
from tests.support.contacts_builders import WORKSPACE, member_added, member_deactivated
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

PATH = "/v1/contacts"
KEY = {"Idempotency-Key": "k1"}
ADA = {"first_name": "Ada", "emails": ["ada@acme.com"]}


async def everybody(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get(PATH, params={"limit": 200})).json()["items"]
    return items


@pytest.mark.req("CR14")
async def test_a_repeated_request_gets_the_first_result_and_makes_nobody(client: httpx.AsyncClient) -> None:
    first = await client.post(PATH, json=ADA, headers=KEY)
    await client.patch(f"{PATH}/{first.json()['id']}", json={"last_name": "Byron", "version": 1})

    again = await client.post(PATH, json=ADA, headers=KEY)

    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await everybody(client)) == 1


@pytest.mark.req("CR14")
async def test_the_same_key_for_another_request_is_refused(client: httpx.AsyncClient) -> None:
    await client.post(PATH, json=ADA, headers=KEY)

    refused = problem(await client.post(PATH, json={"first_name": "Eve"}, headers=KEY), 422)

    assert refused["type"] == "urn:problem:idempotency-key-reused"
    assert len(await everybody(client)) == 1


@pytest.mark.req("CR14")
async def test_a_key_is_its_senders_own_whatever_they_are_called(service: Any) -> None:
    async with http_client(service, bearer(subject="svc")) as one, http_client(service, bearer(subject="svc:eu")) as other:
        first = await one.post(PATH, json={"first_name": "Ada"}, headers={"Idempotency-Key": "eu:1"})
        second = await other.post(PATH, json={"first_name": "Ada"}, headers={"Idempotency-Key": "1"})

    assert "idempotency-replayed" not in second.headers
    assert first.json()["id"] != second.json()["id"]


@pytest.mark.req("CR14")
async def test_a_repeated_request_is_answered_though_it_would_be_refused_by_now(
    client: httpx.AsyncClient, deliver: Callable[..., Awaitable[None]]
) -> None:
    await deliver(member_added("ann"), member_added("bob"))
    first = await client.post(PATH, json=ADA | {"owner_id": "bob"}, headers=KEY)
    await deliver(member_deactivated("bob"))

    again = await client.post(PATH, json=ADA | {"owner_id": "bob"}, headers=KEY)

    assert (again.status_code, again.json()) == (201, first.json())
    problem(await client.post(PATH, json=ADA | {"owner_id": "bob"}), 422)


async def test_a_refused_request_does_not_use_its_key_up(client: httpx.AsyncClient) -> None:
    await client.post(PATH, json=ADA)
    problem(await client.post(PATH, json=ADA, headers=KEY), 409)

    assert (await client.post(PATH, json={"first_name": "Eve"}, headers=KEY)).status_code == 201


async def test_a_key_belongs_to_who_sends_it(client: httpx.AsyncClient, service: Any) -> None:
    await client.post(PATH, json={"first_name": "Ada"}, headers=KEY)
    async with http_client(service, bearer(subject="bob")) as bob, http_client(service, bearer("globex")) as theirs:
        for other in (bob, theirs):
            response = await other.post(PATH, json={"first_name": "Eve"}, headers=KEY)
            assert (response.status_code, response.json()["first_name"]) == (201, "Eve")


@pytest.mark.req("CR14")
async def test_of_simultaneous_requests_with_one_key_one_makes_the_contact(client: httpx.AsyncClient) -> None:
    responses = await asyncio.gather(*(client.post(PATH, json=ADA, headers=KEY) for _ in range(20)))

    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["id"] for response in responses}) == 1
    assert len(await everybody(client)) == 1


@pytest.mark.req("CD8")
async def test_of_a_hundred_simultaneous_creates_of_one_address_exactly_one_wins(
    client: httpx.AsyncClient, published: Callable[[], Awaitable[list[Event]]]
) -> None:
    responses = await asyncio.gather(*(client.post(PATH, json=ADA | {"first_name": f"Ada {number}"}) for number in range(100)))

    winners = [response.json() for response in responses if response.status_code == 201]
    losers = [problem(response, 409) for response in responses if response.status_code != 201]
    assert len(winners) == 1
    assert len(losers) == 99
    assert all(loser["matches"] == [{"contact_id": winners[0]["id"], "emails": ["ada@acme.com"]}] for loser in losers)
    assert [person["id"] for person in await everybody(client)] == [winners[0]["id"]]
    assert len(await published()) == 1


@pytest.fixture
def behind(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Awaitable[None]]:
    """From now on a plain read shows a contact as it is at this moment, as it does until most members of a database have a change."""

    async def behind(contact_id: str) -> None:
        then = await stores.contacts.get(WORKSPACE, contact_id)

        async def get(workspace: str, contact_id: str) -> Contact | None:
            return then

        monkeypatch.setattr(stores.contacts, "get", get)

    return behind


@pytest.mark.req("CR13")
async def test_whoever_was_faster_is_met_also_before_reads_show_it(
    client: httpx.AsyncClient, behind: Callable[[str], Awaitable[None]]
) -> None:
    path = f"{PATH}/{(await client.post(PATH, json=ADA)).json()['id']}"
    await behind(path.rpartition("/")[2])
    await client.patch(path, json={"last_name": "Theirs", "version": 1})

    refused = problem(await client.patch(path, json={"last_name": "Mine", "version": 1}), 409)
    assert (refused["current"]["last_name"], refused["current"]["version"]) == ("Theirs", 2)

    assert (await client.delete(path)).is_success, "without a version it is done to whatever is there"


@pytest.mark.req("CR15")
async def test_whom_somebody_has_just_erased_is_gone_also_before_reads_show_it(
    service: Any, client: httpx.AsyncClient, behind: Callable[[str], Awaitable[None]]
) -> None:
    contact_id = (await client.post(PATH, json=ADA)).json()["id"]
    await behind(contact_id)
    async with http_client(service, bearer(WORKSPACE, Role.ADMIN)) as admin:
        assert (await admin.post(f"{PATH}/{contact_id}/erase", json={"reason": "by letter", "confirm": contact_id})).status_code == 200

    problem(await client.patch(f"{PATH}/{contact_id}", json={"last_name": "Mine", "version": 1}), 410)


@pytest.mark.req("CR13")
async def test_of_simultaneous_changes_of_one_version_exactly_one_wins(
    client: httpx.AsyncClient, published: Callable[[], Awaitable[list[Event]]]
) -> None:
    made = (await client.post(PATH, json=ADA)).json()
    path = f"{PATH}/{made['id']}"

    responses = await asyncio.gather(*(client.patch(path, json={"last_name": f"n{number}", "version": 1}) for number in range(20)))

    assert sorted(response.status_code for response in responses) == [200] + [409] * 19
    assert [event.sequence for event in await published()] == [1, 2]
    winner = next(response.json() for response in responses if response.status_code == 200)
    assert all(
        problem(response, 409)["current"]["last_name"] == winner["last_name"] for response in responses if response.status_code == 409
    )
