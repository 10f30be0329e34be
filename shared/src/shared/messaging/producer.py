"""The producer behind relay and dead letters: every send is acknowledged by all in-sync replicas before it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from aiokafka import AIOKafkaProducer

from shared.messaging.connection import security_of
from shared.settings import ServiceSettings

Headers: TypeAlias = Sequence[tuple[str, bytes]]

MAX_REQUEST_BYTES = 16 * 1024 * 1024  # ours are small; a dead letter is as large as what somebody sent


class Producer:
    """One connection to the brokers, made at `start`."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._kafka: AIOKafkaProducer | None = None

    async def start(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._settings.kafka_bootstrap_servers,
            acks="all",
            enable_idempotence=self._settings.kafka_enable_idempotence,
            linger_ms=self._settings.kafka_linger_ms,
            max_batch_size=65536,
            max_request_size=MAX_REQUEST_BYTES,
            request_timeout_ms=15_000,
            metadata_max_age_ms=30_000,
            **security_of(self._settings),
        )
        await producer.start()
        self._kafka = producer

    async def stop(self) -> None:
        if self._kafka is not None:
            await self._kafka.stop()
            self._kafka = None

    async def send(self, topic: str, key: bytes, value: bytes | None, headers: Headers = ()) -> None:
        """Returns when it is acknowledged; raises the broker's error."""
        await (await self.enqueue(topic, key, value, headers))

    async def enqueue(self, topic: str, key: bytes, value: bytes | None, headers: Headers = ()) -> asyncio.Future[object]:
        """Returns when it is in the buffer; the future is done when it is acknowledged."""
        if self._kafka is None:
            raise ConnectionError("the producer is not started")
        future: asyncio.Future[object] = await self._kafka.send(topic, value, key=key, headers=list(headers))
        return future
