"""The topics we make, and what is told of outboxes and groups from outside, on a real broker and database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import NewTopic

from shared.contracts.all import ALL_TOPICS
from shared.messaging import Outbox, topics
from shared.messaging.leases import Leases
from shared.messaging.status import lag_of, outbox_status
from shared.settings import ServiceSettings
from tests.support.messages import fresh_group, make_topics, publish, settings_for, ticket
from tests.support.outboxes import write


def test_every_topic_has_the_partitions_of_the_settings_and_a_groups_own_have_one() -> None:
    settings = ServiceSettings(kafka_partitions=6, kafka_replication=3)

    made = topics.platform_topics(settings, ["a", "b"])

    shared = [(topic, 6, 3, None) for topic in ALL_TOPICS]
    own = [("crm.a.retry", 1, 3, None), ("crm.b.retry", 1, 3, None)]
    compacted_in_a_day = {"cleanup.policy": "compact", "max.compaction.lag.ms": "86400000"}
    kept = [(f"crm.{group}.dlt", 1, 3, compacted_in_a_day) for group in "ab"]
    assert [(topic.name, topic.num_partitions, topic.replication_factor, topic.topic_configs or None) for topic in made] == [
        *shared,
        *own,
        *kept,
    ]
    assert {"crm.contacts.dlt", "crm.outreach-guard.retry"} <= {topic.name for topic in topics.platform_topics(settings)}


async def test_the_topics_that_are_missing_are_made_and_told(kafka_bootstrap: str) -> None:
    settings, name = settings_for(kafka_bootstrap), fresh_group()
    wanted = [NewTopic(f"{name}.{number}", num_partitions=2, replication_factor=1) for number in range(2)]

    assert await topics.create(settings, wanted[:1]) == [f"{name}.0"]
    assert await topics.create(settings, wanted) == [f"{name}.1"]
    assert await topics.create(settings, wanted) == []
    await topics.create(settings)
    assert await topics.create(settings) == []


async def test_an_outbox_tells_what_waits_what_it_keeps_and_who_publishes(outbox: Outbox) -> None:
    await write(outbox, *(ticket(number) for number in range(3)))
    now = datetime.now(UTC)
    sent = {"$set": {"sent_at": now, "created_at": now - timedelta(hours=1)}, "$unset": {"pending": ""}}
    await outbox.rows.update_one({"key": "acme:ticket-0"}, sent)
    await outbox.rows.update_one({"key": "acme:ticket-2"}, {"$set": {"created_at": now - timedelta(minutes=1)}})
    relays = [Leases(outbox.database, name) for name in ("one", "two")]
    await relays[0].prepare()
    for relay in (*relays, *relays):
        await relay.renew()
    await outbox.database.plumbing("outbox_leases").update_one({"owner": "two"}, {"$set": {"expires": now - timedelta(seconds=1)}})

    status = await outbox_status(outbox)

    assert (status.pending, status.kept, status.relays) == (2, 1, {"one": 4, "two": 3})
    assert 60 <= status.oldest_s < 90


async def test_an_outbox_nobody_uses_is_empty(outbox: Outbox) -> None:
    status = await outbox_status(outbox)

    assert (status.pending, status.oldest_s, status.kept, status.relays) == (0, 0.0, 0, {})


async def test_what_a_group_has_not_handled_is_told_by_topic(kafka_bootstrap: str) -> None:
    settings, group = settings_for(kafka_bootstrap), fresh_group()
    behind, done, unread = (f"{group}.{name}" for name in ("behind", "done", "unread"))
    await make_topics(settings, group, behind, done, unread)
    for topic in (behind, done, unread):
        await publish(kafka_bootstrap, topic, *(ticket(number) for number in range(10)))
    member = AIOKafkaConsumer(bootstrap_servers=kafka_bootstrap, group_id=group, enable_auto_commit=False, auto_offset_reset="earliest")
    await member.start()
    try:
        both = [TopicPartition(topic, number) for topic in (behind, done) for number in range(2)]
        member.assign(both)
        ends = dict.fromkeys(both, 0)
        while sum(ends.values()) < 20:
            polled = await member.getmany(timeout_ms=500)
            ends |= {partition: records[-1].offset + 1 for partition, records in polled.items()}
        await member.commit({partition: 1 if partition.topic == behind else end for partition, end in ends.items()})
    finally:
        await member.stop()

    for _ in range(2):  # to ask changes nothing
        assert await lag_of(settings, group, [unread, behind, done]) == {behind: 8, done: 0}
    assert await lag_of(settings, fresh_group(), [behind]) == {}
