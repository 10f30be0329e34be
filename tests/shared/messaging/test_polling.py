"""Records that the client itself stumbles over, on a real broker."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.messaging.dead_letter_desk import DeadLetterDesk
from shared.messaging.polling import Polling
from tests.support.consuming import Effects, consuming
from tests.support.messages import fresh_group, make_topics, publish, settings_for, ticket
from tests.support.waiting import eventually

on_kafka = pytest.mark.skipif("KAFKA_BOOTSTRAP_SERVERS" not in os.environ, reason="the embedded broker has no transactions")

A_NAME_THAT_IS_NO_TEXT = """
import asyncio, sys
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
class Raw(str):
    def encode(self, *_):
        return b"\\xff\\xfe"
async def main():
    producer = AIOKafkaProducer(bootstrap_servers=sys.argv[1])
    await producer.start()
    await producer.send_and_wait(sys.argv[2], b"x", key=b"k", headers=[(Raw("h"), b"v")])
    await producer.stop()
asyncio.run(main())
"""


async def test_a_header_name_that_is_no_text_is_set_aside_and_the_rest_flows(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{fresh_group()}"
    await make_topics(settings, group, topic, partitions=1)
    await publish(kafka_bootstrap, topic, ticket(1))
    environment = {**os.environ, "AIOKAFKA_NO_EXTENSIONS": "1"}  # its C code takes no such name from a producer
    command = [sys.executable, "-c", A_NAME_THAT_IS_NO_TEXT, kafka_bootstrap, topic]
    await asyncio.to_thread(subprocess.run, command, env=environment, check=True, timeout=30)
    await publish(kafka_bootstrap, topic, ticket(2))
    effects = Effects()

    async with consuming(settings, group, topic, effects.handle):
        await eventually(lambda: effects.numbers == [1, 2])
        assert [letter.reason for letter in await DeadLetterDesk(settings, group).open_letters()] == ["undecodable"]


async def test_what_came_is_in_hand_until_it_is_let_go_or_more_is_asked_for(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{fresh_group()}"
    await make_topics(settings, group, topic, partitions=1)
    await publish(kafka_bootstrap, topic, ticket(1), ticket(2), ticket(3))
    kafka = AIOKafkaConsumer(topic, bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest")
    await kafka.start()
    try:
        polling, seen = Polling(kafka), []
        while not polling.in_hand:
            await polling.getmany(timeout_ms=500, max_records=2)
        seen.append([record.offset for record in polling.in_hand])
        polling.let_go()
        seen.append([record.offset for record in polling.in_hand])
        await polling.getmany(timeout_ms=5000, max_records=2)
        seen.append([record.offset for record in polling.in_hand])
        more = asyncio.create_task(polling.getmany(timeout_ms=200))
        await asyncio.sleep(0)
        seen.append([record.offset for record in polling.in_hand])
        await more
    finally:
        await kafka.stop()

    assert seen == [[0, 1], [], [2], []]


@on_kafka
async def test_what_a_producer_took_back_was_never_said(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{fresh_group()}"
    await make_topics(settings, group, topic, partitions=1)
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, transactional_id=topic)
    await producer.start()
    await producer.begin_transaction()
    await producer.send_and_wait(topic, ticket(1).to_json(), key=ticket(1).partitionkey.encode())
    await producer.abort_transaction()
    await producer.stop()
    await publish(kafka_bootstrap, topic, ticket(2))
    effects = Effects()

    async with consuming(settings, group, topic, effects.handle) as consumer:
        await eventually(lambda: effects.numbers == [2])
        await eventually(lambda: consumer.lag()[topic] == 0)


@pytest.mark.parametrize("codec", ["gzip", "lz4", "snappy", "zstd"])
async def test_every_compression_of_kafka_is_read(kafka_bootstrap: str, codec: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{fresh_group()}"
    await make_topics(settings, group, topic, partitions=1)
    producer = AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, compression_type=codec)
    await producer.start()
    await producer.send_and_wait(topic, ticket(1).to_json(), key=ticket(1).partitionkey.encode())
    await producer.stop()
    effects = Effects()

    async with consuming(settings, group, topic, effects.handle):
        await eventually(lambda: effects.numbers == [1])
