"""An outbox in an empty database."""

from __future__ import annotations

import pytest

from shared.messaging import Outbox
from shared.mongo import Database


@pytest.fixture(scope="module")
async def indexes(lasting_database: Database) -> None:
    await Outbox(lasting_database).prepare()


@pytest.fixture
def outbox(indexes: None, database: Database) -> Outbox:
    return Outbox(database)
