"""The producer behind relay and dead letters: every send is acknowledged by all in-sync replicas before it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.messaging.connection import security_of
from shared.settings import ServiceSettings

Headers: TypeAlias = Sequence[tuple[str, bytes]]

MOST_BYTES = 1_000_000
"""Of a record with its key and headers. A broker takes 1,048,588 by default, and refuses more only after an idempotent producer has counted
it: from then on nothing of that partition is taken from that producer.
"""


class Producer:
    """One connection to the brokers, made at `start`."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._kafka: AIOKafkaProducer | None = None
        self._spent = False

    async def start(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka_bootstrap_servers,
            acks="all",
            enable_idempotence=self._settings.kafka_enable_idempotence,
            linger_ms=self._settings.kafka_linger_ms,
            max_batch_size=65536,
            max_request_size=MOST_BYTES,
            request_timeout_ms=15_000,
            metadata_max_age_ms=30_000,
            **security_of(self._settings),
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()  # what it has opened so far
            raise
        self._kafka = producer
        self._spent = False

    async def stop(self) -> None:
        if self._kafka is not None:
            await self._kafka.stop()
            self._kafka = None

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers = ()) -> None:
        """Returns when it is acknowledged; raises the broker's error."""
        await (await self.enqueue(topic, key, value, headers))

    async def enqueue(self, topic: str, key: bytes, value: bytes | None, headers: Headers = ()) -> asyncio.Future[object]:
        """Returns when it is in the buffer; the future is done when it is acknowledged."""
        if self._spent:
            await self.stop()
            await self.start()
        if self._kafka is None:
            raise ConnectionError("the producer is not started")
        future: asyncio.Future[object] = await self._kafka.send(topic, value, key=key, headers=list(headers))
        future.add_done_callback(self._note)
        return future

    def _note(self, done: asyncio.Future[object]) -> None:
        """A final refusal leaves a gap in an idempotent producer's numbers, and no broker takes anything behind it: a new one is needed."""
        error = None if done.cancelled() else done.exception()
        if isinstance(error, KafkaError) and not error.retriable:
            self._spent = True
