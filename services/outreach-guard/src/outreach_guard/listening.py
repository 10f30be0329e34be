"""Says every few seconds how far this process has heard each topic, so that a quiet day is not taken for a silent source.

The consumer knows it: a topic it has nothing left to do on is heard up to now. While this process is behind or dead it says nothing
newer, and after a while the checks that depend on it are unknown.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime

from outreach_guard.store import Heard
from shared.health import Check
from shared.mongo import UNAVAILABLE

EVERY_S = 2.0

CaughtUp = Callable[[], Mapping[str, datetime]]


class Listening:
    """A worker beside the consumer. `caught_up` is the consumer's: topic -> the last time nothing was left to do there."""

    name = "listening"

    def __init__(self, store: Heard, consumer: str, caught_up: CaughtUp, now: Callable[[], datetime]) -> None:
        self._store = store
        self._consumer = consumer
        self._caught_up = caught_up
        self._now = now
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._report())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def check(self) -> Check:
        return Check(self._task is not None and not self._task.done(), "")

    async def wait_failed(self) -> None:
        if self._task is not None:
            await self._task

    async def _report(self) -> None:
        while True:
            heard = self._caught_up()
            if heard:
                with contextlib.suppress(*UNAVAILABLE):  # then it is said later, and not hearing it is the right impression meanwhile
                    await self._store.note_heard(self._consumer, heard, self._now())
            await asyncio.sleep(EVERY_S)
