"""One running product per module."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.stack import Stack, running_stack


@pytest.fixture(scope="module")
async def stack(mongodb_uri: str, kafka_bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with running_stack(tmp_path_factory.mktemp("stack"), mongodb_uri, kafka_bootstrap) as stack:
        yield stack
