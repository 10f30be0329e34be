"""One round of a relay at a time, on a real broker and database: what is published, what is marked, what is left."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import UnknownTopicOrPartitionError

from shared.devstack.embedded import Tansu
from shared.messaging import Outbox, Relay, pending, topics
from shared.messaging.outbox import SHARDS
from shared.messaging.relay import AT_ONCE
from tests.support.messages import make_topics, settings_for, ticket
from tests.support.outboxes import TOPIC, published, write


@pytest.fixture
async def relay(outbox: Outbox, kafka_bootstrap: str) -> AsyncIterator[Relay]:
    """Ready to publish, but none of its loops runs."""
    settings = settings_for(kafka_bootstrap)
    await make_topics(settings, "nobody", TOPIC)
    relay = Relay(settings, outbox)
    await relay._producer.start()
    await relay._leases.prepare()
    await relay._leases.renew()
    yield relay
    await relay.stop()


async def test_a_round_publishes_what_waits_and_marks_it(outbox: Outbox, relay: Relay, kafka_bootstrap: str) -> None:
    events = [ticket(number, sequence=sequence) for number in range(3) for sequence in (1, 2)]
    await write(outbox, *events)

    assert (await relay.publish_pending(), await relay.publish_pending()) == (6, 0)

    rows = await outbox.rows.find().to_list(None)
    assert all("pending" not in row and row["sent_at"] >= row["created_at"].replace(microsecond=0) for row in rows)
    assert len(await published(kafka_bootstrap, {event.id for event in events})) == 6


async def test_a_record_has_the_key_the_value_and_the_headers_of_its_row(outbox: Outbox, relay: Relay, kafka_bootstrap: str) -> None:
    event = ticket(41)
    await write(outbox, event)
    await relay.publish_pending()

    row = await outbox.rows.find_one({})
    assert row is not None
    consumer = AIOKafkaConsumer(TOPIC, bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        found = None
        while not found:
            polled = await consumer.getmany(timeout_ms=5000)
            assert polled
            found = [record for records in polled.values() for record in records if record.value == event.to_json()]
    finally:
        await consumer.stop()
    assert (found[0].key, list(found[0].headers)) == (b"acme:ticket-41", [(name, value) for name, value in row["headers"]])


async def test_what_lies_in_another_relays_shards_is_left_to_it(outbox: Outbox, relay: Relay) -> None:
    await write(outbox, *(ticket(number) for number in range(20)))
    for shard in range(SHARDS - 1):
        await relay._leases._release(shard)
    own = await outbox.rows.count_documents({"shard": SHARDS - 1})

    assert 0 < await relay.publish_pending() == own < 20
    assert await pending(outbox) == 20 - own


async def test_a_relay_without_shards_publishes_nothing(outbox: Outbox, relay: Relay) -> None:
    await write(outbox, ticket(1))
    await relay._leases.release_all()

    assert (await relay.publish_pending(), await pending(outbox)) == (0, 1)


async def test_a_round_is_bounded_and_takes_the_oldest_first(outbox: Outbox, relay: Relay) -> None:
    await write(outbox, *(ticket(number) for number in range(AT_ONCE)))
    await write(outbox, *(ticket(number) for number in range(AT_ONCE, AT_ONCE + 20)))

    assert await relay.publish_pending() == AT_ONCE
    left = {row["key"] async for row in outbox.rows.find({"pending": True})}
    assert left == {f"acme:ticket-{number}" for number in range(AT_ONCE, AT_ONCE + 20)}
    assert await relay.publish_pending() == 20


async def test_nothing_is_marked_that_the_broker_does_not_have(outbox: Outbox, relay: Relay) -> None:
    await write(outbox, ticket(1))
    await relay._producer.stop()

    with pytest.raises(ConnectionError):
        await relay.publish_pending()

    assert await pending(outbox) == 1


async def test_a_relay_says_how_it_is_and_who(relay: Relay) -> None:
    check = await relay.check()

    assert (check.ok, check.detail, relay.name) == (True, f"{SHARDS} shards", "relay")
    assert relay._leases._owner.startswith(f"{socket.gethostname()}:{os.getpid()}:")


async def test_a_relay_that_stopped_has_given_its_shards_back(outbox: Outbox, relay: Relay) -> None:
    await relay.stop()

    next_relay = Relay(relay._settings, outbox)
    await next_relay._leases.renew()
    assert len(next_relay._leases.held()) == SHARDS


async def test_a_relay_ends_with_what_ended_one_of_its_loops(outbox: Outbox, kafka_bootstrap: str) -> None:
    await write(outbox, ticket(1))
    await outbox.rows.update_many({}, {"$set": {"key": 5}})  # as a bug of ours would
    relay = Relay(settings_for(kafka_bootstrap), outbox)
    await relay.start()
    try:
        with pytest.raises(AttributeError):
            await asyncio.wait_for(relay.wait_failed(), 10)
    finally:
        await relay.stop()


async def test_a_relay_that_waits_says_for_what(relay: Relay) -> None:
    await relay._wait_out(ConnectionError())

    check = await relay.check()
    assert (check.ok, check.detail) == (False, "not publishing: ConnectionError")


async def test_a_relay_makes_the_topics_that_are_missing(outbox: Outbox, tmp_path: Path) -> None:
    with Tansu.start(tmp_path) as empty:
        settings = settings_for(empty.bootstrap)

        await Relay(settings, outbox)._wait_out(UnknownTopicOrPartitionError())

        assert await topics.create(settings) == []
