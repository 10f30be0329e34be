"""The service in miniature as a process, with parts that misbehave as the environment says: `STALL=relay`, `DIE=consumer`, ...

Every start and stop is a line on stdout, so that a test can read the order.
"""

from __future__ import annotations

import asyncio
import os

import structlog

from shared.health import Check
from shared.running import Service, run
from shared.settings import ServiceSettings
from tests.support.people_app import people_app

log = structlog.get_logger(__name__)


class Part:
    """A client and a worker at once."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def start(self) -> None:
        log.info("starting", part=self.name)
        await self._maybe("FAIL_START", "STALL_START")
        log.info("part_started", part=self.name)

    async def stop(self) -> None:
        log.info("part_stopped", part=self.name)
        await self._maybe("FAIL_STOP", "STALL_STOP")

    async def check(self) -> Check:
        return Check(True)

    async def wait_failed(self) -> None:
        await self._maybe("DIE", "")
        await asyncio.Event().wait()

    async def _maybe(self, fail: str, stall: str) -> None:
        if os.environ.get(fail) == self.name:
            raise ValueError("ann@example.org")
        if os.environ.get(stall) == self.name:
            await asyncio.Event().wait()


def build(settings: ServiceSettings) -> Service:
    return Service(
        "people",
        settings,
        people_app(jwks_url=settings.jwks_url),
        clients=[Part("database"), Part("producer")],
        consumers=[Part("consumer")],
        relays=[Part("relay")],
    )


if __name__ == "__main__":
    run(build, ServiceSettings)
