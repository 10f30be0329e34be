"""The ceilings: the least a pipeline can do that validates, stores and commits, with nothing of ours but the contracts.

`python -m bench.raw consume|relay <json of arguments>` runs one as a process of its own, as the product's parts run.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import UpdateOne
from pymongo.errors import PyMongoError

import shared.contracts.all  # noqa: F401 - registers every type
from shared.contracts.envelope import Event, read

Collection = AsyncIOMotorCollection[dict[str, Any]]
COMMIT_S = 0.1


def raw_consumer(bootstrap: str, group: str, topics: Sequence[str], session_ms: int) -> AIOKafkaConsumer:
    """With the client settings of the product, so that only what is done with the records differs."""
    return AIOKafkaConsumer(
        *topics, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest", enable_auto_commit=False,
        session_timeout_ms=session_ms, heartbeat_interval_ms=session_ms // 6, fetch_min_bytes=100_000, fetch_max_wait_ms=25,
    )  # fmt: skip


async def store(events: Sequence[Event], entries: Collection) -> None:
    """One bulk upsert, as a projection with nothing to work out would do."""
    documents = [
        {"_id": event.id, "workspace": event.workspaceid, "type": event.type, "at": event.time, "data": event.data.model_dump(mode="json")}
        for event in events
    ]
    await entries.bulk_write([UpdateOne({"_id": one["_id"]}, {"$set": one}, upsert=True) for one in documents], ordered=False)


async def consume(bootstrap: str, mongodb_uri: str, database: str, group: str, topics: Sequence[str], session_ms: int) -> None:  # noqa: PLR0917
    entries: Collection = AsyncIOMotorClient(mongodb_uri, w="majority")[database][f"entries_{group}"]
    consumer = raw_consumer(bootstrap, group, topics, session_ms)
    await consumer.start()
    committed_at, done = time.monotonic(), dict[TopicPartition, int]()
    while True:
        polled = await consumer.getmany(timeout_ms=25, max_records=500)
        records = [record for batch in polled.values() for record in batch]
        if records:
            await store([read(record.value) for record in records], entries)
            done |= {partition: batch[-1].offset + 1 for partition, batch in polled.items() if batch}
        if done and time.monotonic() - committed_at > COMMIT_S:
            await consumer.commit(done)
            committed_at, done = time.monotonic(), {}


async def relay(bootstrap: str, mongodb_uri: str, database: str, idempotent: bool) -> None:
    """Woken by a change stream; sends the oldest rows pipelined, waits for all, marks them."""
    rows: Collection = AsyncIOMotorClient(mongodb_uri, w="majority", readConcernLevel="majority")[database]["outbox"]
    await rows.create_index([("created_at", 1)], partialFilterExpression={"pending": True})
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", enable_idempotence=idempotent, linger_ms=5)
    await producer.start()
    wake = asyncio.Event()

    async def watch() -> None:
        inserted: list[dict[str, Any]] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        while True:
            try:
                async with rows.watch(inserted) as changes:
                    async for _ in changes:
                        wake.set()
            except PyMongoError:
                await asyncio.sleep(0.1)

    watching = asyncio.create_task(watch())
    while not watching.done():
        found = await rows.find({"pending": True}).sort([("created_at", 1)]).limit(500).to_list(None)
        if found:
            await asyncio.gather(*[await producer.send(row["topic"], row["value"], key=row["key"].encode()) for row in found])
            marked = {"$set": {"sent_at": datetime.now(UTC)}, "$unset": {"pending": ""}}
            await rows.update_many({"_id": {"$in": [row["_id"] for row in found]}}, marked)
            continue
        try:
            await asyncio.wait_for(wake.wait(), 0.5)
        except TimeoutError:
            continue
        wake.clear()


if __name__ == "__main__":
    part, arguments = sys.argv[1], json.loads(sys.argv[2])
    asyncio.run(consume(**arguments) if part == "consume" else relay(**arguments))
