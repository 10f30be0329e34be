"""What other services' events do: once, and the same in any order."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from shared.contracts.contacts import ContactCreated, ContactEmailInvalidated
from shared.contracts.envelope import Event
from tests.support.contacts_builders import (
    LATER,
    account_created,
    account_deleted,
    account_merged,
    account_renamed,
    bounced,
    create,
    member_added,
    member_deactivated,
    member_role_changed,
)
from tests.support.http import problem

Deliver = Callable[..., Awaitable[None]]
Published = Callable[[], Awaitable[list[Event]]]


async def read(client: httpx.AsyncClient, contact_id: str) -> dict[str, Any]:
    body: dict[str, Any] = (await client.get(f"/v1/contacts/{contact_id}")).json()
    return body


@pytest.mark.req("CR8")
async def test_a_hard_bounce_makes_the_address_invalid_and_keeps_it(
    client: httpx.AsyncClient, deliver: Deliver, published: Published
) -> None:
    made = await create(client, emails=["Ada@acme.com", "ada@home.org"])
    bounce = bounced("ADA@Acme.com", at=LATER)

    await deliver(bounce)

    gone, other = (await read(client, made["id"]))["emails"]
    assert (gone["typed"], gone["state"], gone["reason"], gone["since"]) == (
        "Ada@acme.com", "invalid", "hard bounce 550", LATER.isoformat().replace("+00:00", "Z"),
    )  # fmt: skip
    assert other["state"] == "valid"
    _, told = await published()
    assert isinstance(told.data, ContactEmailInvalidated)
    assert (told.sequence, told.data.email.normalised, told.data.origin, told.causationid, told.time) == (
        2, "ada@acme.com", "event", bounce.id, LATER,
    )  # fmt: skip


@pytest.mark.req("CR8", "CR12")
async def test_a_bounce_is_in_the_history_as_an_event(client: httpx.AsyncClient, deliver: Deliver) -> None:
    made = await create(client, emails=["ada@acme.com"])

    await deliver(bounced("ada@acme.com", at=LATER))

    row = (await client.get(f"/v1/contacts/{made['id']}/history")).json()["items"][0]
    assert (row["field"], row["source"], row["new"][0]["state"]) == ("emails", "event", "invalid")


async def test_redelivery_of_a_bounce_changes_nothing(client: httpx.AsyncClient, deliver: Deliver, published: Published) -> None:
    made = await create(client, emails=["ada@acme.com"])
    bounce = bounced("ada@acme.com")
    await deliver(bounce)
    await client.patch(f"/v1/contacts/{made['id']}", json={"emails": [], "version": 2})
    await client.patch(f"/v1/contacts/{made['id']}", json={"emails": ["ada@acme.com"], "version": 3})
    before = await read(client, made["id"])

    await deliver(bounce)
    await deliver(bounce, bounce)

    assert await read(client, made["id"]) == before
    assert before["emails"][0]["state"] == "valid"
    assert len(await published()) == 4


async def test_a_second_bounce_of_an_invalid_address_is_no_news(client: httpx.AsyncClient, deliver: Deliver, published: Published) -> None:
    await create(client, emails=["ada@acme.com"])

    await deliver(bounced("ada@acme.com"), bounced("ada@acme.com"))

    assert [type(event.data) for event in await published()] == [ContactCreated, ContactEmailInvalidated]


async def test_two_addresses_of_one_contact_bounce_in_one_batch(client: httpx.AsyncClient, deliver: Deliver, published: Published) -> None:
    made = await create(client, emails=["ada@acme.com", "ada@home.org"])

    await deliver(bounced("ada@acme.com"), bounced("ada@home.org"))

    assert [email["state"] for email in (await read(client, made["id"]))["emails"]] == ["invalid", "invalid"]
    assert [event.sequence for event in await published()] == [1, 2, 3]


@pytest.mark.req("CR8")
async def test_everybody_who_shares_the_address_and_the_deleted_are_marked(client: httpx.AsyncClient, deliver: Deliver) -> None:
    one = await create(client, emails=["info@acme.com"])
    two = await create(client, emails=["info@acme.com"])
    gone = await create(client, emails=["old@acme.com"])
    await client.delete(f"/v1/contacts/{gone['id']}")

    await deliver(bounced("info@acme.com"), bounced("old@acme.com"))

    assert [(await read(client, made["id"]))["emails"][0]["state"] for made in (one, two, gone)] == ["invalid"] * 3


async def test_a_soft_bounce_and_a_stranger_change_nothing(client: httpx.AsyncClient, deliver: Deliver, published: Published) -> None:
    await create(client, emails=["ada@acme.com"])

    await deliver(bounced("ada@acme.com", kind="soft"), bounced("stranger@acme.com"), bounced("not an address"))

    assert len(await published()) == 1


ACCOUNT_NEWS = [
    account_created("a", "Acme"),
    account_renamed("a", "Acme Rockets", sequence=2),
    account_merged("a", "b", name="Acme Group", sequence=3),
    account_created("b", "Bolts", sequence=1),
]
MEMBER_NEWS = [member_added("ann"), member_deactivated("ann", sequence=2), member_role_changed("ann", "manager", sequence=3)]


@pytest.mark.parametrize("shuffled", list(itertools.permutations(ACCOUNT_NEWS)))
async def test_accounts_come_to_the_same_in_any_order(client: httpx.AsyncClient, deliver: Deliver, shuffled: list[Event]) -> None:
    for event in [*shuffled, shuffled[0]]:
        await deliver(event)

    assert [(item["id"], item["name"]) for item in (await client.get("/v1/accounts")).json()["items"]] == [("a", "Acme Group")]
    assert (await client.get("/v1/accounts/b")).json()["merged_into"] == "a"


async def test_linked_contacts_show_and_are_found_by_the_new_name(
    client: httpx.AsyncClient, deliver: Deliver, published: Published
) -> None:
    await deliver(account_created("a", "Acme"))
    made = await create(client, accounts=[{"account_id": "a"}])

    await deliver(account_renamed("a", "Zenith"))

    after = await read(client, made["id"])
    assert (after["accounts"][0]["name"], after["version"]) == ("Zenith", 1)
    assert [item["id"] for item in (await client.get("/v1/contacts", params={"q": "zenith"})).json()["items"]] == [made["id"]]
    assert (await client.get("/v1/contacts", params={"q": "acme"})).json()["items"] == []
    assert len(await published()) == 1


@pytest.mark.req("CR5")
async def test_people_of_a_merged_account_are_the_survivors(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(account_created("a", "Acme"), account_created("b", "Bolts"))
    made = await create(client, accounts=[{"account_id": "b", "role": "CTO"}])

    await deliver(account_merged("a", "b", name="Acme"))

    [person] = (await client.get("/v1/accounts/a/people")).json()["items"]
    assert (person["contact"]["id"], person["link"]["role"], person["link"]["name"]) == (made["id"], "CTO", "Acme")


async def test_a_deleted_account_takes_no_new_people(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(account_created("a", "Acme"), account_deleted("a", "Acme"))

    problem(await client.post("/v1/contacts", json={"first_name": "Ada", "accounts": [{"account_id": "a"}]}), 422)
    assert (await client.get("/v1/accounts")).json()["items"] == []


@pytest.mark.req("OS3")
@pytest.mark.parametrize("shuffled", list(itertools.permutations(MEMBER_NEWS)))
async def test_members_come_to_the_same_in_any_order(client: httpx.AsyncClient, deliver: Deliver, shuffled: list[Event]) -> None:
    for event in [*shuffled, shuffled[0]]:
        await deliver(event)

    [ann] = (await client.get("/v1/members")).json()["items"]
    assert (ann["role"], ann["active"]) == ("manager", False)
    problem(await client.post("/v1/contacts", json={"first_name": "Ada", "owner_id": "ann"}), 422)
