"""Topics are made by us, with their partitions: made on first use they have one, and adding more later breaks the order of keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.contracts.all import ALL_TOPICS
from shared.messaging.connection import security_of
from shared.services import GROUPS
from shared.settings import ServiceSettings

COMPACTED = {"cleanup.policy": "compact", "max.compaction.lag.ms": str(24 * 60 * 60 * 1000)}
"""A closed dead letter is gone from the log within two days; by itself a broker may keep it for ever. It takes a later record for that
(sweeping.py), because a segment that is written to is not compacted.
"""


def platform_topics(settings: ServiceSettings, groups: Iterable[str] = GROUPS) -> list[NewTopic]:
    """Every topic of the platform, and two for each consumer group of ours."""
    shape = {"num_partitions": settings.kafka_partitions, "replication_factor": settings.kafka_replication}
    own = {"num_partitions": 1, "replication_factor": settings.kafka_replication}
    return [
        *(NewTopic(topic, **shape) for topic in ALL_TOPICS),
        *(NewTopic(f"crm.{group}.retry", **own) for group in groups),
        *(NewTopic(f"crm.{group}.dlt", **own, topic_configs=COMPACTED) for group in groups),
    ]


async def create(settings: ServiceSettings, topics: Iterable[NewTopic] | None = None) -> list[str]:
    """Make what is missing and return its names; what is there is left as it is. Returns when the brokers know them."""
    wanted = {topic.name: topic for topic in (topics if topics is not None else platform_topics(settings))}
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka_bootstrap_servers, request_timeout_ms=20_000, **security_of(settings))
    await admin.start()
    try:
        missing = [topic for name, topic in wanted.items() if name not in set(await admin.list_topics())]
        if missing:
            response = await admin.create_topics(missing, timeout_ms=20_000)
            for _, code, *_ in response.topic_errors:
                error = for_code(code)
                if code and error is not TopicAlreadyExistsError:
                    raise error
        while not set(wanted) <= set(await admin.list_topics()):  # noqa: ASYNC110 - the brokers tell nobody
            await asyncio.sleep(0.1)
        return [topic.name for topic in missing]
    finally:
        await admin.close()
