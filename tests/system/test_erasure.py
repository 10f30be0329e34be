"""A person of whom everybody heard everything is erased: then nobody has anything, neither in a database nor among the dead letters."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from shared.messaging import Outbox, republish
from shared.messaging.dead_letter_desk import DeadLetterDesk, Letter
from shared.messaging.status import lag_of
from shared.services import GROUPS, OUTBOXES
from tests.support.database import collections
from tests.support.http import loopback_client
from tests.support.person import Message, Person
from tests.support.stack import PASSWORD, SERVICES, Stack
from tests.support.waiting import eventually

pytestmark = [pytest.mark.system, pytest.mark.req("CR15")]

PLACES = {
    "contacts.contacts", "contacts.history", "contacts.merges", "contacts.evidence", "contacts.outbox", "dedupe.contacts",
    "timeline.entries", "timeline.notes", "timeline.outbox", "timeline.people", "outreach_guard.facts", "outreach_guard.people",
}  # fmt: skip
"""Where a person is found while they are known, to be sure that we look there."""


async def test_nothing_of_an_erased_person_is_left_anywhere_and_nothing_comes_back(stack: Stack) -> None:
    person = Person()
    async with stack.api() as api, as_admin(stack) as admin:
        contact = await known_everywhere(api, person)
        history = list(person.messages(contact["id"], stack.acme))
        await send(stack, [*history, *unreadable(person, contact["id"], stack.acme)])
        await eventually(lambda: all_heard(stack), within=120)
        assert {place for place, found in (await everything(stack)).items() if person.told_in(found)} >= PLACES
        held = await letters_about(stack, person, contact["id"])
        assert held.keys() == set(GROUPS)

        path, wish = f"/contacts/{contact['id']}/erase", {"reason": "asked by letter", "confirm": contact["id"]}
        assert (await api.post(path, json=wish)).status_code == 403  # programs never erase
        answer = await admin.post(path, json=wish)
        assert answer.status_code == 200, answer.text
        await until_nothing_is_left(stack, person, contact["id"])

        await redrive(stack, held)
        await send(stack, history)
        for service in OUTBOXES:
            await again(stack, service)
        await eventually(lambda: all_heard(stack), within=120)
        await until_nothing_is_left(stack, person, contact["id"])

        assert (await api.get(f"/contacts/{contact['id']}")).status_code == 410
        assert (await api.get(f"/timeline/{contact['id']}")).status_code == 410
        assert (await api.get("/contacts", params={"q": person.letters})).json()["items"] == []
        assert (await api.get("/contacts/review", params={"state": "pending"})).json()["items"] == []
        await a_newcomer_is_somebody_new(stack, api, person)


async def known_everywhere(api: httpx.AsyncClient, person: Person) -> dict[str, Any]:
    """Two records of the person, merged, changed, with a note."""
    names = {"first_name": person.first_name, "last_name": person.last_name}
    proof = {"source": {"type": "form", "id": "f1"}, "evidence": {"title": person.words, "payload": {"wish": person.words}}}
    first = await create(api, **names, emails=[person.email], phones=[person.phone])
    other = await create(api, **names, emails=[person.second], **proof)
    merge = await api.post("/contacts/merges", json={"survivor_id": first["id"], "merged_ids": [other["id"]]})
    assert merge.status_code == 201, merge.text
    version = merge.json()["contact"]["version"]
    changed = await api.patch(f"/contacts/{first['id']}", json={"custom": {"wish": person.words}, "version": version})
    assert changed.status_code == 200, changed.text
    await eventually(lambda: _is_on_a_timeline(api, first["id"]))
    note = await api.post(f"/timeline/{first['id']}/notes", json={"text": person.words})
    assert note.status_code == 201, note.text
    return first


def unreadable(person: Person, contact_id: str, workspace: str) -> Iterable[Message]:
    """What every group sets aside: no JSON, an event of no shape, and one under somebody else's key."""
    for topic, kind in (("crm.contacts", "crm.contacts.contact.updated.v1"), ("crm.mail", "crm.mail.message.received.v1")):
        yield topic, f"{workspace}:{contact_id}".encode(), f'{{"email": "{person.email}", "phone": "{person.phone}"'.encode()
        yield (
            topic,
            f"{workspace}:x".encode(),
            json.dumps({"type": kind, "workspaceid": workspace, "data": {"from": person.second, "text": person.words}}).encode(),
        )
        yield (
            topic,
            f"{workspace}:{uuid.uuid4()}".encode(),
            json.dumps({"contact": {"id": contact_id, "first_name": person.first_name}}).encode(),
        )
        yield topic, f"{workspace}:y".encode(), f"name;id\n{person.last_name};{contact_id}".encode()


async def a_newcomer_is_somebody_new(stack: Stack, api: httpx.AsyncClient, person: Person) -> None:
    """The address is free, and what is said of it from now on is about whoever has it now."""
    newcomer = await create(api, first_name="Newcomer", emails=[person.email])
    ticket = next(message for message in person.messages(newcomer["id"], stack.acme) if b'"crm.tickets.ticket.created.v1"' in message[2])
    await send(stack, [ticket])

    async def shown() -> bool:
        items = (await api.get(f"/timeline/{newcomer['id']}", params={"kind": "ticket"})).json()["items"]
        return len(items) == 1

    await eventually(shown)


# ---- what is there -----------------------------------------------------------------------------------------------------


async def everything(stack: Stack) -> dict[str, str]:
    """All documents of all collections of all databases; bytes read as the text they hold."""
    found: dict[str, str] = {}
    for service in SERVICES:
        database = stack.database(service)
        for collection in await collections(database):
            found[f"{service}.{collection.name}"] = str([document async for document in collection.find()])
        database.close()
    return found


async def letters_about(stack: Stack, person: Person, contact_id: str) -> dict[str, list[Letter]]:
    """The open dead letters that tell of the person, by group."""
    found: dict[str, list[Letter]] = {}
    for group in GROUPS:
        letters = await DeadLetterDesk(stack.settings(), group).open_letters()
        theirs = [
            letter for letter in letters if person.told_in(whole := str((letter, letter.value, letter.headers))) or contact_id in whole
        ]
        if theirs:
            found[group] = theirs
    return found


async def until_nothing_is_left(stack: Stack, person: Person, contact_id: str, within: float = 60.0) -> None:
    """Fails with where something is."""
    deadline = time.monotonic() + within
    while True:
        left = {place: person.around(found) for place, found in (await everything(stack)).items() if person.told_in(found)}
        left |= {f"letters of {group}": str(found) for group, found in (await letters_about(stack, person, contact_id)).items()}
        if not left:
            return
        assert time.monotonic() < deadline, left
        await asyncio.sleep(0.5)


async def all_heard(stack: Stack) -> bool:
    """Every group has read every topic to its end, and every outbox is empty."""
    for service in OUTBOXES:
        database = stack.database(service)
        pending = await Outbox(database).rows.count_documents({"pending": True})
        database.close()
        if pending:
            return False
    return not any([any((await lag_of(stack.settings(), group)).values()) for group in GROUPS])


# ---- what is done ------------------------------------------------------------------------------------------------------


async def create(api: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await api.post("/contacts", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


@asynccontextmanager
async def as_admin(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    grant = {"grant_type": "password", "username": stack.email("ada"), "password": PASSWORD}
    async with loopback_client(base_url=f"{stack.url()}/api/v1", timeout=30) as api:
        token = (await api.post(f"{stack.url()}/dev-issuer/token", data=grant)).raise_for_status().json()["access_token"]
        api.headers.update({"Authorization": f"Bearer {token}", "X-Workspace": stack.acme})
        yield api


async def send(stack: Stack, messages: Iterable[Message]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=stack.bootstrap, acks="all")
    await producer.start()
    try:
        for future in [await producer.send(topic, value, key=key) for topic, key, value in messages]:
            await future
    finally:
        await producer.stop()


async def redrive(stack: Stack, held: dict[str, list[Letter]]) -> None:
    """As an operator who looked before the erasure."""
    for group, letters in held.items():
        await DeadLetterDesk(stack.settings(), group).redrive(letters)


async def again(stack: Stack, service: str) -> None:
    database = stack.database(service)
    await republish(Outbox(database), datetime.now(UTC) - timedelta(days=1))
    database.close()


async def _is_on_a_timeline(api: httpx.AsyncClient, contact_id: str) -> bool:
    return bool((await api.get(f"/timeline/{contact_id}")).json()["items"])
