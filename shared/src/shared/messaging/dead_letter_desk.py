"""What operators do with dead letters: look, send again, drop.

The topic itself is the state. A letter is open until a record without a value under the same key (its origin) says that it was dealt with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.messaging.connection import security_of
from shared.messaging.dead_letters import SENT_AT, sent_at
from shared.messaging.producer import Producer
from shared.messaging.records import Record
from shared.messaging.traces import Traces, traces_of
from shared.settings import ServiceSettings

WRITTEN_ON = b"-"
"""No letter's origin."""

EMPTY_POLLS = 3  # in a row, before a partition that has told no high water mark is asked whether it is empty


@dataclass(frozen=True)
class Letter:
    """One open dead letter. `value` may hold personal data, the rest does not."""

    id: str
    reason: str
    detail: str
    key: bytes | None
    value: bytes = field(repr=False)
    truncated: bool
    set_aside_at_ms: int
    headers: Sequence[tuple[str, bytes]] = field(repr=False)

    def traces(self, region: str) -> Traces:
        """Whom it may be about."""
        return traces_of(self.key, self.value, self.headers, sent_at(self.headers, self.set_aside_at_ms), region)


class DeadLetterDesk:
    """The dead letters of one consumer group."""

    def __init__(self, settings: ServiceSettings, group: str) -> None:
        self._settings = settings
        self._topic = f"crm.{group}.dlt"
        self._retry_topic = f"crm.{group}.retry"

    async def open_letters(self) -> list[Letter]:
        """All that nobody has dealt with, the oldest first."""
        letters: dict[bytes, Letter | None] = {}
        async with self._reader() as consumer:
            async for record in _everything(consumer):
                letters[record.key or b""] = _letter_of(record) if record.value is not None else None
        return sorted((letter for letter in letters.values() if letter is not None), key=lambda letter: letter.set_aside_at_ms)

    async def redrive(self, letters: Sequence[Letter]) -> int:
        """Hand them to the group once more, then close them. Those kept without their value stay open and are not counted."""
        whole = [letter for letter in letters if not letter.truncated]
        async with self._producer() as producer:
            for letter in whole:
                await producer.send(self._retry_topic, letter.key or b"", letter.value, _original(letter.headers))
                await producer.send(self._topic, letter.id.encode(), None)
        return len(whole)

    async def close(self, about: Callable[[Letter], bool]) -> int:
        """Close those of which this is true, one after the other read and none kept; returns how many."""
        found: set[bytes] = set()
        async with self._reader() as consumer:
            async for record in _everything(consumer):
                key = record.key or b""
                found.discard(key)
                if record.value is not None and about(_letter_of(record)):
                    found.add(key)
                await asyncio.sleep(0)  # reading a large one takes its time
        async with self._producer() as producer:
            for key in sorted(found):
                await producer.send(self._topic, key, None)
        return len(found)

    async def write_on(self) -> None:
        """A record that says nothing: a broker compacts what lies before the segment that it writes to."""
        async with self._producer() as producer:
            await producer.send(self._topic, WRITTEN_ON, None)

    async def drop(self, letters: Sequence[Letter]) -> None:
        """Close them for good."""
        async with self._producer() as producer:
            for letter in letters:
                await producer.send(self._topic, letter.id.encode(), None)

    @asynccontextmanager
    async def _producer(self) -> AsyncIterator[Producer]:
        producer = Producer(self._settings)
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()

    @asynccontextmanager
    async def _reader(self) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._settings.kafka_bootstrap_servers,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            **security_of(self._settings),
        )
        try:
            await consumer.start()
            partitions = await _partitions(consumer, self._topic)
            consumer.assign(partitions)
            await consumer.seek_to_beginning(*partitions)
            yield consumer
        finally:
            await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    await consumer._client.force_metadata_update()
    return [TopicPartition(topic, number) for number in sorted(consumer._client.cluster.partitions_for_topic(topic) or {0})]


async def _everything(consumer: AIOKafkaConsumer) -> AsyncIterator[Record]:
    """Up to the high water mark as it is told with the records: asking for end offsets is not right on every broker."""
    empty_polls = 0
    while True:
        polled = await consumer.getmany(timeout_ms=300, max_records=1000)
        for records in polled.values():
            for record in records:
                yield record
        empty_polls = 0 if polled else empty_polls + 1
        ends = {partition: consumer.highwater(partition) for partition in consumer.assignment()}
        at_end = [end is not None and await consumer.position(partition) >= end for partition, end in ends.items()]
        if all(at_end) or (empty_polls >= EMPTY_POLLS and await _is_empty(consumer)):
            return


async def _is_empty(consumer: AIOKafkaConsumer) -> bool:
    """Whether those that told no high water mark have none, rather than a broker that is slow."""
    silent = [partition for partition in consumer.assignment() if consumer.highwater(partition) is None]
    first, last = await consumer.beginning_offsets(silent), await consumer.end_offsets(silent)
    return all(first[partition] >= last[partition] for partition in silent)


def _letter_of(record: Record) -> Letter:
    headers = dict(record.headers)
    return Letter(
        id=(record.key or b"").decode(errors="replace"),
        reason=headers.get("dead-letter-reason", b"").decode(errors="replace"),
        detail=headers.get("dead-letter-detail", b"").decode(errors="replace"),
        key=headers.get("dead-letter-key"),
        value=record.value or b"",
        truncated="dead-letter-truncated" in headers,
        set_aside_at_ms=record.timestamp,
        headers=record.headers,
    )


def _original(headers: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [header for header in headers if header[0] == SENT_AT or not header[0].startswith("dead-letter-")]
