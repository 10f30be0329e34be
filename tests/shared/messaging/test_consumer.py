"""The consumer against a real broker: what is handled, what is set aside, what is committed."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from pymongo.errors import AutoReconnect

from shared.messaging import Batch, Consumer, Unprocessable
from tests.support.consuming import Effects, consuming
from tests.support.messages import fresh_group, make_topics, publish, settings_for, ticket
from tests.support.waiting import eventually


async def dead_letters(bootstrap: str, group: str) -> list[dict[str, str]]:
    """The headers of everything on the group's dead-letter topic."""
    consumer = AIOKafkaConsumer(f"crm.{group}.dlt", bootstrap_servers=bootstrap, auto_offset_reset="earliest", enable_auto_commit=False)
    await consumer.start()
    try:
        polled = await consumer.getmany(timeout_ms=2000)
        return [
            {name: value.decode(errors="replace") for name, value in record.headers} for records in polled.values() for record in records
        ]
    finally:
        await consumer.stop()


async def test_every_event_is_handled_once_and_its_offset_committed(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    first, second = Effects(), Effects()
    await publish(kafka_bootstrap, topic, *(ticket(number) for number in range(50)))

    async with consuming(settings, group, topic, first.handle):
        await eventually(lambda: len(first.numbers) == 50)
    await publish(kafka_bootstrap, topic, ticket(50))
    async with consuming(settings, group, topic, second.handle):
        await eventually(lambda: second.numbers == [50])

    assert sorted(first.numbers) == list(range(50))
    assert second.numbers == [50]


async def test_bad_messages_are_set_aside_with_their_reason_and_the_rest_flows(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    effects = Effects()
    good = ticket(1)
    poison: list[tuple[bytes | None, bytes | None]] = [
        (b"acme:x", b"{"),
        (b"acme:x", b"{}},{"),
        (b"acme:x", b"{}"),
        (b"acme:x", None),
        (None, good.to_json()),
        (b"other:ticket-1", good.to_json()),
        (b"acme:x", b"[" * 10_000),
        (b"acme:x", b"\x00"),
        (b"acme:x", b'{"id": "\\ud800"}'),
    ]

    async with consuming(settings, group, topic, effects.handle):
        await publish(kafka_bootstrap, topic, ticket(0), *poison, ticket(2))
        await eventually(lambda: sorted(effects.numbers) == [0, 2])

    set_aside = await dead_letters(kafka_bootstrap, group)
    assert len(set_aside) == len(poison)
    assert {letter["dead-letter-topic"] for letter in set_aside} == {topic}
    assert {letter["dead-letter-reason"] for letter in set_aside} == {"invalid_json", "invalid_event", "empty", "key_mismatch"}


async def test_one_event_that_fails_costs_its_neighbours_nothing(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    effects = Effects()

    async def fails_on_three(batch: Batch) -> None:
        if any(event.subject == "ticket-3" for event in batch):
            raise ZeroDivisionError
        if any(event.subject == "ticket-4" for event in batch):
            raise Unprocessable("four is not for us")
        await effects.handle(batch)

    await publish(kafka_bootstrap, topic, *(ticket(number) for number in range(8)))
    async with consuming(settings, group, topic, fails_on_three):
        await eventually(lambda: len(effects.numbers) == 6)
        await asyncio.sleep(0.5)

    assert sorted(effects.numbers) == [0, 1, 2, 5, 6, 7]
    reasons = {(letter["dead-letter-reason"], letter["dead-letter-detail"]) for letter in await dead_letters(kafka_bootstrap, group)}
    assert reasons == {("failed", "ZeroDivisionError"), ("unprocessable", "four is not for us")}


async def test_a_database_that_is_down_holds_everything_back_and_loses_nothing(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    effects, down = Effects(), True

    async def handle(batch: Batch) -> None:
        if down:
            raise AutoReconnect("gone")
        await effects.handle(batch)

    await publish(kafka_bootstrap, topic, *(ticket(number) for number in range(20)))
    async with consuming(settings, group, topic, handle) as consumer:
        await eventually(lambda: consumer._waiting_for is not None)
        assert not (await consumer.check()).ok
        await asyncio.sleep(0.5)  # several turns of the committer
        assert await _committed(consumer, topic) == 0
        down = False
        await eventually(lambda: len(effects.numbers) == 20)
        await eventually(lambda: _is_well(consumer))

    assert sorted(effects.numbers) == list(range(20))
    assert await dead_letters(kafka_bootstrap, group) == []


async def test_too_many_dead_letters_in_a_row_stop_the_consumer_and_the_rest_stays(kafka_bootstrap: str) -> None:
    settings = settings_for(kafka_bootstrap, kafka_dead_letters_in_a_row=5)
    group, topic = fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic, partitions=1)
    effects = Effects()

    await publish(kafka_bootstrap, topic, *[(b"acme:x", b"{")] * 20, ticket(1))
    async with consuming(settings, group, topic, effects.handle) as consumer:
        await eventually(lambda: consumer._circuit.open)
        await asyncio.sleep(1.5)
        assert not (await consumer.check()).ok

    assert effects.numbers == []
    assert len(await dead_letters(kafka_bootstrap, group)) <= 5


async def test_started_again_after_somebody_has_looked_it_goes_on_behind_what_it_has_set_aside(kafka_bootstrap: str) -> None:
    settings = settings_for(kafka_bootstrap, kafka_dead_letters_in_a_row=5)
    group, topic = fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic, partitions=1)
    effects = Effects()

    await publish(kafka_bootstrap, topic, *[(b"acme:x", b"{")] * 9, ticket(1))
    async with consuming(settings, group, topic, effects.handle) as consumer:
        await eventually(lambda: consumer._circuit.open)
    async with consuming(settings, group, topic, effects.handle):
        await eventually(lambda: effects.numbers == [1])

    assert len(await dead_letters(kafka_bootstrap, group)) == 9


async def test_what_was_polled_before_its_partition_was_given_away_is_left_to_the_new_owner(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic, partitions=1)
    effects = Effects()
    key, value = ticket(1).partitionkey.encode(), ticket(1).to_json()
    own, others = (ConsumerRecord(topic, partition, 0, 0, 0, key, value, None, 0, 0, ()) for partition in (0, 1))

    async with consuming(settings, group, topic, effects.handle) as consumer:
        await eventually(lambda: TopicPartition(topic, 0) in consumer._assigned())
        await consumer._on_records([others])
        assert effects.numbers == []
        await consumer._on_records([own])
        assert effects.numbers == [1]


async def test_a_handler_that_never_ends_is_noticed(kafka_bootstrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.consumer.STALL_LIMIT_S", 1.0)
    settings, group, topic = settings_for(kafka_bootstrap, shutdown_timeout_s=1), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    ended = asyncio.Event()

    async def handle(batch: Batch) -> None:
        await ended.wait()

    await publish(kafka_bootstrap, topic, ticket(1))
    async with consuming(settings, group, topic, handle) as consumer:
        with pytest.raises(RuntimeError, match="records wait and none moves"):
            await asyncio.wait_for(consumer.wait_failed(), 20)
        ended.set()


async def test_a_handler_sees_one_workspace_at_a_time(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    seen: list[set[str]] = []

    async def handle(batch: Batch) -> None:
        seen.append({event.workspaceid for event in batch} | {batch.workspace})

    await publish(kafka_bootstrap, topic, *(ticket(number, workspace=f"w{number % 3}") for number in range(30)))
    async with consuming(settings, group, topic, handle):
        await eventually(lambda: {workspace for one in seen for workspace in one} == {"w0", "w1", "w2"})

    assert all(len(one) == 1 for one in seen)


async def test_a_header_that_is_no_text_harms_nothing(kafka_bootstrap: str) -> None:
    from aiokafka import AIOKafkaProducer

    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    effects = Effects()
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, acks="all")
    await producer.start()
    await producer.send_and_wait(topic, ticket(1).to_json(), key=b"acme:ticket-1", headers=[("x", b"\xff\xfe")])
    await producer.stop()

    async with consuming(settings, group, topic, effects.handle):
        await eventually(lambda: effects.numbers == [1])


async def test_bad_messages_among_good_ones_do_not_stop_a_consumer_however_many(kafka_bootstrap: str) -> None:
    settings = settings_for(kafka_bootstrap, kafka_dead_letters_in_a_row=5)
    group, topic = fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic, partitions=1)
    effects = Effects()

    mixed = [message for number in range(20) for message in (ticket(number), (b"acme:x", b"{"))]
    await publish(kafka_bootstrap, topic, *mixed)
    async with consuming(settings, group, topic, effects.handle):
        await eventually(lambda: len(effects.numbers) == 20)

    assert effects.numbers == list(range(20))
    assert len(await dead_letters(kafka_bootstrap, group)) == 20


async def _committed(consumer: Consumer, topic: str) -> int:
    """The sum over the topic's partitions."""
    offsets = [await consumer._kafka.committed(partition) for partition in consumer._assigned() if partition.topic == topic]
    return sum(offset or 0 for offset in offsets)


async def _is_well(consumer: Consumer) -> bool:
    return (await consumer.check()).ok
