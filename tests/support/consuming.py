"""A consumer on a real broker for as long as a test looks at it, and a handler that remembers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from shared.messaging import Batch, Consumer, Routes
from shared.settings import ServiceSettings

Handle = Callable[[Batch], Awaitable[None]]


class Effects:
    """What a handler did: ticket numbers in the order they were handled."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.workspaces: set[str] = set()

    async def handle(self, batch: Batch) -> None:
        self.workspaces.add(batch.workspace)
        self.numbers += [int(event.subject.removeprefix("ticket-")) for event in batch]


@asynccontextmanager
async def consuming(settings: ServiceSettings, group: str, topic: str, handle: Handle) -> AsyncIterator[Consumer]:
    consumer = Consumer(settings, Routes(group, {topic: handle}))
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
