"""The composition root: the only file that constructs clients."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import FastAPI

from shared.messaging import Consumer, Erasures, Outbox, Relay, Routes, Sweeping
from shared.mongo import UNAVAILABLE, Database
from shared.running import Service
from shared.settings import ServiceSettings
from shared.storage import Storage
from shared.web import create_app
from timeline.api import Now, notes_router, records_router, timelines_router
from timeline.handlers import subscriptions
from timeline.mongo_store import MongoTimeline
from timeline.settings import TimelineSettings
from timeline.store import TimelineStore


def build(settings: TimelineSettings) -> Service:
    """The whole service, not started."""
    database = Database.connect(settings.mongodb_uri, settings.mongodb_database)
    outbox = Outbox(database)
    erasures = Erasures(database, settings.default_region)
    store = MongoTimeline(database, outbox)
    return Service(
        name="timeline",
        settings=settings,
        api=api(store, settings, settings.default_region),
        clients=[Storage(database, outbox, erasures, store)],
        consumers=[
            Consumer(settings, routes(store, settings.default_region), erasures),
            Sweeping(settings, subscriptions.group, erasures),
        ],
        relays=[Relay(settings, outbox)],
    )


def api(store: TimelineStore, settings: ServiceSettings, region: str, now: Now = lambda: datetime.now(UTC)) -> FastAPI:
    routers = [records_router(store), notes_router(store, now, region), timelines_router(store)]
    return create_app(title="Timeline", settings=settings, routers=routers, unavailable=UNAVAILABLE)


def routes(store: TimelineStore, region: str) -> Routes:
    return subscriptions.bind(store=store, region=region)
