"""A worker with one task that goes on for as long as the process does."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod

from shared.health import Check


class Background(ABC):
    """A `Worker` of shared.running. Being cut off in the middle must do no harm: it is begun again by the next process."""

    name: str

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def run(self) -> None:
        """The work. It never returns, and what it raises ends the process."""

    async def start(self) -> None:
        self._task = asyncio.create_task(self.run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def check(self) -> Check:
        return Check(self._task is not None and not self._task.done(), "")

    async def wait_failed(self) -> None:
        if self._task is not None:
            await self._task
