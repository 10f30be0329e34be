"""The services that are not here: their events go through an outbox and a relay like those of any service of ours."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from shared.contracts.envelope import Event
from shared.messaging import Outbox, Relay, Transaction, pending
from shared.mongo import Database
from shared.settings import ServiceSettings

AT_ONCE = 400


class Platform:
    """Publishes, and remembers how far it got, so that a restart goes on from there and publishes nothing twice."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._database = Database.connect(settings.mongodb_uri, settings.mongodb_database)
        self._memory = self._database.collection("memory")
        self._known = self._database.collection("known")
        self._outbox = Outbox(self._database)
        self._relay = Relay(settings, self._outbox)

    async def start(self) -> None:
        await self._database.prepare(self._memory, self._known)
        await self._outbox.prepare()
        await self._relay.start()

    async def stop(self) -> None:
        await self._relay.stop()
        self._database.close()

    async def failed(self) -> None:
        await self._relay.wait_failed()

    async def publish_all(self, workspace: str, chapter: str, events: Sequence[Event]) -> None:
        """A chapter, from where an earlier run stopped."""
        for start in range(await self._published(workspace, chapter), len(events), AT_ONCE):
            await self._publish(workspace, chapter, events[start : start + AT_ONCE], start + AT_ONCE)

    async def publish(self, event: Event) -> None:
        async def work(tx: Transaction) -> None:
            tx.publish(event)

        await self._outbox.transact(work)

    async def sent(self) -> None:
        """Returns when the broker has everything."""
        while await pending(self._outbox):  # noqa: ASYNC110 - the relay tells nobody
            await asyncio.sleep(0.2)

    async def began_at(self, workspace: str) -> datetime:
        """The moment all stories are told from: the first start with this data."""
        await self._memory.of(workspace).insert_new([{"_id": "began", "at": datetime.now(UTC)}])
        began = await self._memory.of(workspace).get("began")
        at: datetime = began["at"] if began is not None else datetime.now(UTC)
        return at

    async def remember_known(self, workspace: str, contact_ids: dict[int, str]) -> None:
        rows = [{"_id": str(number), "contact_id": contact_id} for number, contact_id in contact_ids.items()]
        await self._known.of(workspace).insert_new(rows)

    async def known(self, workspace: str) -> dict[int, str]:
        """Contact ids by row number, as far as rows have become contacts."""
        rows = await self._known.of(workspace).find({}, limit=10_000)
        return {int(row["_id"]): row["contact_id"] for row in rows}

    async def is_done(self, workspace: str, what: str) -> bool:
        return await self._memory.of(workspace).get(what) is not None

    async def remember_done(self, workspace: str, what: str) -> None:
        await self._memory.of(workspace).insert_new([{"_id": what}])

    async def _published(self, workspace: str, chapter: str) -> int:
        row = await self._memory.of(workspace).get(f"published {chapter}")
        return int(row["events"]) if row is not None else 0

    async def _publish(self, workspace: str, chapter: str, events: Sequence[Event], so_far: int) -> None:
        async def work(tx: Transaction) -> None:
            tx.publish(*events)
            progress: dict[str, Any] = {"$set": {"events": so_far}}
            await self._memory.of(workspace).update(f"published {chapter}", progress, upsert=True, session=tx.session)

        await self._outbox.transact(work)
