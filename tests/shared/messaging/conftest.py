"""An outbox in an empty database."""

from __future__ import annotations

import pytest

from shared.messaging import Outbox
from shared.mongo import Database


@pytest.fixture
async def outbox(database: Database) -> Outbox:
    outbox = Outbox(database)
    await outbox.prepare()
    return outbox
