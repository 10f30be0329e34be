"""The transactional outbox: an event is a row written in the same transaction as the change it tells of; the relay publishes it.

A row is `{_id: "<topic> <partition key> <sequence>", shard, aggregate, sequence, topic, key, value, headers, created_at, pending: true}`.
Once the broker has it, `pending` goes and `sent_at` comes; a time-to-live on that keeps a window in which all can be published again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from zlib import crc32

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession

from shared.contracts.envelope import Event, read
from shared.messaging.inbox import Inbox
from shared.messaging.producer import MOST_BYTES
from shared.messaging.provenance import signed
from shared.messaging.subscriptions import Batch
from shared.mongo import Database, Document, Session

Result = TypeVar("Result")

SHARDS = 8
KEEP = timedelta(days=7)
CONTENT_TYPE = "application/cloudevents+json"
FOR_KEY_AND_HEADERS = 20_000


class EventTooLargeError(ValueError):
    """An event no broker would take. Refused before anything is saved: later it would hold up everything behind it."""


@dataclass
class Transaction:
    """What happens together: state written with `session`, and events published by `publish`.

    `fresh` are the events of the batch that were not handled before (none where no batch is handled).
    """

    session: Session
    fresh: Sequence[Event] = ()
    events: list[Event] = field(default_factory=list)

    def publish(self, *events: Event) -> None:
        self.events.extend(map(signed, events))


class Outbox:
    """The outbox of one service's database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.rows = database.plumbing("outbox")

    async def prepare(self) -> None:
        pending = {"pending": True}
        await self.rows.create_indexes(
            [
                IndexModel([("shard", ASCENDING), ("created_at", ASCENDING)], partialFilterExpression=pending),
                IndexModel([("aggregate", ASCENDING), ("sequence", ASCENDING)], partialFilterExpression=pending),
                IndexModel([("sent_at", ASCENDING)], expireAfterSeconds=int(KEEP.total_seconds())),
            ]
        )

    async def transact(self, work: Callable[[Transaction], Coroutine[Any, Any, Result]]) -> Result:
        """Run `work` and write what it publishes, in one transaction; on a conflict all of it again, so it has no other effects."""

        async def attempt(session: Session) -> Result:
            transaction = Transaction(session)
            result = await work(transaction)
            self._write(transaction)
            return result

        return await self.database.transact(attempt)

    @asynccontextmanager
    async def handling(self, batch: Batch, inbox: Inbox) -> AsyncIterator[Transaction]:
        """One transaction for a batch: inbox marks, state and outbox rows. A conflict raises, and the consumer hands the batch in again."""
        async with self.database.transaction() as session:
            transaction = Transaction(session, await inbox.fresh(batch, session))
            yield transaction
            self._write(transaction)

    async def forget(
        self, topic: str, workspace: str, subjects: Iterable[str], emptied: Callable[[Event], Event], *, session: Session | None = None
    ) -> None:
        """Leave nothing personal of what was told of these aggregates, and nothing to be told again: rows that were sent go.

        Those that wait are emptied in place, so that their aggregate's numbers have no gap. All are emptied first: a row that is marked as
        sent meanwhile is then one without content, and goes with the others of its age.
        """
        for subject in subjects:
            aggregate = f"{topic} {workspace}:{subject}"
            its_own = {"_id": {"$gt": f"{aggregate} ", "$lt": f"{aggregate}!"}}  # `!` is the character behind the blank
            for row in await self.rows.find(its_own, session=session).to_list(None):
                event = emptied(read(row["value"]))
                told = {"value": event.to_json(), "headers": _headers(event)}
                await self.rows.update_one({"_id": row["_id"]}, {"$set": told}, session=session)
            await self.rows.delete_many({**its_own, "pending": {"$exists": False}}, session=session)

    def _write(self, transaction: Transaction) -> None:
        if transaction.events:
            now = datetime.now(UTC)
            rows = [row_of(event, now) for event in transaction.events]
            transaction.session.at_commit(partial(self._insert, rows))

    def _insert(self, rows: Sequence[Document], session: ClientSession) -> None:
        """Most changes are one event, and to insert one as one of many costs the driver half as much again."""
        if len(rows) == 1:
            self.rows.delegate.insert_one(rows[0], session=session)
        else:
            self.rows.delegate.insert_many(rows, session=session)


def row_of(event: Event, now: datetime) -> Document:
    """The row of one event. Aggregate and sequence make the id: writing the same version twice is a conflict, not two events.

    Raises EventTooLargeError.
    """
    aggregate, value = f"{event.topic} {event.partitionkey}", event.to_json()
    if len(value) > MOST_BYTES - FOR_KEY_AND_HEADERS:
        raise EventTooLargeError(f"{event.type}: {len(value)} bytes")
    return {
        "_id": f"{aggregate} {event.sequence:012d}",
        "aggregate": aggregate,
        "sequence": event.sequence,
        "shard": shard_of(aggregate),
        "topic": event.topic,
        "key": event.partitionkey,
        "value": value,
        "headers": _headers(event),
        "created_at": now,
        "pending": True,
    }


def _headers(event: Event) -> list[list[str | bytes]]:
    return [[name, value.encode()] for name, value in headers_of(event).items()]


def shard_of(aggregate: str) -> int:
    """The same for every process and version: one relay at a time publishes an aggregate."""
    return crc32(aggregate.encode()) % SHARDS


def headers_of(event: Event) -> dict[str, str]:
    """Enough to route by without parsing the body; ids only."""
    return {
        "content-type": CONTENT_TYPE,
        "ce_specversion": event.specversion,
        "ce_id": event.id,
        "ce_source": event.source,
        "ce_type": event.type,
        "ce_subject": event.subject,
        "ce_time": event.time.isoformat(),
        "ce_workspaceid": event.workspaceid,
        "ce_sequence": f"{event.sequence:012d}",
    }
