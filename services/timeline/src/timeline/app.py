"""The composition root: the only file that constructs clients."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import FastAPI

from shared.health import Check
from shared.messaging import Consumer, Outbox, Relay, Routes
from shared.mongo import Database
from shared.running import Service
from shared.settings import ServiceSettings
from shared.web import create_app
from timeline.api import Now, notes_router, timelines_router
from timeline.handlers import subscriptions
from timeline.mongo_store import MongoTimeline
from timeline.settings import TimelineSettings
from timeline.store import TimelineStore


class Storage:
    """The database as a part of the process: nothing else starts before its indexes are there."""

    name = "mongodb"

    def __init__(self, database: Database, outbox: Outbox, store: MongoTimeline) -> None:
        self._database = database
        self._outbox = outbox
        self._store = store

    async def start(self) -> None:
        await self._store.prepare()
        await self._outbox.prepare()

    async def stop(self) -> None:
        self._database.close()

    async def check(self) -> Check:
        await self._database.ping()
        return Check(True, "")


def build(settings: TimelineSettings) -> Service:
    """The whole service, not started."""
    database = Database.connect(settings.mongodb_uri, settings.mongodb_database)
    outbox = Outbox(database)
    store = MongoTimeline(database, outbox)
    return Service(
        name="timeline",
        settings=settings,
        api=api(store, settings, settings.default_region),
        clients=[Storage(database, outbox, store)],
        consumers=[Consumer(settings, routes(store, settings.default_region))],
        relays=[Relay(settings, outbox)],
    )


def api(store: TimelineStore, settings: ServiceSettings, region: str, now: Now = lambda: datetime.now(UTC)) -> FastAPI:
    return create_app(title="Timeline", settings=settings, routers=[notes_router(store, now, region), timelines_router(store)])


def routes(store: TimelineStore, region: str) -> Routes:
    return subscriptions.bind(store=store, region=region)
