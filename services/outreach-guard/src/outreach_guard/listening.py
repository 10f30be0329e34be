"""Says every few seconds how far this process has heard each partition, so that a quiet day is not taken for a silent source.

The consumer knows it: a partition it has nothing left to do on is heard up to now. While it is behind, or dead, nothing newer is said of
it, and after a while the checks that depend on its topic are unknown. Who takes the partition over says more once it has caught up itself.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from outreach_guard.store import Heard
from shared.background import Background
from shared.messaging import Partition
from shared.mongo import UNAVAILABLE

EVERY_S = 2.0


class Progress(Protocol):
    """What a consumer knows of itself."""

    def caught_up(self) -> Mapping[Partition, datetime]:
        """The last time nothing was left to do on each of its partitions."""


class Listening(Background):
    """A worker beside a consumer."""

    name = "listening"

    def __init__(self, store: Heard, consumer: Progress) -> None:
        super().__init__()
        self._store = store
        self._consumer = consumer

    async def run(self) -> None:
        while True:
            with contextlib.suppress(*UNAVAILABLE):  # then it is said later, and not hearing it is the right impression meanwhile
                await self._store.note_heard(self._consumer.caught_up())
            await asyncio.sleep(EVERY_S)
