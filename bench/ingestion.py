"""A backlog into the timeline, against the raw pipeline on the same messages: getmany, validate, bulk upsert, commit."""

from __future__ import annotations

import asyncio
import time
import uuid
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewTopic
from motor.motor_asyncio import AsyncIOMotorClient

from bench.parts import Parts
from bench.raw import raw_consumer, store
from bench.report import Figure
from shared.contracts.contacts import Contact, ContactCreated, Email
from shared.contracts.envelope import Event, read
from shared.contracts.tickets import TicketCreated
from shared.messaging import Batch, Consumer, Outbox, Routes, topics
from shared.mongo import Database
from tests.support.messages import broker_settings
from timeline.app import routes
from timeline.mongo_store import MongoTimeline
from timeline.settings import TimelineSettings

EVENTS = 20_000
CONTACTS = 2_000
PARTITIONS = 2
ROUNDS = 2


async def figures(parts: Parts) -> list[Figure]:
    settings = TimelineSettings.model_validate({**broker_settings(), "kafka_bootstrap_servers": parts.bootstrap})
    topic = f"bench.{uuid.uuid4().hex[:8]}"
    await topics.create(settings, [NewTopic(topic, PARTITIONS, 1)])
    await _publish(parts.bootstrap, topic)
    ours = [await _product(parts, settings, topic) for _ in range(ROUNDS)]
    peer = [await _raw(parts, settings, topic) for _ in range(ROUNDS)]
    return [Figure("timeline, a backlog of tickets", max(ours), max(peer), "/s", at_least=0.5)]


async def _product(parts: Parts, settings: TimelineSettings, topic: str) -> float:
    """Events a second from the first effect to the last: joining the group is not what is measured."""
    database = Database.connect(parts.mongodb_uri, f"bench_{uuid.uuid4().hex[:8]}")
    timeline, outbox = MongoTimeline(database, Outbox(database)), Outbox(database)
    await timeline.prepare()
    await outbox.prepare()
    bound = routes(timeline, settings.default_region)
    await _learn(bound)
    handle, done, times = bound.by_topic["crm.tickets"], [0], list[float]()

    async def counted(batch: Batch) -> None:
        times.append(time.perf_counter())
        await handle(batch)
        done[0] += len(batch)
        times.append(time.perf_counter())

    group = f"bench-{uuid.uuid4().hex[:8]}"
    own = [NewTopic(f"crm.{group}.{kind}", 1, 1) for kind in ("retry", "dlt")]
    await topics.create(settings, own)
    consumer = Consumer(settings, Routes(group, {topic: counted}))
    await consumer.start()
    while done[0] < EVENTS:  # noqa: ASYNC110 - it is measured, not signalled
        await asyncio.sleep(0.01)
    await consumer.stop()
    if await database.collection("entries").of("bench").count({"kind": "ticket"}) != EVENTS:
        raise RuntimeError("the timeline has not got them all")
    await database.drop()
    database.close()
    return EVENTS / (times[-1] - times[0])


async def _raw(parts: Parts, settings: TimelineSettings, topic: str) -> float:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(parts.mongodb_uri, w="majority")
    name = f"bench_{uuid.uuid4().hex[:8]}"
    consumer = raw_consumer(parts.bootstrap, name, [topic], settings.kafka_session_timeout_ms)
    await consumer.start()
    done, began = 0, 0.0
    while done < EVENTS:
        polled = await consumer.getmany(timeout_ms=25, max_records=500)
        records = [record for batch in polled.values() for record in batch]
        if records:
            began = began or time.perf_counter()
            await store([read(record.value) for record in records], client[name]["entries"])
            await consumer.commit({partition: batch[-1].offset + 1 for partition, batch in polled.items() if batch})
            done += len(records)
    took = time.perf_counter() - began
    await consumer.stop()
    await client.drop_database(name)
    client.close()
    return EVENTS / took


async def _learn(bound: Routes) -> None:
    addresses = [Email(typed=f"c{n}@x.example", normalised=f"c{n}@x.example", primary=True) for n in range(CONTACTS)]
    people = [Contact(id=f"c{n}", version=1, first_name="Ada", emails=[address]) for n, address in enumerate(addresses)]
    created = [_event(ContactCreated(contact=one), "/services/contacts", one.id) for one in people]
    for start in range(0, CONTACTS, 500):
        await bound.by_topic["crm.contacts"](Batch("bench", created[start : start + 500]))


async def _publish(bootstrap: str, topic: str) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)
    await producer.start()
    try:
        for start in range(0, EVENTS, 1000):
            events = [_ticket(number) for number in range(start, start + 1000)]
            await asyncio.gather(*[await producer.send(topic, one.to_json(), key=one.partitionkey.encode()) for one in events])
    finally:
        await producer.stop()


def _ticket(number: int) -> Event:
    told = {"number": str(number), "subject": "It hums", "status": "open", "requester": {"email": f"c{number % CONTACTS}@x.example"}}
    data = TicketCreated.model_validate(told)
    return _event(data, "/services/tickets", f"t{number}")


def _event(data: ContactCreated | TicketCreated, source: str, subject: str) -> Event:
    at = datetime.now(UTC) - timedelta(days=1)
    return Event.of(data, source=source, workspace="bench", subject=subject, sequence=1, time=at)
