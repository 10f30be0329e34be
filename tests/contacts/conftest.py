"""The service on a real database, without a broker: HTTP in, events in, rows of the outbox out."""

from __future__ import annotations

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


@pytest.fixture(scope="module")
async def indexes(lasting_database: Database) -> None:
    await Stores(lasting_database).client.start()


@pytest.fixture
def stores(indexes: None, database: Database) -> Stores:
    """Empty for every test."""
    return Stores(database)


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
