"""A worker with one task that goes on for as long as the process does."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any

from shared.health import Check

AGAIN_S = 1.0


async def cut_off(*tasks: asyncio.Task[Any]) -> None:
    """Cancel them until they have ended, whatever they end with.

    Once is not always enough: who awaits a task of their own that they have cancelled takes our cancellation for that task's (aiokafka's
    clients do while they stop), and the loop around that would go on for ever.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN_S)


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
            await cut_off(self._task)

    async def check(self) -> Check:
        return Check(self._task is not None and not self._task.done(), "")

    async def wait_failed(self) -> None:
        if self._task is not None:
            await asyncio.shield(self._task)  # who no longer waits for it does not end it
