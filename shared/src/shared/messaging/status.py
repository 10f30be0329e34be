"""How far outboxes and consumers are, asked from outside their processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.all import ALL_TOPICS
from shared.messaging.connection import security_of
from shared.messaging.outbox import Outbox
from shared.settings import ServiceSettings


@dataclass(frozen=True)
class OutboxStatus:
    """Rows no broker has, the age of the oldest (seconds), rows kept for publishing again, and who holds how many shards."""

    pending: int
    oldest_s: float
    kept: int
    relays: dict[str, int]


async def outbox_status(outbox: Outbox) -> OutboxStatus:
    now = datetime.now(UTC)
    oldest = await outbox.rows.find({"pending": True}).sort([("created_at", 1)]).limit(1).to_list(None)
    relays: dict[str, int] = {}
    async for lease in outbox.database.plumbing("outbox_leases").find({"expires": {"$gt": now}}):
        relays[lease["owner"]] = relays.get(lease["owner"], 0) + 1
    return OutboxStatus(
        pending=await outbox.rows.count_documents({"pending": True}),
        oldest_s=(now - oldest[0]["created_at"]).total_seconds() if oldest else 0.0,
        kept=await outbox.rows.count_documents({"sent_at": {"$exists": True}}),
        relays=relays,
    )


async def lag_of(settings: ServiceSettings, group: str, topics: Iterable[str] = ALL_TOPICS) -> dict[str, int]:
    """Records behind the group's commits, by topic; topics it has never committed on are left out.

    The high water mark comes with a fetch, because asking for end offsets is not right on every broker.
    """
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers, group_id=group, enable_auto_commit=False, **security_of(settings)
    )
    await consumer.start()
    try:
        await consumer._client.force_metadata_update()
        cluster = consumer._client.cluster
        wanted = [*topics, f"crm.{group}.retry"]
        partitions = [TopicPartition(topic, number) for topic in wanted for number in cluster.partitions_for_topic(topic) or ()]
        consumer.assign(partitions)
        lag: dict[str, int] = {}
        for partition in partitions:
            committed = await consumer.committed(partition)
            if committed is None:
                consumer.pause(partition)
                continue
            consumer.seek(partition, committed)
            lag.setdefault(partition.topic, 0)
        started = {partition for partition in partitions if partition.topic in lag} - consumer.paused()
        behind: dict[TopicPartition, int] = {}
        for _ in range(20):
            await consumer.getmany(timeout_ms=100, max_records=1)
            behind = {partition: high for partition in started if (high := consumer.highwater(partition)) is not None}
            if len(behind) == len(started):
                break
        for partition, high in behind.items():
            lag[partition.topic] += max(0, high - (await consumer.committed(partition) or 0))
        return lag
    finally:
        await consumer.stop()
