"""The three services that follow contacts, in this process, fed as their consumers feed them: one set of databases per instance."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from dedupe.handlers import subscriptions as dedupe_subscriptions
from dedupe.mongo_store import MongoDedupeStore
from outreach_guard import app as guard_app
from outreach_guard.mongo_store import MongoGuard
from shared.contracts.envelope import Event
from shared.messaging import Batch, Inbox, Outbox, Routes
from shared.messaging.circuit import Circuit
from shared.messaging.reliability import Trying
from shared.mongo import Database, Document
from timeline import app as timeline_app
from timeline.domain import Entry, Filters
from timeline.mongo_store import MongoTimeline

REGION = "US"
MOST = 1_000

KEPT: Mapping[str, tuple[str, ...]] = {"timeline": ("entries", "people"), "guard": ("facts", "people"), "dedupe": ("contacts",)}
"""The collections whose state is a function of the events heard."""

HOW_IT_CAME = ("indexed", "judged", "revision")
"""Fields that count how often something was written."""


class Projections:
    """Timeline, guard and dedupe."""

    def __init__(self, mongodb_uri: str) -> None:
        run = uuid.uuid4().hex[:8]
        self._databases = {name: Database.connect(mongodb_uri, f"test_{run}_{name}") for name in KEPT}
        outbox = {name: Outbox(database) for name, database in self._databases.items()}
        inbox = Inbox(self._databases["dedupe"], "dedupe")
        self.timeline = MongoTimeline(self._databases["timeline"], outbox["timeline"])
        self.guard = MongoGuard(self._databases["guard"])
        self.dedupe = MongoDedupeStore(self._databases["dedupe"], outbox["dedupe"], inbox)
        self._parts = (outbox["timeline"], self.timeline, self.guard, outbox["dedupe"], inbox, self.dedupe)

    async def prepare(self) -> None:
        for part in self._parts:
            await part.prepare()

    async def drop(self) -> None:
        for database in self._databases.values():
            await database.drop()
            database.close()

    def _routes(self) -> dict[str, Routes]:
        return {
            "timeline": timeline_app.routes(self.timeline, REGION),
            "outreach-guard": guard_app.routes(self.guard, REGION),
            "dedupe": dedupe_subscriptions.bind(store=self.dedupe),
        }

    async def deliver(self, events: Sequence[Event]) -> None:
        """In this order; neighbours of one workspace and topic are one batch. A batch that would become dead letters fails."""
        for group, routes in self._routes().items():
            for (workspace, topic), batch in groupby(events, key=lambda event: (event.workspaceid, event.topic)):
                if topic in routes.by_topic:
                    assert await Trying(group, Circuit(limit=3)).handle(routes.by_topic[topic], Batch(workspace, list(batch))) == []

    async def entries(self, workspace: str, contact_id: str) -> list[Entry]:
        """The timeline of a contact, the newest first."""
        whose = await self.timeline.whose(workspace, contact_id)
        return [] if whose is None else await self.timeline.entries(workspace, whose, Filters(), None, MOST)

    async def state(self, workspace: str) -> dict[str, dict[str, Document]]:
        """Every document there is of the workspace, without what only says how often it was written."""
        return {
            f"{service}.{collection}": {document["_id"]: _lasting(document) for document in await self._all(service, collection, workspace)}
            for service, collections in KEPT.items()
            for collection in collections
        }

    async def suspected(self, workspace: str) -> set[str]:
        """The pairs that look like one person."""
        return {document["_id"] for document in await self._all("dedupe", "pairs", workspace) if document["status"] == "suspected"}

    async def _all(self, service: str, collection: str, workspace: str) -> list[Document]:
        return await self._databases[service].collection(collection).of(workspace).find()


def _lasting(document: Mapping[str, Any]) -> Document:
    return {name: _in_any_order(value) for name, value in document.items() if name not in HOW_IT_CAME}


def _in_any_order(value: object) -> object:
    """Lists of a document are sets: of keys, of contacts, of merges."""
    return sorted(value, key=repr) if isinstance(value, list) else value
