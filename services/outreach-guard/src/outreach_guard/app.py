"""The composition root: the only file that constructs clients."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fastapi import FastAPI

from outreach_guard.api import Now, policy_router, preflight_router
from outreach_guard.handlers import subscriptions
from outreach_guard.listening import Listening
from outreach_guard.mongo_store import MongoGuard
from outreach_guard.settings import GuardSettings
from outreach_guard.store import GuardStore
from shared.messaging import Consumer, Erasures, Routes, Sweeping
from shared.mongo import UNAVAILABLE, Database
from shared.running import Service
from shared.storage import Storage
from shared.web import create_app


def _now() -> datetime:
    return datetime.now(UTC)


def build(settings: GuardSettings) -> Service:
    """The whole service, not started."""
    database = Database.connect(settings.mongodb_uri, settings.mongodb_database)
    store = MongoGuard(database)
    erasures = Erasures(database, settings.default_region)
    consumer = Consumer(settings, routes(store, settings.default_region), erasures)
    listening = Listening(store, consumer)
    return Service(
        name="outreach-guard",
        settings=settings,
        api=api(store, settings),
        clients=[Storage(database, erasures, store)],
        consumers=[consumer, listening, Sweeping(settings, subscriptions.group, erasures)],
    )


def api(store: GuardStore, settings: GuardSettings, now: Now = _now) -> FastAPI:
    silence_limit = timedelta(seconds=settings.silence_limit_s)
    routers = [preflight_router(store, now, silence_limit), policy_router(store)]
    return create_app(title="Outreach guard", settings=settings, routers=routers, unavailable=UNAVAILABLE)


def routes(store: GuardStore, region: str) -> Routes:
    return subscriptions.bind(store=store, region=region)
