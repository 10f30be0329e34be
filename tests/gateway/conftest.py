"""A gateway per test, and a stand-in behind all of them that forgets in between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.gateway import IMPATIENT, RunningGateway, Upstream, running_gateway, serving


@pytest.fixture(scope="session")
async def stand_in() -> AsyncIterator[Upstream]:
    listening = Upstream()
    async with serving(listening) as listening.url:
        yield listening


@pytest.fixture
def upstream(stand_in: Upstream) -> Upstream:
    stand_in.forget()
    return stand_in


@pytest.fixture
async def gateway(upstream: Upstream, tmp_path: Path) -> AsyncIterator[RunningGateway]:
    async with running_gateway(tmp_path, upstream.url) as gateway:
        yield gateway


@pytest.fixture
async def impatient(upstream: Upstream, tmp_path: Path) -> AsyncIterator[RunningGateway]:
    """It soon gives a service up."""
    async with running_gateway(tmp_path, upstream.url, **IMPATIENT) as gateway:
        yield gateway
