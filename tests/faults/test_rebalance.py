"""Members come and go while events flow: nothing is lost and nothing is done twice.

Only on Apache Kafka does this say anything (its rebalances are the real thing), so it runs where KAFKA_BOOTSTRAP_SERVERS names one.
"""

from __future__ import annotations

import asyncio
import os
import uuid
from collections import Counter

import pytest
from aiokafka import AIOKafkaProducer

from shared.messaging import Batch, Consumer, Routes
from shared.settings import ServiceSettings
from tests.support.messages import fresh_group, make_topics, settings_for, ticket
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.faults,
    pytest.mark.skipif("KAFKA_BOOTSTRAP_SERVERS" not in os.environ, reason="needs an Apache Kafka: set KAFKA_BOOTSTRAP_SERVERS"),
]

PARTITIONS = 6


class Ledger:
    """How often each event took effect, and who had which partition's batch in hand at the same time."""

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()
        self.in_hand: Counter[str] = Counter()
        self.overlaps = 0

    async def handle(self, batch: Batch) -> None:
        subjects = [event.subject for event in batch]
        self.overlaps += sum(self.in_hand[subject] > 0 for subject in subjects)
        self.in_hand.update(subjects)
        await asyncio.sleep(0.15)  # a batch in flight when partitions move
        self.in_hand.subtract(subjects)
        self.times.update(subjects)


async def test_three_consumers_join_and_leave_and_nothing_is_done_twice(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic, partitions=PARTITIONS)
    ledger = Ledger()
    stop = asyncio.Event()
    flow = asyncio.create_task(_flow(kafka_bootstrap, topic, stop))

    first = await _join(settings, group, topic, ledger)
    await asyncio.sleep(3)
    second = await _join(settings, group, topic, ledger)
    await asyncio.sleep(4)
    third = await _join(settings, group, topic, ledger)
    await asyncio.sleep(4)
    await first.stop()
    await asyncio.sleep(4)
    fourth = await _join(settings, group, topic, ledger)
    await asyncio.sleep(4)
    await second.stop()
    await asyncio.sleep(3)
    stop.set()
    sent = await flow
    await eventually(lambda: len(ledger.times) == sent)
    await asyncio.sleep(1)
    await third.stop()
    await fourth.stop()

    assert sent > 1000
    assert ledger.overlaps == 0
    assert {subject: times for subject, times in ledger.times.items() if times != 1} == {}


async def _join(settings: ServiceSettings, group: str, topic: str, ledger: Ledger) -> Consumer:
    consumer = Consumer(settings, Routes(group, {topic: ledger.handle}))
    await consumer.start()
    return consumer


async def _flow(bootstrap: str, topic: str, stop: asyncio.Event) -> int:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=True)
    await producer.start()
    number = 0
    try:
        while not stop.is_set():
            event = ticket(number)
            await producer.send(topic, event.to_json(), key=event.partitionkey.encode())
            number += 1
            await asyncio.sleep(0.01)
        await producer.flush()
        return number
    finally:
        await producer.stop()
