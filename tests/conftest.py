"""Real parts for every test: an embedded MongoDB and broker, or those named by MONGODB_URI and KAFKA_BOOTSTRAP_SERVERS."""

from __future__ import annotations

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

from shared.devstack.embedded import Mongod, Tansu

if TYPE_CHECKING:
    from shared.mongo import Database


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A replica set for the whole run."""
    given = os.environ.get("MONGODB_URI")
    if given:
        yield given
        return
    with Mongod.start(tmp_path_factory.mktemp("mongod")) as mongod:
        yield mongod.uri


@pytest.fixture(scope="module")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker; a fresh embedded one per module, because the embedded one tires of many groups."""
    given = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    if given:
        yield given
        return
    with Tansu.start(tmp_path_factory.mktemp("broker")) as broker:
        yield broker.bootstrap


@pytest.fixture
async def database(mongodb_uri: str) -> AsyncIterator[Database]:
    """An empty database of a random name, dropped afterwards."""
    from shared.mongo import Database

    empty = Database.connect(mongodb_uri, f"test_{uuid.uuid4().hex[:12]}")
    yield empty
    await empty.drop()
    empty.close()
