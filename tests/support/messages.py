"""Building blocks for messaging tests: settings for the broker at hand, topics and groups nobody else uses, events with little to say."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic

from shared.contracts.envelope import Event
from shared.contracts.tickets import TicketCreated
from shared.messaging import topics
from shared.settings import ServiceSettings

SOON = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)


def settings_for(bootstrap: str, **changes: object) -> ServiceSettings:
    """As the embedded broker needs them (facts of its limits), which real Kafka takes too."""
    return ServiceSettings.model_validate(
        {
            "kafka_bootstrap_servers": bootstrap,
            "kafka_enable_idempotence": False,
            "kafka_session_timeout_ms": 6000,
            "kafka_heartbeat_interval_ms": 1000,
            "shutdown_timeout_s": 10,
            **changes,
        }
    )


def fresh_group() -> str:
    return f"test-{uuid.uuid4().hex[:10]}"


async def make_topics(settings: ServiceSettings, group: str, *names: str, partitions: int = 2) -> None:
    wanted = [NewTopic(name, num_partitions=partitions, replication_factor=1) for name in names]
    wanted += [NewTopic(f"crm.{group}.{kind}", num_partitions=1, replication_factor=1) for kind in ("retry", "dlt")]
    await topics.create(settings, wanted)


def ticket(number: int, *, workspace: str = "acme", sequence: int = 1) -> Event:
    return Event.of(
        TicketCreated(number=str(number), subject="It hums"),
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
