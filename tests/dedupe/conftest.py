"""The service on a real database, and a way to deliver events to it as the consumer would."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from dedupe.app import api
from dedupe.handlers import subscriptions
from dedupe.mongo_store import MongoDedupeStore
from shared.contracts.contacts import TOPIC
from shared.contracts.envelope import Event
from shared.messaging import Batch, Inbox, Outbox
from shared.messaging.circuit import Circuit
from shared.messaging.reliability import Trying
from shared.mongo import Database
from shared.settings import ServiceSettings
from tests.support.dedupe_builders import NOON, Deliver, Told
from tests.support.http import http_client
from tests.support.tokens import auth_settings


@pytest.fixture(scope="module")
async def indexes(lasting_database: Database) -> None:
    outbox, inbox = Outbox(lasting_database), Inbox(lasting_database, subscriptions.group)
    for part in (outbox, inbox, MongoDedupeStore(lasting_database, outbox, inbox)):
        await part.prepare()


@pytest.fixture
def store(indexes: None, database: Database) -> MongoDedupeStore:
    return MongoDedupeStore(database, Outbox(database), Inbox(database, subscriptions.group))


@pytest.fixture
def deliver(store: MongoDedupeStore) -> Deliver:
    """One batch of one workspace, tried again on a conflict; fails where the consumer would set something aside."""
    handler = subscriptions.bind(store=store).by_topic[TOPIC]

    async def deliver(*events: Event) -> None:
        batch = Batch(events[0].workspaceid, events)
        assert await Trying("dedupe", Circuit(limit=3)).handle(handler, batch) == []

    return deliver


@pytest.fixture
def told(database: Database) -> Told:
    """What was published, in order."""

    async def told() -> list[Event]:
        rows = database.plumbing("outbox").find().sort("_id")
        return sorted([Event.model_validate_json(row["value"]) async for row in rows], key=lambda event: (event.subject, event.sequence))

    return told


@pytest.fixture
async def client(store: MongoDedupeStore) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings.model_validate(auth_settings())
    async with http_client(api(store, settings, lambda: NOON)) as client:
        yield client
