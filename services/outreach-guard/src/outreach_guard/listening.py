"""Says every few seconds how far this process has heard each topic, so that a quiet day is not taken for a silent source.

The consumer knows it: a topic it has nothing left to do on is heard up to now. While this process is behind it says nothing newer, and
after a while the checks that depend on it are unknown. Where it has yet to catch up for the first time it says so: another process that
is done with its own partitions must not speak for these.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from outreach_guard.domain.view import NEVER
from outreach_guard.store import Heard
from shared.health import Check
from shared.mongo import UNAVAILABLE

EVERY_S = 2.0


class Progress(Protocol):
    """What a consumer knows of itself, by topic it has partitions of."""

    def lag(self) -> Mapping[str, int]: ...

    def caught_up(self) -> Mapping[str, datetime]:
        """The last time nothing was left to do there."""


class Listening:
    """A worker beside a consumer; `name_of_consumer` is unique among all that run."""

    name = "listening"

    def __init__(self, store: Heard, name_of_consumer: str, consumer: Progress, now: Callable[[], datetime]) -> None:
        self._store = store
        self._name_of_consumer = name_of_consumer
        self._consumer = consumer
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
            caught_up = self._consumer.caught_up()
            heard = {topic: caught_up.get(topic, NEVER) for topic in self._consumer.lag()}
            if heard:
                with contextlib.suppress(*UNAVAILABLE):  # then it is said later, and not hearing it is the right impression meanwhile
                    await self._store.note_heard(self._name_of_consumer, heard, self._now())
            await asyncio.sleep(EVERY_S)
