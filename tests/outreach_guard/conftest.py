"""The guard on a real database, fed as the consumer feeds it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from outreach_guard.app import api, routes
from outreach_guard.domain.rules import EVERY_TOPIC
from outreach_guard.mongo_store import MongoGuard
from outreach_guard.settings import GuardSettings
from shared.contracts.envelope import Event
from shared.messaging import Batch
from shared.mongo import Database
from tests.support.guard_builders import NOW, heard_completely
from tests.support.http import http_client
from tests.support.tokens import auth_settings, bearer

Deliver = Callable[..., Awaitable[None]]


@pytest.fixture(scope="module")
async def indexes(lasting_database: Database) -> None:
    await MongoGuard(lasting_database).prepare()


@pytest.fixture
def store(indexes: None, database: Database) -> MongoGuard:
    return MongoGuard(database)


@pytest.fixture
def deliver(store: MongoGuard) -> Deliver:
    """Hands events to the handlers, each run of one topic and workspace as one batch."""
    handlers = routes(store, "US").by_topic

    async def hand_over(*events: Event) -> None:
        batch: list[Event] = []
        for event in events:
            if batch and (event.topic, event.workspaceid) != (batch[0].topic, batch[0].workspaceid):
                await handlers[batch[0].topic](Batch(batch[0].workspaceid, batch))
                batch = []
            batch.append(event)
        if batch:
            await handlers[batch[0].topic](Batch(batch[0].workspaceid, batch))

    return hand_over


@pytest.fixture
async def client(store: MongoGuard) -> AsyncIterator[httpx.AsyncClient]:
    await store.note_heard(heard_completely(dict.fromkeys(EVERY_TOPIC, NOW)))
    app = api(store, GuardSettings.model_validate(auth_settings()), now=lambda: NOW)
    async with http_client(app, bearer()) as client:
        yield client
