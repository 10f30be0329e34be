"""Building blocks for messaging tests: settings for the broker at hand, topics and groups nobody else uses, events with little to say."""

from __future__ import annotations

import os
import uuid
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic

from shared.contracts.envelope import Event
from shared.contracts.tickets import TicketCreated
from shared.messaging import topics
from shared.settings import ServiceSettings

SOON = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def broker_settings() -> dict[str, object]:
    """The embedded broker needs: no idempotent producers, and short sessions, as a join takes half of one. Kafka's least is 6 s."""
    real = "KAFKA_BOOTSTRAP_SERVERS" in os.environ
    session = 6000 if real else 2000
    return {
        "kafka_enable_idempotence": real,
        "kafka_session_timeout_ms": session,
        "kafka_heartbeat_interval_ms": session // 6,
        "shutdown_timeout_s": 10,
    }


def settings_for(bootstrap: str, **changes: object) -> ServiceSettings:
    return ServiceSettings.model_validate({**broker_settings(), "kafka_bootstrap_servers": bootstrap, **changes})


def fresh_group() -> str:
    return f"test-{uuid.uuid4().hex[:10]}"


async def make_topics(settings: ServiceSettings, group: str, *names: str, partitions: int = 2) -> None:
    wanted = [NewTopic(name, num_partitions=partitions, replication_factor=1) for name in names]
    wanted += [NewTopic(f"crm.{group}.{kind}", num_partitions=1, replication_factor=1) for kind in ("retry", "dlt")]
    await topics.create(settings, wanted)


def ticket(number: int, *, workspace: str = "acme", sequence: int = 1, subject: str = "It hums") -> Event:
    return Event.of(
        TicketCreated(number=str(number), subject=subject),
        source="/services/tickets",
        workspace=workspace,
        subject=f"ticket-{number}",
        sequence=sequence,
        time=SOON,
    )


async def publish(bootstrap: str, topic: str, *messages: Event | tuple[bytes | None, bytes | None]) -> None:
    """Events with their key, or raw (key, value) pairs, as another team's producer would."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", max_request_size=20_000_000)
    await producer.start()
    try:
        futures = []
        for message in messages:
            key, value = (message.partitionkey.encode(), message.to_json()) if isinstance(message, Event) else message
            futures.append(await producer.send(topic, value, key=key))
        for future in futures:
            await future
    finally:
        await producer.stop()
