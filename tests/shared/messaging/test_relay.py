"""The relay against a real database and broker: what is written is published, in order, whatever stops in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer

from shared.contracts.envelope import Event
from shared.devstack.embedded import Tansu
from shared.messaging import Outbox, Relay, pending, republish
from shared.messaging.relay import AT_ONCE, waves
from tests.support.messages import make_topics, settings_for, ticket
from tests.support.outboxes import TOPIC, firsts, none_pending, published, relaying, write
from tests.support.waiting import eventually


@pytest.fixture(autouse=True)
async def topic(kafka_bootstrap: str) -> None:
    await make_topics(settings_for(kafka_bootstrap), "nobody", TOPIC)


async def test_what_is_written_is_published_with_its_key_and_headers(outbox: Outbox, kafka_bootstrap: str) -> None:
    event = ticket(1)
    async with relaying(kafka_bootstrap, outbox):
        await write(outbox, event)
        await eventually(lambda: none_pending(outbox))
    assert await published(kafka_bootstrap, {event.id}) == [event]


async def test_the_order_of_each_aggregate_is_kept(outbox: Outbox, kafka_bootstrap: str) -> None:
    events = [ticket(number, sequence=sequence) for sequence in range(1, 31) for number in range(10)]
    for start in range(0, len(events), 7):
        await write(outbox, *events[start : start + 7])
    async with relaying(kafka_bootstrap, outbox):
        await eventually(lambda: none_pending(outbox))
    seen = await published(kafka_bootstrap, {event.id for event in events})
    assert firsts(seen) == {f"ticket-{number}": list(range(1, 31)) for number in range(10)}


async def test_an_earlier_row_that_was_written_by_a_slower_clock_still_goes_first(outbox: Outbox, kafka_bootstrap: str) -> None:
    late, early = ticket(1, sequence=1), ticket(1, sequence=2)
    others = [ticket(number) for number in range(2, AT_ONCE + 2)]
    await write(outbox, early, *others, late)
    await outbox.rows.update_one({"sequence": 2}, {"$set": {"created_at": datetime(2024, 1, 1, tzinfo=UTC)}})
    await outbox.rows.update_one({"sequence": 1, "key": late.partitionkey}, {"$set": {"created_at": datetime(2034, 1, 1, tzinfo=UTC)}})

    async with relaying(kafka_bootstrap, outbox):
        await eventually(lambda: none_pending(outbox))

    assert firsts(await published(kafka_bootstrap, {late.id, early.id}))["ticket-1"] == [1, 2]


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
        await eventually(lambda: none_pending(outbox))
    seen = await published(kafka_bootstrap, {event.id for event in events})
    assert firsts(seen) == {f"ticket-{number}": list(range(1, 21)) for number in range(20)}
    await dying._producer.stop()


async def test_a_row_is_published_though_nobody_woke_the_relay(outbox: Outbox, kafka_bootstrap: str) -> None:
    async with relaying(kafka_bootstrap, outbox) as relay:
        *_, watching = relay._tasks
        watching.cancel()
        event = ticket(1)
        await write(outbox, event)
        await eventually(lambda: none_pending(outbox))
    assert await published(kafka_bootstrap, {event.id}) == [event]


async def test_nothing_is_marked_while_the_broker_is_away_and_all_is_published_when_it_is_back(outbox: Outbox, tmp_path: Path) -> None:
    events = [ticket(number, sequence=sequence) for sequence in (1, 2) for number in range(5)]
    with Tansu.start(tmp_path) as broker:
        await make_topics(settings_for(broker.bootstrap), "nobody", TOPIC)
        async with relaying(broker.bootstrap, outbox, kafka_enable_idempotence=False) as relay:
            broker.stop()
            await write(outbox, *events)
            await eventually(lambda: relay._trouble is not None, within=40)
            assert not (await relay.check()).ok
            assert await pending(outbox) == len(events)
            with Tansu.start(tmp_path, broker.port) as restarted:
                await make_topics(settings_for(restarted.bootstrap), "nobody", TOPIC)
                await eventually(lambda: none_pending(outbox), within=60)
                await eventually(lambda: relay._trouble is None)  # where the last try was half of one it says so until the next
                seen = await published(restarted.bootstrap, {event.id for event in events})
    assert firsts(seen) == {f"ticket-{number}": [1, 2] for number in range(5)}


async def test_a_row_that_is_refused_holds_up_its_own_aggregate_alone(outbox: Outbox, kafka_bootstrap: str) -> None:
    refused, behind = ticket(1, sequence=1), ticket(1, sequence=2)
    others = [ticket(2, sequence=sequence) for sequence in range(1, 6)]
    await write(outbox, refused, behind, *others)
    await outbox.rows.update_one({"key": refused.partitionkey, "sequence": 1}, {"$set": {"value": b"x" * 2_000_000}})

    async with relaying(kafka_bootstrap, outbox) as relay:
        await eventually(lambda: _left(outbox, 2))
        await eventually(lambda: relay._trouble == "MessageSizeTooLargeError")
        await write(outbox, ticket(3))
        await eventually(lambda: _left(outbox, 2))

    assert firsts(await published(kafka_bootstrap, {event.id for event in others})) == {"ticket-2": [1, 2, 3, 4, 5]}
    assert await published(kafka_bootstrap, {behind.id}, within=2) == []


async def test_a_row_of_a_topic_that_is_not_there_leaves_its_neighbours_marked(outbox: Outbox, kafka_bootstrap: str) -> None:
    await write(outbox, *(ticket(number) for number in range(6)))
    await outbox.rows.update_one({"key": ticket(0).partitionkey}, {"$set": {"topic": "crm.nowhere"}})

    async with relaying(kafka_bootstrap, outbox):
        await eventually(lambda: _left_at_most(outbox, 1), within=40)  # nothing, where the broker makes the topic on the spot


async def test_republish_sends_again_what_was_sent_since(outbox: Outbox, kafka_bootstrap: str) -> None:
    event = ticket(7)
    async with relaying(kafka_bootstrap, outbox):
        await write(outbox, event)
        await eventually(lambda: none_pending(outbox))
        assert await republish(outbox, datetime.now(UTC) + timedelta(minutes=1)) == 0
        assert await republish(outbox, datetime.now(UTC) - timedelta(minutes=1)) == 1
        await eventually(lambda: none_pending(outbox))
        await eventually(lambda: _seen_twice(kafka_bootstrap, event))


def test_a_wave_holds_one_row_of_each_aggregate_and_the_lower_sequence_goes_first() -> None:
    rows = [{"aggregate": aggregate, "sequence": sequence} for aggregate, sequence in [("a", 2), ("b", 1), ("a", 1), ("a", 3)]]
    flat = [[(row["aggregate"], row["sequence"]) for row in wave] for wave in waves(rows)]
    assert [sorted(wave) for wave in flat] == [[("a", 1), ("b", 1)], [("a", 2)], [("a", 3)]]


async def _left_at_most(outbox: Outbox, rows: int) -> bool:
    return await pending(outbox) <= rows


async def _left(outbox: Outbox, rows: int) -> bool:
    return await pending(outbox) == rows


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
