"""Closes the dead letters that tell of somebody who was erased.

Once a day, where anybody was ever erased, it writes on: else the broker would keep what was closed until somebody else does.

Beside the consumer and not in it: an erasure is noted in the database with the events, and reading the letters may take as long as it
takes. What was noted and not swept when the process ended is swept by the next one.
"""

from __future__ import annotations

import asyncio
import time

import structlog
from aiokafka.errors import KafkaError

from shared.background import Background
from shared.messaging.dead_letter_desk import DeadLetterDesk
from shared.messaging.erasures import Erasures, Told
from shared.mongo import UNAVAILABLE
from shared.settings import ServiceSettings

log = structlog.get_logger()

EVERY_S = 1.0
AGAIN_AFTER_S = 10.0
WRITE_ON_EVERY_S = 24 * 60 * 60.0
AWAY: tuple[type[Exception], ...] = (KafkaError, ConnectionError, TimeoutError, *UNAVAILABLE)


class Sweeping(Background):
    """One for each consumer group. Two that sweep the same do no harm."""

    def __init__(self, settings: ServiceSettings, group: str, erasures: Erasures) -> None:
        super().__init__()
        self.name = f"sweeping {group}"
        self._group = group
        self._desk = DeadLetterDesk(settings, group)
        self._erasures = erasures
        self._wrote_on_at: float | None = None

    async def sweep(self) -> int:
        """Close what tells of those not swept yet: one walk through the letters for all of them. Returns how many letters were closed."""
        waiting = await self._erasures.unswept()
        if not waiting:
            return 0
        told = Told(waiting)
        closed = await self._desk.close(lambda letter: told.by(letter.traces(self._erasures.region)))
        await self._erasures.swept(waiting)
        log.info("erasures_swept", group=self._group, erasures=len(waiting), dead_letters=closed)
        return closed

    async def write_on(self) -> bool:
        """When it is time; the first time right away."""
        now = time.monotonic()
        if self._wrote_on_at is not None and now - self._wrote_on_at < WRITE_ON_EVERY_S:
            return False
        if not (await self._erasures.counted())[0]:
            return False
        await self._desk.write_on()
        self._wrote_on_at = now
        return True

    async def run(self) -> None:
        while True:
            try:
                await self.sweep()
                await self.write_on()
            except AWAY as error:
                log.warning("sweeping_waits", group=self._group, error=type(error).__name__)
                await asyncio.sleep(AGAIN_AFTER_S)
            await asyncio.sleep(EVERY_S)
