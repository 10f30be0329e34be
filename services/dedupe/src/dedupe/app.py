"""The composition root: the only file that constructs clients."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import FastAPI

from dedupe.api import Now, check_router, pairs_router
from dedupe.handlers import subscriptions
from dedupe.mongo_store import MongoDedupeStore
from dedupe.settings import DedupeSettings
from dedupe.store import DedupeStore
from shared.health import Check
from shared.messaging import Consumer, Inbox, Outbox, Relay
from shared.mongo import Database
from shared.running import Service
from shared.settings import ServiceSettings
from shared.web import create_app


class Storage:
    """The database as a part of the process: nothing else starts before its indexes are there."""

    name = "mongodb"

    def __init__(self, database: Database, outbox: Outbox, inbox: Inbox, store: MongoDedupeStore) -> None:
        self._database = database
        self._parts = (outbox, inbox, store)

    async def start(self) -> None:
        for part in self._parts:
            await part.prepare()

    async def stop(self) -> None:
        self._database.close()

    async def check(self) -> Check:
        await self._database.ping()
        return Check(True)


def build(settings: DedupeSettings) -> Service:
    """The whole service, not started."""
    database = Database.connect(settings.mongodb_uri, settings.mongodb_database)
    outbox, inbox = Outbox(database), Inbox(database, subscriptions.group)
    store = MongoDedupeStore(database, outbox, inbox)
    return Service(
        name="dedupe",
        settings=settings,
        api=api(store, settings),
        clients=[Storage(database, outbox, inbox, store)],
        consumers=[Consumer(settings, subscriptions.bind(store=store))],
        relays=[Relay(settings, outbox)],
    )


def api(store: DedupeStore, settings: ServiceSettings, now: Now = lambda: datetime.now(UTC)) -> FastAPI:
    return create_app(title="Dedupe", settings=settings, routers=[check_router(store), pairs_router(store, now)])
