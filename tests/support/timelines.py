"""Reading timelines in tests, and the type of the `deliver` fixture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from shared.contracts.envelope import Event
from shared.mongo import Database
from tests.support.timeline_builders import WORKSPACE
from timeline.domain import Filters
from timeline.mongo_store import MongoTimeline

REGION = "US"

Deliver = Callable[..., Awaitable[None]]


@dataclass
class Timeline:
    """Reads what is on timelines, the newest first."""

    store: MongoTimeline
    database: Database

    async def of(self, contact_id: str, workspace: str = WORKSPACE) -> list[str]:
        whose = await self.store.whose(workspace, contact_id)
        if whose is None or not whose.known:
            return []
        return [entry.id for entry in await self.store.entries(workspace, whose, Filters(), None, 100)]

    async def documents(self, workspace: str = WORKSPACE) -> list[dict[str, object]]:
        return await self.database.collection("entries").of(workspace).find(sort=[("_id", 1)])

    async def forget_entries(self, workspace: str = WORKSPACE) -> None:
        """As somebody does who has them made anew."""
        await self.database.collection("entries").of(workspace).delete_many({})

    async def published(self) -> list[Event]:
        rows = self.database.plumbing("outbox").find().sort("created_at")
        return [Event.model_validate_json(row["value"]) async for row in rows]
