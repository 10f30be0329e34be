"""What a consumer says of how far it is, and what it commits when a partition is no longer its own; on a real broker."""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime

from aiokafka import ConsumerRecord, TopicPartition

from shared.messaging import Batch, Consumer, Routes
from tests.support.consuming import Effects, consuming
from tests.support.messages import fresh_group, make_topics, publish, settings_for, ticket
from tests.support.waiting import eventually


def at_of(consumer: Consumer, topic: str) -> dict[int, datetime]:
    """When each partition of the topic was last caught up with."""
    return {partition.number: at for partition, at in consumer.caught_up().items() if partition.topic == topic}


async def test_one_that_has_not_started_is_behind_nothing_and_has_caught_up_with_nothing(kafka_bootstrap: str) -> None:
    consumer = Consumer(settings_for(kafka_bootstrap), Routes(fresh_group(), {"t.none": Effects().handle}))

    assert (consumer.lag(), consumer.caught_up()) == ({}, {})


async def test_a_partition_is_caught_up_with_again_and_again_but_not_while_something_waits(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic)
    in_hand, held, effects = asyncio.Event(), asyncio.Event(), Effects()

    async def handle(batch: Batch) -> None:
        in_hand.set()
        await held.wait()
        await effects.handle(batch)

    began = datetime.now(UTC)
    async with consuming(settings, group, topic, handle) as consumer:
        await eventually(lambda: at_of(consumer, topic).keys() == {0, 1})
        assert {partition.of for partition in consumer.caught_up() if partition.topic == topic} == {2}
        first = at_of(consumer, topic)
        assert min(first.values()) > began
        await eventually(lambda: min(at_of(consumer, topic).values()) > max(first.values()))

        await publish(kafka_bootstrap, topic, ticket(1))
        await asyncio.wait_for(in_hand.wait(), 20)
        assert consumer.lag()[topic] == 1
        waiting = at_of(consumer, topic)
        await asyncio.sleep(3 * settings.kafka_commit_interval_ms / 1000)
        assert at_of(consumer, topic) == waiting

        held.set()
        await eventually(lambda: consumer.lag()[topic] == 0)
        await eventually(lambda: min(at_of(consumer, topic).values()) > max(waiting.values()))
    assert effects.numbers == [1]


async def test_what_was_done_of_a_partition_given_away_keeps_nothing_else_from_being_committed(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic, partitions=1)
    effects = Effects()
    async with consuming(settings, group, topic, effects.handle) as consumer:
        await eventually(lambda: at_of(consumer, topic) != {})
        consumer._progress.done([ConsumerRecord(f"{topic}.gone", 0, 41, 0, 0, None, b"", None, 0, 0, ())])
        await publish(kafka_bootstrap, topic, ticket(1))

        await eventually(lambda: effects.numbers == [1])
        await eventually(lambda: _committed(consumer, topic))


async def _committed(consumer: Consumer, topic: str) -> bool:
    return bool(await consumer._kafka.committed(TopicPartition(topic, 0)) == 1)
