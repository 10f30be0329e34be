"""Who comes by a form or a mail: once, whoever else arrives at the same instant, and the same in any order."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contacts.app import Stores, routes
from shared.contracts.catalogue import topic_of
from shared.contracts.contacts import ContactCreated, ContactReviewed
from shared.contracts.envelope import Event
from shared.messaging import Batch
from shared.messaging.circuit import Circuit
from shared.messaging.reliability import Trying
from shared.mongo import Database
from tests.support.contacts_builders import (
    NOON,
    WORKSPACE,
    create,
    mailbox_connected,
    marked_spam,
    received,
    sent,
    submission_deleted,
    submitted,
)

Deliver = Callable[..., Awaitable[None]]
Published = Callable[[], Awaitable[list[Event]]]

ADA: dict[str, Any] = {
    "first_name": "Ada",
    "last_name": "Byron",
    "email": "Ada@Kestrel.example",
    "phone": "(415) 555-0134",
    "company": "Kestrel",
}


async def everybody(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await client.get("/v1/contacts", params={"sort": "name"})).json()["items"]
    return items


async def count(stores: Stores, collection: str, **where: Any) -> int:
    return await stores.database.plumbing(collection).count_documents(where)


@pytest.mark.req("SR1", "SR2")
async def test_somebody_unknown_who_fills_in_a_form_is_a_contact_to_be_reviewed(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(submitted(**ADA, at=NOON))

    [ada] = await everybody(client)
    assert (ada["first_name"], ada["last_name"], ada["emails"][0]["normalised"]) == ("Ada", "Byron", "ada@kestrel.example")
    assert (ada["phones"][0]["e164"], ada["company"], ada["owner_id"]) == ("+14155550134", "Kestrel", None)
    assert ada["source"] == {"type": "form", "id": "contact-us", "first_seen_at": "2026-06-01T12:00:00Z"}
    assert ada["review"]["state"] == "pending"


@pytest.mark.req("SR1", "SR2", "MB5")
async def test_somebody_nobody_has_who_writes_is_a_contact_to_be_reviewed(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(mailbox_connected("box-7", "bo@us.example"))
    await deliver(received("ada.byron@kestrel.example", to="Bo@us.example", message="m-1", backfill=True, at=NOON - timedelta(days=200)))

    [ada] = await everybody(client)
    assert (ada["first_name"], ada["last_name"], ada["emails"][0]["normalised"]) == ("Ada", "Byron", "ada.byron@kestrel.example")
    assert ada["source"] == {"type": "mailbox", "id": "box-7/m-1", "first_seen_at": "2025-11-13T12:00:00Z"}
    assert ada["review"]["state"] == "pending"


async def test_of_a_mail_that_is_from_one_of_our_own_mailboxes_nobody_is_made(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(mailbox_connected("box-7", "sales@us.example"))
    await deliver(received("Sales@us.example"), sent("stranger@else.example", sender="sales@us.example"), received("not an address"))

    assert await everybody(client) == []


@pytest.mark.parametrize("answers", [{}, {"company": "Kestrel"}, {"email": "not an address"}])
async def test_of_a_form_that_names_nobody_nobody_is_made(client: httpx.AsyncClient, deliver: Deliver, answers: dict[str, Any]) -> None:
    await deliver(submitted(**answers))

    assert await everybody(client) == []


async def test_what_can_not_be_a_contacts_is_left_out_and_nobody_is_lost(client: httpx.AsyncClient, deliver: Deliver) -> None:
    odd: dict[str, Any] = {
        "email": ["x"],
        "phone": 7,
        "birth_date": "soon",
        "owner_id": "nobody",
        "status": "customer",
        "tags": "a",
        "custom": {"$x": 1},
    }
    await deliver(submitted(first_name="x" * 900, name="no", last_name=" Byron ", address="here", **odd))

    [ada] = await everybody(client)
    assert (ada["first_name"], ada["status"], ada["tags"], ada["custom"], ada["owner_id"]) == ("Byron", "new", [], {}, None)


@pytest.mark.parametrize(
    ("answers", "name"),
    [
        ({"name": "Ada King Byron"}, ("Ada", "King Byron")),
        ({"email": "ada@kestrel.example"}, ("ada", None)),
        ({"phone": "415 555 0134"}, ("415 555 0134", None)),
    ],
)
async def test_whoever_has_no_first_name_is_called_by_what_they_left(
    client: httpx.AsyncClient, deliver: Deliver, answers: dict[str, Any], name: tuple[str, str | None]
) -> None:
    await deliver(submitted(**answers))

    [somebody] = await everybody(client)
    assert (somebody["first_name"], somebody["last_name"]) == name


@pytest.mark.req("SR2")
async def test_redelivery_makes_nobody_twice(client: httpx.AsyncClient, deliver: Deliver, stores: Stores, published: Published) -> None:
    form, mail = submitted(**ADA), received("bob@kestrel.example")
    await deliver(form, mail)
    before = await everybody(client)

    await deliver(form, mail, form)
    await deliver(mail)

    assert await everybody(client) == before
    assert [type(event.data) for event in await published()] == [ContactCreated, ContactCreated]
    assert (await count(stores, "evidence"), await count(stores, "reviews")) == (2, 2)


@pytest.mark.req("SR2", "CD8")
async def test_two_arrivals_at_the_same_instant_in_two_processes_are_one_contact_with_both_evidences(
    stores: Stores, mongodb_uri: str, client: httpx.AsyncClient
) -> None:
    """Each event is handled by another client of the database, tried again as a consumer does; also where the address is a job's."""
    others = [Stores(Database.connect(mongodb_uri, stores.database.name)) for _ in range(4)]
    addresses = [f"p{number}@kestrel.example" for number in range(6)] + ["info@kestrel.example", "billing@kestrel.example"]
    trying = Trying("contacts", Circuit(10))
    try:
        for address in addresses:
            events = [submitted(f"s-{address}-{number}", email=address) for number in range(2)]
            events += [received(address, message=f"m-{address}-{number}") for number in range(2)]
            handlers = [routes(other).by_topic[topic_of(event.type)] for other, event in zip(others, events, strict=True)]
            failed = await asyncio.gather(
                *(trying.handle(handler, Batch(WORKSPACE, [event])) for handler, event in zip(handlers, events, strict=True))
            )
            assert failed == [[], [], [], []]
    finally:
        for other in others:
            await other.client.stop()

    people = await everybody(client)
    assert sorted(person["emails"][0]["normalised"] for person in people) == sorted(addresses)
    for person in people:
        assert await count(stores, "evidence", contact_id=person["id"]) == 4


SPAM = [submitted("s1", **ADA), marked_spam("s1")]
GONE = [submitted("s1", **ADA), submission_deleted("s1")]
BOTH = [submitted("s1", **ADA), marked_spam("s1"), submission_deleted("s1")]
MAILED = [submitted("s1", **ADA), marked_spam("s1"), received("ada@kestrel.example", at=NOON)]


async def outcome(client: httpx.AsyncClient, stores: Stores) -> Any:
    """What anybody can see afterwards, without what tells two runs apart."""
    people = await stores.database.plumbing("contacts").find().to_list(None)
    evidence = await stores.database.plumbing("evidence").find().sort("_id", 1).to_list(None)
    items = await stores.database.plumbing("reviews").find().to_list(None)
    return (
        [(person["first_name"], person["review"]["state"], person["review"]["reason"], person["deleted_at"]) for person in people],
        [(entry["_id"], entry.get("spam_at"), entry["deleted"], entry["title"], entry["payload"]) for entry in evidence],
        [(item["kind"], item["state"], item["reason"]) for item in items],
    )


@pytest.mark.req("SR2", "SR4")
@pytest.mark.parametrize("events", [SPAM, GONE, BOTH], ids=["spam", "deleted", "both"])
async def test_what_becomes_of_a_submission_comes_to_the_same_in_any_order(
    client: httpx.AsyncClient, deliver: Deliver, stores: Stores, events: list[Event]
) -> None:
    outcomes = []
    for shuffled in itertools.permutations(events):
        for event in [*shuffled, shuffled[0]]:
            await deliver(event)
        outcomes.append(await outcome(client, stores))
        for name in ("contacts", "history", "reviews", "evidence", "correspondents", "inbox", "outbox"):
            await stores.database.plumbing(name).delete_many({})

    assert all(one == outcomes[0] for one in outcomes)
    assert len(outcomes[0][0]) == 1


@pytest.mark.req("SR4")
async def test_spam_rejects_whoever_it_was_all_that_speaks_for(client: httpx.AsyncClient, deliver: Deliver, published: Published) -> None:
    await deliver(submitted("s1", **ADA))
    [ada] = await everybody(client)

    await deliver(marked_spam("s1"))

    assert await everybody(client) == []
    read = (await client.get(f"/v1/contacts/{ada['id']}")).json()
    assert (read["review"]["state"], read["review"]["reason"], read["review"]["by"]) == ("rejected", "spam", None)
    [reviewed] = [event.data for event in await published() if isinstance(event.data, ContactReviewed)]
    assert (reviewed.decision, reviewed.reason) == ("rejected", "spam")


@pytest.mark.req("SR4")
async def test_whoever_also_wrote_is_no_spam_in_any_order(client: httpx.AsyncClient, deliver: Deliver, stores: Stores) -> None:
    for shuffled in itertools.permutations(MAILED):
        for event in shuffled:
            await deliver(event)

        [ada] = await everybody(client)
        assert ada["review"]["state"] == "pending"
        for name in ("contacts", "history", "reviews", "evidence", "correspondents", "inbox", "outbox"):
            await stores.database.plumbing(name).delete_many({})


@pytest.mark.req("SR2")
async def test_of_a_deleted_submission_nothing_is_kept_and_the_person_still_waits(
    client: httpx.AsyncClient, deliver: Deliver, stores: Stores
) -> None:
    await deliver(submitted("s1", **ADA), submission_deleted("s1"))

    [evidence] = await stores.database.plumbing("evidence").find().to_list(None)
    assert (evidence["payload"], evidence["title"], evidence["deleted"]) == ("{}", None, True)
    assert [person["review"]["state"] for person in await everybody(client)] == ["pending"]


@pytest.mark.req("CU1", "MB5")
async def test_mail_of_somebody_known_is_activity_and_nothing_else(client: httpx.AsyncClient, deliver: Deliver, stores: Stores) -> None:
    await create(client, emails=["ada@kestrel.example", "ada@home.example"])
    deleted = await create(client, emails=["gone@kestrel.example"])
    await client.delete(f"/v1/contacts/{deleted['id']}")

    await deliver(received("ada@home.example"), received("gone@kestrel.example"), sent("ada@kestrel.example"))

    assert len(await everybody(client)) == 1
    assert [await count(stores, name) for name in ("reviews", "evidence", "correspondents")] == [0, 0, 0]


@pytest.mark.req("SR5")
async def test_mail_with_whoever_becomes_a_contact_is_counted_no_more(client: httpx.AsyncClient, deliver: Deliver, stores: Stores) -> None:
    await deliver(sent("ada@kestrel.example"), sent("bob@kestrel.example"), received("ada@kestrel.example"))
    assert await count(stores, "correspondents") == 2

    await create(client, emails=["bob@kestrel.example"])
    await deliver(sent("bob@kestrel.example"), sent("ada@kestrel.example"))

    counts = {row["_id"]: (row["sent"], row["received"]) async for row in stores.database.plumbing("correspondents").find()}
    assert counts == {f"{WORKSPACE}:ada@kestrel.example": (2, 1), f"{WORKSPACE}:bob@kestrel.example": (1, 0)}
