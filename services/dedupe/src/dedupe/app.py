"""The composition root: the only file that constructs clients."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from fastapi import FastAPI

from dedupe.api import check_router, clusters_router, decisions_router, pairs_router, rules_router
from dedupe.handlers import subscriptions
from dedupe.mongo_store import MongoDedupeStore
from dedupe.rescanning import Rescanning
from dedupe.settings import DedupeSettings
from dedupe.store import DedupeStore
from shared.messaging import Consumer, Erasures, Inbox, Outbox, Relay, Sweeping
from shared.mongo import UNAVAILABLE, Database
from shared.running import Service
from shared.settings import ServiceSettings
from shared.storage import Storage
from shared.web import create_app


def _now() -> datetime:
    return datetime.now(UTC)


def build(settings: DedupeSettings) -> Service:
    """The whole service, not started."""
    database = Database.connect(settings.mongodb_uri, settings.mongodb_database)
    outbox, inbox = Outbox(database), Inbox(database, subscriptions.group)
    erasures = Erasures(database)
    store = MongoDedupeStore(database, outbox, inbox)
    return Service(
        name="dedupe",
        settings=settings,
        api=api(store, settings),
        clients=[Storage(database, outbox, inbox, erasures, store)],
        consumers=[
            Consumer(settings, subscriptions.bind(store=store), erasures),
            Sweeping(settings, subscriptions.group, erasures),
            Rescanning(store, _now),
        ],
        relays=[Relay(settings, outbox)],
    )


def api(store: DedupeStore, settings: ServiceSettings, now: Callable[[], datetime] = _now) -> FastAPI:
    routers = [
        check_router(store),
        pairs_router(store, now),
        clusters_router(store, now),
        decisions_router(store),
        rules_router(store),
    ]
    return create_app(title="Dedupe", settings=settings, routers=routers, unavailable=UNAVAILABLE)
