"""The service scaled to two processes on one database: what is promised holds between them."""

from __future__ import annotations

import asyncio
import os
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from shared.devstack.processes import Child, free_port
from shared.mongo import Database
from tests.support.http import loopback_client, problem
from tests.support.messages import broker_settings
from tests.support.tokens import auth_settings, bearer
from tests.support.waiting import eventually

ATTEMPTS = 100


@pytest.fixture
async def processes(mongodb_uri: str, kafka_bootstrap: str, tmp_path: Path) -> AsyncIterator[list[httpx.AsyncClient]]:
    """A client of each of two API processes."""
    database = f"test_{uuid.uuid4().hex[:12]}"
    environment = {
        **os.environ,
        **{name.upper(): str(value) for name, value in (auth_settings() | broker_settings()).items()},
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database,
        "KAFKA_BOOTSTRAP_SERVERS": kafka_bootstrap,
        "HTTP_RATE_PER_SECOND": "0",
    }
    ports = [free_port(), free_port()]
    children = [
        Child(
            [sys.executable, "-m", "contacts", "--role", "api"], log=tmp_path / f"{port}.log", env={**environment, "HTTP_PORT": str(port)}
        )
        for port in ports
    ]
    try:
        async with AsyncExitStack() as opened:
            clients = [
                await opened.enter_async_context(loopback_client(base_url=f"http://127.0.0.1:{port}", headers=bearer("acme"), timeout=60))
                for port in ports
            ]

            async def both_answer() -> bool:
                return all([await _answers(client) for client in clients])

            await eventually(both_answer, within=60)
            yield clients
    finally:
        await asyncio.gather(*(asyncio.to_thread(child.stop) for child in children))
        dropped = Database.connect(mongodb_uri, database)
        await dropped.drop()
        dropped.close()


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).is_success
    except httpx.TransportError:
        return False


@pytest.mark.system
@pytest.mark.req("CD8")
async def test_of_a_hundred_creates_of_one_address_at_two_processes_exactly_one_wins(processes: list[httpx.AsyncClient]) -> None:
    creates = [
        processes[number % 2].post("/v1/contacts", json={"first_name": f"Ada {number}", "emails": ["ada@acme.com"]})
        for number in range(ATTEMPTS)
    ]

    answers = await asyncio.gather(*creates)

    winners = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    losers = [problem(answer, 409) for answer in answers if answer.status_code != 201]
    assert (len(winners), len(losers)) == (1, ATTEMPTS - 1)
    assert all(loser["matches"] == [{"contact_id": winners[0], "emails": ["ada@acme.com"]}] for loser in losers)
    for process in processes:
        assert [contact["id"] for contact in (await process.get("/v1/contacts")).json()["items"]] == winners
