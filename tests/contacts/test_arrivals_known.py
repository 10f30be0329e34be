"""Whom an arrival is recognised as: by any address, through merges, among those who share one, and against requests at the same instant."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from contacts.app import Stores, routes
from contacts.mongo_store import evidence
from shared.contracts import forms
from shared.messaging import Batch
from shared.messaging.circuit import Circuit
from shared.messaging.reliability import Trying
from tests.support.contacts_builders import WORKSPACE, create, event, received, submitted

Deliver = Callable[..., Awaitable[None]]

REVIEW = "/v1/contacts/review"


async def queue(client: httpx.AsyncClient) -> list[tuple[str, str]]:
    """Kind and contact of each item."""
    items = (await client.get(REVIEW)).json()["items"]
    return [(item["kind"], item["contact"]["id"]) for item in items]


async def everybody(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/v1/contacts", params={"sort": "name"})).json()["items"]
    return items


@pytest.mark.req("CU1")
async def test_somebody_is_known_by_any_of_their_addresses(client: httpx.AsyncClient, deliver: Deliver) -> None:
    ada = await create(client, emails=["ada@kestrel.example", "ada@home.example"])

    await deliver(submitted("s1", emails=["new@else.example", "ADA@home.example"], company="Kestrel"))

    assert await queue(client) == [("update", ada["id"])]
    [item] = (await client.get(REVIEW)).json()["items"]
    assert set(item["changes"]) == {"company", "emails"}


@pytest.mark.req("CU1")
async def test_whom_the_form_names_is_who_it_is(client: httpx.AsyncClient, deliver: Deliver) -> None:
    ada = await create(client)
    told = forms.SubmissionSubmitted(
        form_id="f", parties=({"contact_id": ada["id"]},), answers=forms.Answers(mapped={"email": "ada@kestrel.example"})
    )

    await deliver(event(told, "s1"))

    assert await queue(client) == [("update", ada["id"])]


@pytest.mark.req("CU1", "CD11")
async def test_whoever_was_merged_away_is_who_took_them_in(client: httpx.AsyncClient, deliver: Deliver) -> None:
    ada, other = await create(client, emails=["ada@kestrel.example"]), await create(client, emails=["ada@home.example"])
    merged = await client.post("/v1/contacts/merges", json={"survivor_id": ada["id"], "merged_ids": [other["id"]]})
    version = merged.json()["contact"]["version"]
    await client.patch(f"/v1/contacts/{ada['id']}", json={"emails": ["ada@kestrel.example"], "version": version})

    await deliver(submitted("s1", email="ada@home.example", company="Kestrel"), received("ada@home.example"))

    assert await queue(client) == [("update", ada["id"])]
    assert len(await everybody(client)) == 1


@pytest.mark.req("CU1", "SR4")
async def test_what_was_proposed_of_somebody_merged_away_since_is_decided_of_who_took_them_in(
    client: httpx.AsyncClient, deliver: Deliver
) -> None:
    ada, other = await create(client), await create(client, emails=["ada@home.example"])
    await deliver(submitted("s1", email="ada@home.example", company="Kestrel"))
    await client.post("/v1/contacts/merges", json={"survivor_id": ada["id"], "merged_ids": [other["id"]]})

    assert await queue(client) == [("update", ada["id"])]
    await client.post(REVIEW, json={"ids": ["form:s1"], "decision": "approve"})

    assert (await client.get(f"/v1/contacts/{ada['id']}")).json()["company"] == "Kestrel"


@pytest.mark.req("SR2", "CD12")
async def test_somebody_pending_who_is_merged_away_by_hand_is_out_of_the_queue_and_back_with_the_undo(
    client: httpx.AsyncClient, deliver: Deliver
) -> None:
    await deliver(submitted("s1", email="ada@home.example"))
    [(_, pending)] = await queue(client)
    ada = await create(client)

    merge = await client.post("/v1/contacts/merges", json={"survivor_id": ada["id"], "merged_ids": [pending]})
    assert await queue(client) == []

    await client.post(f"/v1/contacts/merges/{merge.json()['id']}/undo", json={})
    assert await queue(client) == [("new", pending)]


@pytest.mark.req("SE4")
async def test_among_those_who_share_an_address_the_name_decides(client: httpx.AsyncClient, deliver: Deliver) -> None:
    ada = await create(client, last_name="Byron", emails=["info@kestrel.example"])
    await create(client, "Bob", emails=["info@kestrel.example"])

    await deliver(submitted("s1", email="info@kestrel.example", first_name="ada", last_name="BYRON", company="Kestrel"))
    assert await queue(client) == [("update", ada["id"])]

    await deliver(submitted("s2", email="info@kestrel.example", first_name="Eve"), received("info@kestrel.example"))
    assert sorted(person["first_name"] for person in await everybody(client)) == ["Ada", "Bob", "Eve"]


@pytest.mark.req("CD8", "SR2")
async def test_a_request_and_an_arrival_at_the_same_instant_are_one_contact(stores: Stores, client: httpx.AsyncClient) -> None:
    trying, [on_forms] = Trying("contacts", Circuit(10)), [routes(stores).by_topic["crm.forms"]]
    for number in range(8):
        address = f"p{number}@kestrel.example"
        body = {"first_name": "Ada", "emails": [address]}
        arrival = trying.handle(on_forms, Batch(WORKSPACE, [submitted(f"s{number}", email=address, company="Kestrel")]))
        answer, failed = await asyncio.gather(client.post("/v1/contacts", json=body), arrival)
        assert (answer.status_code in (201, 409), failed) == (True, [])

    people = await everybody(client)
    assert sorted(person["emails"][0]["typed"] for person in people) == [f"p{number}@kestrel.example" for number in range(8)]
    assert len(await queue(client)) == 8


@pytest.mark.req("SR2")
async def test_of_somebody_who_writes_every_day_the_newest_evidence_is_kept(
    client: httpx.AsyncClient, deliver: Deliver, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST", 3)
    for number in range(5):
        await deliver(received("ada@kestrel.example", message=f"m{number}"))

    [item] = (await client.get(REVIEW)).json()["items"]
    assert [entry["id"] for entry in item["evidence"]] == ["mailbox:m4", "mailbox:m3", "mailbox:m2"]
    assert await stores.database.plumbing("evidence").count_documents({}) == 3


@pytest.mark.req("CR15")
async def test_of_somebody_forgotten_neither_item_nor_evidence_nor_count_is_left(
    client: httpx.AsyncClient, deliver: Deliver, stores: Stores
) -> None:
    await deliver(received("ada@kestrel.example"), received("bob@kestrel.example"))
    ada, bob = await everybody(client)

    await stores.contacts.transact(WORKSPACE, lambda changing: changing.queue.erase([ada["id"]], ["ada@kestrel.example"]))

    assert await queue(client) == [("new", bob["id"])]
    assert [await stores.database.plumbing(name).count_documents({}) for name in ("reviews", "evidence", "correspondents")] == [1, 1, 1]
