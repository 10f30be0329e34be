"""Rows become contacts through the API, several at a time, each exactly once however often the filling is broken off."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from shared.devstack.demo.api_client import ApiClient
from shared.devstack.demo.platform import Platform

CREATED = 201
"""Anything else made no contact: an address somebody has, or an update that waits for a review."""

AT_ONCE = 12
CHUNK = 240

Rows = Mapping[int, dict[str, Any]]


async def fill(workspace: str, rows: Rows, api: ApiClient, platform: Platform, say: Callable[[str], None]) -> dict[int, str]:
    """Contact ids by row number. A row the API refuses for good is left out and counted."""
    known = await platform.known(workspace)
    missing = iter([(number, body) for number, body in rows.items() if number not in known])
    began, refused, reported = time.monotonic(), 0, 0.0
    while chunk := list(islice(missing, CHUNK)):
        made = await _chunk(workspace, chunk, api)
        refused += len(chunk) - len(made)
        await platform.remember_known(workspace, made)
        known |= made
        if time.monotonic() - reported > 5:
            reported = time.monotonic()
            say(f"{workspace}: {len(known):,} of {len(rows):,} contacts")
    rest = f", {refused} refused" if refused else ""
    say(f"{workspace}: {len(known):,} contacts are there{rest} ({time.monotonic() - began:.0f} s)")
    return known


async def _chunk(workspace: str, chunk: Iterable[tuple[int, dict[str, Any]]], api: ApiClient) -> dict[int, str]:
    rows = iter(chunk)
    made: dict[int, str] = {}

    async def worker() -> None:
        for number, body in rows:  # one iterator for all workers: each takes the next row that nobody took
            answer = await api.post("/contacts", body, key=f"demo-{workspace}-{number}")
            if answer.status_code == CREATED:
                made[number] = answer.json()["id"]

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return made
