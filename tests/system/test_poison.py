"""Poison on every topic is set aside with its reason, and the rest flows."""

from __future__ import annotations

import json
import uuid

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from shared.contracts.all import ALL_TOPICS
from shared.messaging.dead_letter_desk import DeadLetterDesk
from tests.support.messages import ticket
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = [pytest.mark.system]

KEY = b"acme:poison"
POISON = {
    "broken JSON": b'{"specversion": "1.0", "id"',
    "two values": b"{}},{",
    "no envelope": b'{"hello": "world"}',
    "depth 10,000": b"[" * 10_000,
    "NUL": b"\x00\x00",
    "lone surrogate": b'{"id": "\\ud800", "type": "crm.tickets.ticket.created.v1"}',
    "no id": json.dumps({**json.loads(ticket(1).to_json()), "id": None}).encode(),
    "another workspace's key": ticket(1, workspace="globex").to_json(),
}


async def test_poison_on_every_topic_goes_to_the_dead_letters_and_the_rest_flows(stack: Stack) -> None:
    async with stack.api() as api:
        contact = (await api.post("/contacts", json={"first_name": f"Poisoned{uuid.uuid4().hex[:6]}"})).json()
        desk = DeadLetterDesk(stack.settings(), "timeline")
        before = {letter.id for letter in await desk.open_letters()}
        producer = AIOKafkaProducer(bootstrap_servers=stack.bootstrap, acks="all")
        await producer.start()
        try:
            for topic in ALL_TOPICS:
                for value in POISON.values():
                    await producer.send_and_wait(topic, value, key=KEY)
                    if topic == "crm.tickets":
                        await producer.send_and_wait(topic, _good(stack.acme, contact["id"]), key=_key(stack.acme, contact["id"]))
        finally:
            await producer.stop()

        async def all_set_aside() -> bool:
            return len({letter.id for letter in await desk.open_letters()} - before) == len(POISON) * len(ALL_TOPICS)

        await eventually(all_set_aside, within=60)  # of every topic the last too, so nothing stood in the way of what follows
        assert all(letter.reason in {"invalid_json", "invalid_event", "key_mismatch"} for letter in await desk.open_letters())
        wanted = len(POISON)

        async def the_rest_flowed() -> bool:
            items = (await api.get(f"/timeline/{contact['id']}", params={"kind": "ticket", "limit": 200})).json()["items"]
            return len(items) == wanted

        await eventually(the_rest_flowed, within=30)
    await stack.until_ready()


async def test_a_message_of_ten_megabytes_harms_nobody(stack: Stack) -> None:
    """Where the broker takes it at all; a broker with Kafka's default limit refuses it at the door."""
    producer = AIOKafkaProducer(bootstrap_servers=stack.bootstrap, acks="all", max_request_size=20_000_000)
    await producer.start()
    try:
        await producer.send_and_wait("crm.tickets", b'{"id": "' + b"x" * 10_000_000 + b'"}', key=KEY)
    except MessageSizeTooLargeError:
        pass
    finally:
        await producer.stop()
    async with stack.api() as api:
        contact = (await api.post("/contacts", json={"first_name": f"After{uuid.uuid4().hex[:6]}"})).json()

        async def flows() -> bool:
            return bool((await api.get(f"/timeline/{contact['id']}")).json()["items"])

        await eventually(flows, within=30)
    await stack.until_ready()


_numbers = iter(range(1_000_000))


def _good(workspace: str, contact_id: str) -> bytes:
    """A ticket of its own each time, about the contact."""
    event = json.loads(ticket(0, workspace=workspace).to_json())
    subject = f"{contact_id}-{next(_numbers)}"
    event |= {
        "id": str(uuid.uuid4()),
        "subject": subject,
        "partitionkey": _key(workspace, contact_id).decode(),
        "data": {"parties": [{"contact_id": contact_id}]},
    }
    return json.dumps(event).encode()


def _key(workspace: str, contact_id: str) -> bytes:
    return f"{workspace}:{contact_id}".encode()
