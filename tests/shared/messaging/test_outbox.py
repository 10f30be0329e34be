"""Outbox, inbox and relay against a real database and broker: what is written is published, once in order, whatever stops in between."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer
from pymongo.errors import BulkWriteError

from shared.contracts.envelope import Event, read
from shared.messaging import Batch, Inbox, Outbox, Relay, Transaction, pending, republish
from shared.messaging.relay import waves
from shared.mongo import Database
from tests.support.messages import make_topics, settings_for, ticket
from tests.support.waiting import eventually

TOPIC = "crm.tickets"


@asynccontextmanager
async def relaying(bootstrap: str, outbox: Outbox) -> AsyncIterator[Relay]:
    relay = Relay(settings_for(bootstrap), outbox)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()


@pytest.fixture
async def outbox(database: Database, kafka_bootstrap: str) -> Outbox:
    await make_topics(settings_for(kafka_bootstrap), "nobody", TOPIC)
    outbox = Outbox(database)
    await outbox.prepare()
    return outbox


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


async def test_what_is_written_is_published_with_its_key_and_headers(outbox: Outbox, kafka_bootstrap: str) -> None:
    event = ticket(1)
    async with relaying(kafka_bootstrap, outbox):
        await write(outbox, event)
        await eventually(lambda: _none_pending(outbox))
    assert await published(kafka_bootstrap, {event.id}) == [event]


async def test_nothing_is_published_of_a_transaction_that_fails(outbox: Outbox) -> None:
    async def work(transaction: Transaction) -> None:
        transaction.publish(ticket(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await outbox.transact(work)
    assert await pending(outbox) == 0


async def test_one_version_of_an_aggregate_can_not_be_two_events(outbox: Outbox) -> None:
    await write(outbox, ticket(1, sequence=1))
    with pytest.raises(BulkWriteError):
        await write(outbox, ticket(1, sequence=1))


async def test_the_order_of_each_aggregate_is_kept(outbox: Outbox, kafka_bootstrap: str) -> None:
    events = [ticket(number, sequence=sequence) for sequence in range(1, 31) for number in range(10)]
    for start in range(0, len(events), 7):
        await write(outbox, *events[start : start + 7])
    async with relaying(kafka_bootstrap, outbox):
        await eventually(lambda: _none_pending(outbox))
    seen = await published(kafka_bootstrap, {event.id for event in events})
    assert firsts(seen) == {f"ticket-{number}": list(range(1, 31)) for number in range(10)}


async def test_two_relays_share_the_shards_and_one_takes_over_from_one_that_dies(outbox: Outbox, kafka_bootstrap: str) -> None:
    events = [ticket(number, sequence=sequence) for sequence in range(1, 21) for number in range(20)]
    dying = Relay(settings_for(kafka_bootstrap), outbox)
    await dying.start()
    async with relaying(kafka_bootstrap, outbox) as surviving:
        await eventually(lambda: len(surviving._leases.held()) == 4 and len(dying._leases.held()) == 4)
        for start in range(0, len(events), 20):
            await write(outbox, *events[start : start + 20])
            if start == 200:
                for task in dying._tasks:  # as kill -9 would: nothing is released
                    task.cancel()
        await eventually(lambda: _none_pending(outbox))
    seen = await published(kafka_bootstrap, {event.id for event in events})
    assert firsts(seen) == {f"ticket-{number}": list(range(1, 21)) for number in range(20)}
    await dying._producer.stop()


async def test_republish_sends_again_what_was_sent_since(outbox: Outbox, kafka_bootstrap: str) -> None:
    event = ticket(7)
    async with relaying(kafka_bootstrap, outbox):
        await write(outbox, event)
        await eventually(lambda: _none_pending(outbox))
        assert await republish(outbox, datetime.now(UTC) + timedelta(minutes=1)) == 0
        assert await republish(outbox, datetime.now(UTC) - timedelta(minutes=1)) == 1
        await eventually(lambda: _none_pending(outbox))
        await eventually(lambda: _seen_twice(kafka_bootstrap, event))


async def test_republish_reaches_everything_however_much_it_is(outbox: Outbox) -> None:
    await write(outbox, *(ticket(number) for number in range(10)))
    await outbox.rows.update_many({}, {"$set": {"sent_at": datetime(2024, 1, 1, tzinfo=UTC)}, "$unset": {"pending": ""}})

    assert await republish(outbox, datetime(2023, 1, 1, tzinfo=UTC), at_once=3) == 10
    assert await pending(outbox) == 10


async def test_an_event_is_fresh_once(outbox: Outbox, database: Database) -> None:
    inbox = Inbox(database, "tests")
    batch = Batch("acme", [ticket(1), ticket(2)])
    handled: list[Event] = []
    for _ in range(2):
        async with outbox.handling(batch, inbox) as transaction:
            handled += transaction.fresh
    assert handled == list(batch.events)


async def test_of_two_consumers_with_the_same_event_one_handles_it(outbox: Outbox, database: Database) -> None:
    inbox = Inbox(database, "tests")
    batch = Batch("acme", [ticket(1)])
    handled: list[Event] = []

    async def consume() -> None:
        while True:
            try:
                async with outbox.handling(batch, inbox) as transaction:
                    await asyncio.sleep(random.uniform(0, 0.02))
                    fresh = list(transaction.fresh)
            except Exception:  # noqa: S112, BLE001 - the consumer hands the batch in again, whatever it was
                continue
            handled.extend(fresh)
            return

    await asyncio.gather(*(consume() for _ in range(8)))
    assert handled == list(batch.events)


def test_a_wave_holds_one_row_of_each_aggregate_and_the_lower_sequence_goes_first() -> None:
    rows = [{"aggregate": aggregate, "sequence": sequence} for aggregate, sequence in [("a", 2), ("b", 1), ("a", 1), ("a", 3)]]
    flat = [[(row["aggregate"], row["sequence"]) for row in wave] for wave in waves(rows)]
    assert [sorted(wave) for wave in flat] == [[("a", 1), ("b", 1)], [("a", 2)], [("a", 3)]]


async def _none_pending(outbox: Outbox) -> bool:
    return await pending(outbox) == 0


async def _seen_twice(bootstrap: str, event: Event) -> bool:
    """Among all there is: on a broker that lasts, the topic holds what others have sent."""
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        seen = 0
        while polled := await consumer.getmany(timeout_ms=1000):
            seen += sum(event.id.encode() in (record.value or b"") for records in polled.values() for record in records)
        return seen == 2
    finally:
        await consumer.stop()
