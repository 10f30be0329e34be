"""The relay: publishes outbox rows in the order of each aggregate, and marks them once the broker has them.

Woken by a change stream, with a poll as the net under it. Any number of relays may run; each publishes the shards it holds a lease on.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Iterable, Sequence
from typing import Protocol

import structlog
from aiokafka.errors import KafkaError, MessageSizeTooLargeError, UnknownTopicOrPartitionError
from pymongo.errors import PyMongoError

from shared.background import cut_off
from shared.health import Check
from shared.messaging import metrics, topics
from shared.messaging.leases import LEASE_S, Leases
from shared.messaging.outbox import Outbox
from shared.messaging.producer import Producer
from shared.mongo import Document
from shared.settings import ServiceSettings

log = structlog.get_logger()

AT_ONCE = 500
FETCHED_AT_ONCE = 100
MOST_BYTES_AT_ONCE = 16_000_000
POLL_S = 0.5
GATHER_S = 0.002  # a burst's rows go out together; a lone row hardly notices
PAUSE_S = 1.0


class Cursor(Protocol):
    """What a query gives."""

    def to_list(self, length: int | None) -> Awaitable[list[Document]]: ...


class Relay:
    """A worker of a process (shared.running)."""

    def __init__(self, settings: ServiceSettings, outbox: Outbox) -> None:
        self.name = "relay"
        self._settings = settings
        self._outbox = outbox
        self._database = outbox.database.name
        self._producer = Producer(settings)
        self._leases = Leases(outbox.database, f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}")
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._trouble: str | None = None

    async def start(self) -> None:
        await topics.create(self._settings)
        await self._producer.start()
        await self._leases.prepare()
        await self._leases.renew()
        self._tasks = [asyncio.create_task(loop()) for loop in (self._publish_loop, self._lease_loop, self._watch_loop)]

    async def stop(self) -> None:
        """What is in flight is acknowledged and marked; the rest waits for the next relay."""
        self._stopping.set()
        self._wake.set()
        if self._tasks:
            publishing, *others = self._tasks
            await cut_off(*others)
            await asyncio.wait([publishing], timeout=self._settings.shutdown_timeout_s)
            publishing.cancel()
        with contextlib.suppress(PyMongoError):
            await self._leases.release_all()
        await self._producer.stop()

    async def check(self) -> Check:
        if self._trouble is not None:
            return Check(False, f"not publishing: {self._trouble}")
        return Check(True, f"{len(self._leases.held())} shards")

    async def wait_failed(self) -> None:
        """Raises what ended one of the loops; they end by themselves only when something is wrong with our code."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()

    # ---- publishing ----------------------------------------------------------------------------------------------------

    async def _publish_loop(self) -> None:
        while not self._stopping.is_set():
            try:
                sent = await self.publish_pending()
            except (KafkaError, PyMongoError, ConnectionError, TimeoutError) as error:
                await self._wait_out(error)
                continue
            self._trouble = None
            if sent < AT_ONCE:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), POLL_S)
                self._wake.clear()
                await asyncio.sleep(GATHER_S)

    async def publish_pending(self) -> int:
        """Publish and mark up to AT_ONCE rows of the held shards; returns how many were found.

        Raises the broker's or database's error, the broker's only after everything else was published: one row that it refuses holds up
        its own aggregate and no other.
        """
        shards = self._leases.held()
        rows = await self._oldest(shards) if shards else []
        metrics.PENDING.labels(self._database).set(len(rows))
        metrics.SHARDS.labels(self._database).set(len(shards))
        refused: dict[str, BaseException] = {}
        for wave in waves(rows):
            refused |= await self._publish([row for row in wave if row["aggregate"] not in refused])
        for error in refused.values():
            raise error
        return len(rows)

    async def _oldest(self, shards: Sequence[int]) -> list[Document]:
        pending = {"pending": True, "shard": {"$in": list(shards)}}
        rows, all_of_them = await _bounded(self._outbox.rows.find(pending).sort([("created_at", 1)]), AT_ONCE)
        if all_of_them:
            return rows
        # There are more. `created_at` is the writers' clock, so an aggregate's earlier row may lie beyond the limit: fetch those too.
        theirs = {"pending": True, "aggregate": {"$in": list({row["aggregate"] for row in rows})}}
        rows, _ = await _bounded(self._outbox.rows.find(theirs).sort([("aggregate", 1), ("sequence", 1)]), AT_ONCE * 4)
        return rows

    async def _publish(self, wave: Sequence[Document]) -> dict[str, BaseException]:
        """All of a wave at once, and mark those that were acknowledged; returns what was wrong with the others, by aggregate."""
        answers = await asyncio.gather(*[await self._enqueued(row) for row in wave], return_exceptions=True)
        acknowledged = [row["_id"] for row, answer in zip(wave, answers, strict=True) if not isinstance(answer, BaseException)]
        if acknowledged:
            marked = {"$currentDate": {"sent_at": True}, "$unset": {"pending": ""}}
            await self._outbox.rows.update_many({"_id": {"$in": acknowledged}}, marked)
        metrics.PUBLISHED.labels(self._database).inc(len(acknowledged))
        metrics.PUBLISH_FAILED.labels(self._database).inc(len(wave) - len(acknowledged))
        return {row["aggregate"]: answer for row, answer in zip(wave, answers, strict=True) if isinstance(answer, BaseException)}

    async def _enqueued(self, row: Document) -> asyncio.Future[object]:
        """A row that is refused before it leaves is an answer like another: its neighbours are on their way and have to be marked."""
        headers = [(name, value) for name, value in row["headers"]]
        try:
            return await self._producer.enqueue(row["topic"], row["key"].encode(), row["value"], headers)
        except (MessageSizeTooLargeError, UnknownTopicOrPartitionError) as error:
            refused: asyncio.Future[object] = asyncio.get_running_loop().create_future()
            refused.set_exception(error)
            return refused

    async def _wait_out(self, error: Exception) -> None:
        self._trouble = type(error).__name__
        log.warning("relay_waits", error=self._trouble)
        with contextlib.suppress(KafkaError, ConnectionError, TimeoutError):
            if isinstance(error, UnknownTopicOrPartitionError):
                await topics.create(self._settings)
        await asyncio.sleep(PAUSE_S)

    # ---- waking and holding --------------------------------------------------------------------------------------------

    async def _watch_loop(self) -> None:
        """The change stream only wakes; what there is to do is asked of the rows. While it is broken the poll does."""
        inserted: list[Document] = [{"$match": {"operationType": "insert"}}, {"$project": {"_id": 1}}]
        while True:
            with contextlib.suppress(PyMongoError):
                async with self._outbox.rows.watch(inserted, max_await_time_ms=1000) as changes:
                    async for _ in changes:
                        self._wake.set()
            await asyncio.sleep(PAUSE_S)

    async def _lease_loop(self) -> None:
        while True:
            await asyncio.sleep(LEASE_S / 3)
            try:
                await self._leases.renew()
            except PyMongoError as error:
                log.warning("lease_not_renewed", error=type(error).__name__)


async def _bounded(cursor: Cursor, most: int) -> tuple[list[Document], bool]:
    """The first rows, as many as may be in memory together, and whether that was all of them."""
    rows: list[Document] = []
    size = 0
    while len(rows) < most and size < MOST_BYTES_AT_ONCE:
        some = await cursor.to_list(FETCHED_AT_ONCE)
        rows += some
        size += sum(len(row["value"]) for row in some)
        if len(some) < FETCHED_AT_ONCE:
            return rows, True
    return rows, False


def waves(rows: Iterable[Document]) -> list[list[Document]]:
    """Rows that may be in flight together: at most one of each aggregate, the lower sequences first.

    So a row that fails never has a later one of its aggregate published before it.
    """
    by_aggregate: dict[str, list[Document]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row["sequence"]):
        by_aggregate[row["aggregate"]].append(row)
    result: list[list[Document]] = []
    for queue in by_aggregate.values():
        for depth, row in enumerate(queue):
            if depth == len(result):
                result.append([])
            result[depth].append(row)
    return result
