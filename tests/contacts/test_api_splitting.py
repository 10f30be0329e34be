"""An address of a contact that proves to be somebody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import httpx
import pytest

from contacts.app import Stores
from contacts.domain.editing import invalidated
from contacts.domain.revisions import revision
from shared.contracts.contacts import ContactCreated, ContactEmailRemoved
from shared.contracts.envelope import Event
from tests.support.contacts_builders import LATER, WORKSPACE, cause, create, save
from tests.support.http import problem

PATH = "/v1/contacts"


def addresses(contact: dict[str, list[dict[str, object]]]) -> dict[object, object]:
    return {email["normalised"]: email["primary"] for email in contact["emails"]}


@pytest.mark.req("SE5")
async def test_the_address_leaves_for_a_contact_of_its_own_related_to_the_first(
    client: httpx.AsyncClient, published: Callable[[], Awaitable[list[Event]]]
) -> None:
    ada = await create(
        client, last_name="King", emails=["annie@acme.com", {"typed": "ada@acme.com", "purpose": "billing"}], status="working"
    )

    answer = await client.post(
        f"{PATH}/{ada['id']}/split", json={"emails": ["Annie@acme.com"], "first_name": "Annie"}, headers={"if-match": '"1"'}
    )

    assert answer.status_code == 201, answer.text
    rest, new = answer.json()["contact"], answer.json()["new"]
    assert (addresses(rest), addresses(new)) == ({"ada@acme.com": True}, {"annie@acme.com": True})
    assert (new["first_name"], new["last_name"], new["status"]) == ("Annie", "King", "new")
    assert new["relations"] == [{"contact_id": ada["id"], "kind": "related"}]
    assert answer.headers["location"] == f"{PATH}/{new['id']}"
    assert (await client.get(f"{PATH}/{new['id']}")).json() == new
    told = [(type(event.data), event.subject) for event in await published()]
    assert (ContactEmailRemoved, ada["id"]) in told
    assert (ContactCreated, new["id"]) in told


@pytest.mark.req("SE1", "SE5")
async def test_the_same_person_can_be_kept_apart(client: httpx.AsyncClient) -> None:
    ada = await create(client, emails=["ada@acme.com", "ada@home.com"])

    answer = await client.post(f"{PATH}/{ada['id']}/split", json={"emails": ["ada@home.com"], "relation": "same_person"})

    assert answer.json()["new"]["relations"] == [{"contact_id": ada["id"], "kind": "same_person"}]
    assert answer.json()["new"]["first_name"] == "Ada"


@pytest.mark.req("SE5")
async def test_what_is_known_of_the_address_goes_with_it(client: httpx.AsyncClient, stores: Stores) -> None:
    ada = await create(client, emails=["ada@acme.com", "annie@acme.com"])
    before = await stores.contacts.get(WORKSPACE, ada["id"])
    assert before is not None
    bounced = invalidated(before, "annie@acme.com", "hard bounce 550", now=LATER)
    await save(stores, revision(before, bounced, cause(LATER)))

    new = (await client.post(f"{PATH}/{ada['id']}/split", json={"emails": ["annie@acme.com"]})).json()["new"]

    assert (new["emails"][0]["state"], new["emails"][0]["reason"]) == ("invalid", "hard bounce 550")


@pytest.mark.req("SE5")
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"emails": []}, "emails"),
        ({"emails": ["ada@acme.com", "eve@acme.com"]}, "emails.1"),
        ({"emails": ["ada@acme.com"], "relation": "cousin"}, "relation"),
        ({"emails": ["ada@acme.com"], "surname": "King"}, "surname"),
    ],
)
async def test_a_split_that_makes_no_sense_is_refused_naming_where(client: httpx.AsyncClient, body: dict[str, object], field: str) -> None:
    ada = await create(client, emails=["ada@acme.com"])

    refused = problem(await client.post(f"{PATH}/{ada['id']}/split", json=body), 422)

    assert field in {error["field"] for error in refused["errors"]}
    assert addresses((await client.get(f"{PATH}/{ada['id']}")).json()) == {"ada@acme.com": True}


async def test_who_is_not_there_deleted_or_has_changed_is_not_split(client: httpx.AsyncClient) -> None:
    ada = await create(client, emails=["ada@acme.com"])
    body = {"emails": ["ada@acme.com"]}

    problem(await client.post(f"{PATH}/nobody/split", json=body), 404)
    assert problem(await client.post(f"{PATH}/{ada['id']}/split", json=body, headers={"if-match": '"7"'}), 409)["current"]["version"] == 1
    await client.delete(f"{PATH}/{ada['id']}")
    problem(await client.post(f"{PATH}/{ada['id']}/split", json=body), 409)


@pytest.mark.req("SE5")
async def test_of_splits_at_the_same_instant_one_takes_the_address(client: httpx.AsyncClient) -> None:
    ada = await create(client, emails=["ada@acme.com", "annie@acme.com"])

    answers = await asyncio.gather(*(client.post(f"{PATH}/{ada['id']}/split", json={"emails": ["annie@acme.com"]}) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201, *[422] * 7]
    listed = (await client.get(PATH)).json()["items"]
    assert sorted(len(contact["emails"]) for contact in listed) == [1, 1]
