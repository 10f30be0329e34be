"""A timeline on a real database, and a way to deliver events to it as the consumer would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import groupby

import httpx
import pytest

from shared.contracts.envelope import Event
from shared.messaging import Batch, Outbox
from shared.mongo import Database
from shared.settings import ServiceSettings
from tests.support.http import http_client
from tests.support.timeline_builders import NOON
from tests.support.timelines import REGION, Deliver, Timeline
from tests.support.tokens import auth_settings
from timeline.app import api, routes
from timeline.mongo_store import MongoTimeline


@pytest.fixture(scope="module")
async def indexes(lasting_database: Database) -> None:
    outbox = Outbox(lasting_database)
    for part in (outbox, MongoTimeline(lasting_database, outbox)):
        await part.prepare()


@pytest.fixture
def store(indexes: None, database: Database) -> MongoTimeline:
    return MongoTimeline(database, Outbox(database))


@pytest.fixture
def timeline(store: MongoTimeline, database: Database) -> Timeline:
    return Timeline(store, database)


@pytest.fixture
def deliver(store: MongoTimeline) -> Deliver:
    """In batches, as they come: neighbours of one workspace and topic go together."""
    handlers = routes(store, REGION).by_topic

    async def deliver(*events: Event) -> None:
        for (workspace, topic), batch in groupby(events, key=lambda event: (event.workspaceid, event.topic)):
            await handlers[topic](Batch(workspace, list(batch)))

    return deliver


@pytest.fixture
async def client(store: MongoTimeline) -> AsyncIterator[httpx.AsyncClient]:
    settings = ServiceSettings.model_validate(auth_settings())
    async with http_client(api(store, settings, REGION, lambda: NOON)) as client:
        yield client
