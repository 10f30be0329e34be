"""The idempotent consumer: which events a decider has handled, marked in the transaction of their effects.

Projections need none: their writes are guarded by event id or sequence.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pymongo import ASCENDING

from shared.contracts.envelope import Event
from shared.messaging.subscriptions import Batch
from shared.mongo import Database, Session

REMEMBER = timedelta(days=30)  # far longer than anybody may deliver again


class Inbox:
    """The marks of one consumer group."""

    def __init__(self, database: Database, group: str) -> None:
        self._marks = database.plumbing("inbox")
        self._group = group

    async def prepare(self) -> None:
        await self._marks.create_index([("at", ASCENDING)], expireAfterSeconds=int(REMEMBER.total_seconds()))

    async def fresh(self, batch: Batch, session: Session) -> list[Event]:
        """Those never handled, each once, in order; they are marked when the transaction commits.

        Two consumers with the same event conflict on the mark's id, and the later one tries again and finds it.
        """
        marks: dict[str, Event] = {}
        for event in batch.events:  # one that comes again later in the batch stays where it came first
            marks.setdefault(f"{self._group}:{batch.workspace}:{event.id}", event)
        seen = {mark["_id"] async for mark in self._marks.find({"_id": {"$in": list(marks)}}, {"_id": 1}, session=session)}
        fresh = {mark: event for mark, event in marks.items() if mark not in seen}
        if fresh:
            now = datetime.now(UTC)
            await self._marks.insert_many([{"_id": mark, "at": now} for mark in fresh], session=session)
        return list(fresh.values())
