"""The service on a real database, without a broker: HTTP in, events in, rows of the outbox out."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from contacts.app import Stores, api, routes
from contacts.settings import Settings
from shared.contracts.catalogue import topic_of
from shared.contracts.envelope import Event, read
from shared.messaging import Batch
from shared.mongo import Database
from tests.support.contacts_builders import WORKSPACE
from tests.support.http import http_client
from tests.support.tokens import auth_settings, bearer

COLLECTIONS = (
    "contacts", "history", "accounts", "members", "workspaces", "mailboxes", "erasures", "reviews", "evidence",
    "correspondents", "notices", "merges", "outbox", "inbox",
)  # fmt: skip


@pytest.fixture(scope="module")
async def prepared(mongodb_uri: str) -> AsyncIterator[Stores]:
    """Made once a module: the indexes take a second."""
    database = Database.connect(mongodb_uri, f"test_{uuid.uuid4().hex[:12]}")
    started = Stores(database)
    await started.client.start()
    yield started
    await database.drop()
    await started.client.stop()


@pytest.fixture
async def stores(prepared: Stores) -> AsyncIterator[Stores]:
    """Empty for every test."""
    yield prepared
    for name in COLLECTIONS:
        await prepared.database.plumbing(name).delete_many({})


@pytest.fixture
def service(stores: Stores) -> Any:
    return api(stores, Settings.model_validate({**auth_settings(), "http_rate_per_second": 0}))


@pytest.fixture
async def client(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A member of the workspace."""
    async with http_client(service, bearer(WORKSPACE)) as member:
        yield member


@pytest.fixture
def deliver(stores: Stores) -> Callable[..., Awaitable[None]]:
    """Hand events in as the consumer does: a batch per topic."""
    by_topic = routes(stores).by_topic

    async def give(*events: Event) -> None:
        for topic in dict.fromkeys(topic_of(event.type) for event in events):
            await by_topic[topic](Batch(WORKSPACE, [event for event in events if topic_of(event.type) == topic]))

    return give


@pytest.fixture
def published(stores: Stores) -> Callable[[], Awaitable[list[Event]]]:
    """Every event in the outbox, in the order of each aggregate."""

    async def events() -> list[Event]:
        rows = await stores.database.plumbing("outbox").find().sort("_id", 1).to_list(None)
        return [read(row["value"]) for row in rows]

    return events
