"""Outboxes to write to, relays to run, and what came out of them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer

from shared.contracts.envelope import Event, read
from shared.messaging import Outbox, Relay, Transaction, pending
from tests.support.messages import settings_for

TOPIC = "crm.tickets"


@asynccontextmanager
async def relaying(bootstrap: str, outbox: Outbox, **changes: object) -> AsyncIterator[Relay]:
    relay = Relay(settings_for(bootstrap, **changes), outbox)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()


async def write(outbox: Outbox, *events: Event) -> None:
    async def work(transaction: Transaction) -> None:
        transaction.publish(*events)

    await outbox.transact(work)


async def published(bootstrap: str, ids: set[str], within: float = 15.0) -> list[Event]:
    """Every message on the topic with one of these ids, in the order of each partition."""
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    found: list[Event] = []
    try:
        deadline = asyncio.get_running_loop().time() + within
        while {event.id for event in found} != ids and asyncio.get_running_loop().time() < deadline:
            polled = await consumer.getmany(timeout_ms=200)
            found += [event for records in polled.values() for record in records if (event := read(record.value)).id in ids]
        return found
    finally:
        await consumer.stop()


def firsts(events: Sequence[Event]) -> dict[str, list[int]]:
    """Each aggregate's sequences in the order they first came."""
    order: dict[str, list[int]] = defaultdict(list)
    for event in events:
        if event.sequence not in order[event.subject]:
            order[event.subject].append(event.sequence)
    return order


async def none_pending(outbox: Outbox) -> bool:
    return await pending(outbox) == 0
