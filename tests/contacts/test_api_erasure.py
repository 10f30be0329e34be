"""A person is erased: nothing of them is left here, and everybody is told to forget."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from contacts.app import Stores
from shared.auth import Role
from shared.contracts.contacts import ContactErased, ContactUpdated
from shared.contracts.envelope import Event, read
from shared.contracts.forms import SubmissionSubmitted
from shared.messaging import republish
from shared.parties import mark
from tests.support.contacts_builders import WORKSPACE, create, event
from tests.support.database import everything
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

pytestmark = pytest.mark.req("CR15")

Published = Callable[[], Awaitable[list[Event]]]
Deliver = Callable[..., Awaitable[None]]

SECRETS = ("Quirina", "Zylberstein", "quirina@", "+4915112345678", "15112345678", "her secret wish")
WHO: dict[str, Any] = {
    "first_name": "Quirina",
    "last_name": "Zylberstein",
    "emails": ["quirina@acme.example", {"typed": "quirina@home.example", "purpose": "personal"}],
    "phones": [{"typed": "+49 151 12345678"}],
    "custom": {"note": "her secret wish"},
}


@pytest.fixture
async def admin(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(WORKSPACE, Role.ADMIN)) as admin:
        yield admin


async def erase(admin: httpx.AsyncClient, contact: dict[str, Any]) -> dict[str, Any]:
    answer = await admin.post(f"/v1/contacts/{contact['id']}/erase", json={"reason": "asked by letter", "confirm": contact["id"]})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def all_there_is(stores: Stores) -> str:
    """In the database, events as the bytes they are."""
    return str(await everything(stores.database))


async def sent(stores: Stores) -> None:
    """As the relay leaves rows that the broker has."""
    await stores.outbox.rows.update_many({}, {"$currentDate": {"sent_at": True}, "$unset": {"pending": ""}})


def erasures(events: list[Event]) -> list[tuple[str, int, ContactErased]]:
    return [(event.subject, event.sequence, event.data) for event in events if isinstance(event.data, ContactErased)]


@pytest.mark.parametrize("published_before", [True, False])
async def test_nothing_of_an_erased_person_is_left(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, stores: Stores, published: Published, published_before: bool
) -> None:
    contact = await create(client, **WHO)
    changed = await client.patch(f"/v1/contacts/{contact['id']}", json={"last_name": "Zylberstein-Roth", "version": contact["version"]})
    there = await all_there_is(stores)
    assert [secret for secret in SECRETS if secret not in there] == []
    if published_before:
        await sent(stores)

    answer = await erase(admin, contact)

    left = await all_there_is(stores)
    assert [secret for secret in SECRETS if secret in left] == []
    assert (answer["id"], answer["version"], answer["reason"]) == (contact["id"], changed.json()["version"] + 1, "asked by letter")
    [(subject, sequence, said)] = erasures(await published())
    assert (subject, sequence) == (contact["id"], answer["version"])
    known = ("email:quirina@acme.example", "email:quirina@home.example", "phone:+4915112345678")
    assert set(said.marks) == {mark(key) for key in known}


async def test_it_is_gone_and_found_by_nothing_and_its_addresses_are_free(client: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    contact = await create(client, **WHO)
    await erase(admin, contact)

    for path in ("", "/history"):
        gone = problem(await client.get(f"/v1/contacts/{contact['id']}{path}"), 410)
        assert (gone["type"], "Quirina" in str(gone)) == ("urn:problem:erased", False)
    for method, path, body in (("PATCH", "", {"first_name": "Q", "version": 2}), ("POST", "/restore", None), ("DELETE", "", None)):
        assert (await client.request(method, f"/v1/contacts/{contact['id']}{path}", json=body)).status_code == 410
    for params in ({"q": "quirina"}, {"q": "+4915112345678"}, {}, {"deleted": "true"}, {"sort": "name"}):
        assert (await client.get("/v1/contacts", params=params)).json()["items"] == []
    problem(await admin.post(f"/v1/contacts/{contact['id']}/erase", json={"reason": "x", "confirm": contact["id"]}), 410)

    again = await create(client, **WHO)
    assert again["id"] != contact["id"]


async def test_everybody_merged_into_it_goes_with_it_and_an_old_id_leads_there(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, stores: Stores, published: Published
) -> None:
    survivor, other = await create(client, **WHO), await create(client, "Quirina", emails=["quirina@third.example"])
    merged = await client.post("/v1/contacts/merges", json={"survivor_id": survivor["id"], "merged_ids": [other["id"]]})
    assert merged.status_code == 201, merged.text
    await sent(stores)
    body = {"reason": "asked by letter", "confirm": "Quirina Zylberstein"}

    old = await admin.post(f"/v1/contacts/{other['id']}/erase", json=body)
    assert (old.status_code, old.headers["location"]) == (307, f"/v1/contacts/{survivor['id']}/erase")
    answer = (await admin.post(old.headers["location"], json=body)).json()

    assert (answer["id"], answer["merged_ids"]) == (survivor["id"], [other["id"]])
    left = await all_there_is(stores)
    assert [secret for secret in (*SECRETS, "third.example") if secret in left] == []
    told = erasures(await published())
    assert {subject for subject, _, _ in told} == {survivor["id"], other["id"]}
    assert all(mark("email:quirina@third.example") in said.marks for _, _, said in told)
    assert (await client.get(f"/v1/contacts/{other['id']}")).status_code == 410
    assert (await client.get(f"/v1/contacts/merges/{merged.json()['id']}")).status_code == 404


async def test_a_deleted_contact_can_be_erased(client: httpx.AsyncClient, admin: httpx.AsyncClient, stores: Stores) -> None:
    contact = await create(client, **WHO)
    await client.delete(f"/v1/contacts/{contact['id']}")

    await erase(admin, contact)

    left = await all_there_is(stores)
    assert [secret for secret in SECRETS if secret in left] == []


async def test_what_it_was_ever_reached_at_is_marked_but_for_what_others_have(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, published: Published
) -> None:
    contact = await create(client, **WHO)
    await client.patch(f"/v1/contacts/{contact['id']}", json={"emails": ["q@new.example", "info@acme.example"], "version": 1})
    other = await create(client, "Bob", emails=["info@acme.example"], phones=[{"typed": "+49 151 12345678"}])

    answer = await erase(admin, contact)

    assert answer["shared_with"] == [other["id"]]
    [(_, _, said)] = erasures(await published())
    assert set(said.marks) == {mark(f"email:{address}") for address in ("quirina@acme.example", "quirina@home.example", "q@new.example")}


@pytest.mark.parametrize("confirm", ["", "yes", "Quirina", "Zylberstein Quirina"])
async def test_who_does_not_confirm_whom_is_refused_and_nothing_happens(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, confirm: str
) -> None:
    contact = await create(client, **WHO)

    answer = await admin.post(f"/v1/contacts/{contact['id']}/erase", json={"reason": "asked", "confirm": confirm})

    assert problem(answer, 422)["errors"][0]["field"] == "confirm"
    assert (await client.get(f"/v1/contacts/{contact['id']}")).status_code == 200


async def test_it_is_for_admins_and_needs_a_reason(client: httpx.AsyncClient, admin: httpx.AsyncClient, service: Any) -> None:
    contact = await create(client, **WHO)
    path, body = f"/v1/contacts/{contact['id']}/erase", {"reason": "asked", "confirm": "quirina  ZYLBERSTEIN"}

    for role in (Role.VIEWER, Role.MEMBER, Role.MANAGER, Role.SERVICE):
        async with http_client(service, bearer(WORKSPACE, role)) as other:
            problem(await other.post(path, json=body), 403)
    assert problem(await admin.post(path, json={**body, "reason": " "}), 422)["errors"][0]["field"] == "reason"
    problem(await admin.post("/v1/contacts/nobody/erase", json=body), 404)

    assert (await admin.post(path, json=body)).status_code == 200


async def test_publishing_again_brings_nothing_back_and_what_waits_tells_nothing_and_has_no_gap(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, stores: Stores
) -> None:
    contact = await create(client, **WHO)
    await client.delete(f"/v1/contacts/{contact['id']}")
    await stores.outbox.rows.update_one({"sequence": 1}, {"$currentDate": {"sent_at": True}, "$unset": {"pending": ""}})
    await erase(admin, contact)

    rows = await stores.outbox.rows.find({"pending": True}).sort("sequence", 1).to_list(None)
    assert [row["sequence"] for row in rows] == [2, 3]
    waiting = read(rows[0]["value"])
    assert isinstance(waiting.data, ContactUpdated)
    assert waiting.data.contact.model_dump(exclude_defaults=True) == {"id": contact["id"], "version": 2}
    assert dict(rows[0]["headers"])["ce_type"].decode() == waiting.type
    await sent(stores)
    assert await republish(stores.outbox, datetime.now(UTC) - timedelta(days=1)) == 2


async def test_what_they_sent_before_does_not_bring_them_back_and_what_comes_after_is_somebody_new(
    client: httpx.AsyncClient, admin: httpx.AsyncClient, stores: Stores, deliver: Deliver
) -> None:
    contact = await create(client, **WHO)
    before = datetime.now(UTC) - timedelta(seconds=1)
    said = {"form_id": "f", "answers": {"mapped": {"first_name": "Quirina", "email": "quirina@acme.example"}}}
    data = SubmissionSubmitted.model_validate({**said, "parties": [{"email": "quirina@acme.example"}]})
    await erase(admin, contact)

    await deliver(event(data, "s1", at=before))
    left = await all_there_is(stores)
    assert [secret for secret in SECRETS if secret in left] == []

    await deliver(event(data, "s2", at=datetime.now(UTC)))
    [newcomer] = (await client.get("/v1/contacts", params={"q": "quirina"})).json()["items"]
    assert newcomer["id"] != contact["id"]


async def test_of_changes_at_the_same_moment_none_survives(client: httpx.AsyncClient, admin: httpx.AsyncClient, stores: Stores) -> None:
    contact = await create(client, **WHO)

    async def rename(number: int) -> int:
        version = (await client.get(f"/v1/contacts/{contact['id']}")).json().get("version", 1)
        answer = await client.patch(f"/v1/contacts/{contact['id']}", json={"job_title": f"Zylberstein {number}", "version": version})
        return answer.status_code

    statuses = await asyncio.gather(
        *(rename(number) for number in range(5)), erase(admin, contact), *(rename(number) for number in range(5))
    )

    assert {status for status in statuses if isinstance(status, int)} <= {200, 409, 410}
    left = await all_there_is(stores)
    assert [secret for secret in SECRETS if secret in left] == []
