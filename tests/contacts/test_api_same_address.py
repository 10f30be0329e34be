"""An address that somebody has already: refused unless it is said to be two people, whoever asks first, create or update."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from shared.contracts.contacts import ContactCreated, ContactUpdated
from shared.contracts.envelope import Event
from tests.support.contacts_builders import create
from tests.support.http import problem

PATH = "/v1/contacts"
TWO_PEOPLE = {"reason": "father and daughter, one mailbox"}

Published = Callable[[], Awaitable[list[Event]]]


async def history(client: httpx.AsyncClient, contact_id: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get(f"{PATH}/{contact_id}/history")).json()["items"]
    return items


@pytest.mark.req("CD3")
async def test_any_address_of_anybody_blocks_and_names_who_has_it(client: httpx.AsyncClient) -> None:
    ada = await create(client, emails=["ada@acme.com", {"typed": "countess@acme.com", "purpose": "personal"}])

    refused = problem(await client.post(PATH, json={"first_name": "A.", "emails": ["Countess@ACME.com"]}), 409)

    assert refused["matches"] == [{"contact_id": ada["id"], "emails": ["countess@acme.com"]}]


@pytest.mark.req("CD3")
async def test_created_anyway_two_people_share_the_address_and_it_is_known_who_decided_why(
    client: httpx.AsyncClient, published: Published
) -> None:
    ada = await create(client, emails=["family@acme.com"])

    anne = await create(client, "Anne", emails=["anne@acme.com", "family@acme.com"], anyway=TWO_PEOPLE)

    assert [(email["normalised"], email["shared"]) for email in anne["emails"]] == [("anne@acme.com", False), ("family@acme.com", True)]
    assert (await client.get(f"{PATH}/{ada['id']}")).json()["emails"][0]["shared"] is False
    rows = await history(client, anne["id"])
    assert {row["reason"] for row in rows} == {TWO_PEOPLE["reason"]}
    assert {row["actor_id"] for row in rows} == {"ann"}
    told = [event.data for event in await published() if isinstance(event.data, ContactCreated)]
    assert [data.reason for data in told if data.contact.id == anne["id"]] == [TWO_PEOPLE["reason"]]


@pytest.mark.req("CD3")
async def test_deciding_for_nothing_shares_nothing(client: httpx.AsyncClient) -> None:
    ada = await create(client, emails=["ada@acme.com"], anyway=TWO_PEOPLE)

    assert ada["emails"][0]["shared"] is False
    problem(await client.post(PATH, json={"first_name": "Ada", "emails": ["ada@acme.com"]}), 409)


@pytest.mark.req("CD3")
@pytest.mark.parametrize("anyway", [{}, {"reason": " "}, {"reason": "x", "who": "me"}, True])
async def test_without_a_reason_nobody_is_created_anyway(client: httpx.AsyncClient, anyway: object) -> None:
    refused = problem(await client.post(PATH, json={"first_name": "Ada", "anyway": anyway}), 422)

    assert refused["errors"][0]["field"].startswith("anyway")


@pytest.mark.req("CD9")
async def test_an_update_meets_the_same_check_and_the_same_way_out(client: httpx.AsyncClient, published: Published) -> None:
    ada = await create(client, emails=["family@acme.com"])
    anne = await create(client, "Anne", emails=["anne@acme.com"])
    wish = {"version": anne["version"], "emails": ["anne@acme.com", "family@acme.com"]}

    refused = problem(await client.patch(f"{PATH}/{anne['id']}", json=wish), 409)
    saved = await client.patch(f"{PATH}/{anne['id']}", json={**wish, "anyway": TWO_PEOPLE})

    assert refused["matches"] == [{"contact_id": ada["id"], "emails": ["family@acme.com"]}]
    assert [email["shared"] for email in saved.json()["emails"]] == [False, True]
    assert (await history(client, anne["id"]))[0]["reason"] == TWO_PEOPLE["reason"]
    assert not [event for event in await published() if isinstance(event.data, ContactUpdated)]


@pytest.mark.req("CD9")
async def test_a_shared_address_stays_so_when_it_is_sent_back(client: httpx.AsyncClient) -> None:
    await create(client, emails=["family@acme.com"])
    anne = await create(client, "Anne", emails=["family@acme.com"], anyway=TWO_PEOPLE)

    saved = await client.patch(f"{PATH}/{anne['id']}", json={"version": 1, "emails": anne["emails"], "last_name": "King"})

    assert saved.json()["emails"][0]["shared"] is True


@pytest.mark.req("CD8", "CD9")
async def test_of_updates_and_creates_at_the_same_instant_one_gets_the_address(client: httpx.AsyncClient) -> None:
    people = [await create(client, f"Ada{number}") for number in range(10)]
    wanted = {"emails": ["ada@acme.com"]}
    updates = [client.patch(f"{PATH}/{person['id']}", json={**wanted, "version": 1}) for person in people]
    creates = [client.post(PATH, json={"first_name": "Ada", **wanted}) for _ in range(10)]

    answers = await asyncio.gather(*updates, *creates)

    won = [answer for answer in answers if answer.is_success]
    assert len(won) == 1
    assert {answer.status_code for answer in answers if not answer.is_success} == {409}
    losers = [problem(answer, 409) for answer in answers if not answer.is_success]
    assert all(loser["matches"] == [{"contact_id": won[0].json()["id"], "emails": ["ada@acme.com"]}] for loser in losers)
