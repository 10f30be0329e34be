"""The database as a part of a process (shared.running): nothing else starts before its indexes are there."""

from __future__ import annotations

from typing import Protocol

from shared.health import Check
from shared.mongo import Database


class Prepared(Protocol):
    """What keeps documents: it makes its indexes once, before first use."""

    async def prepare(self) -> None: ...


class Storage:
    """A client in the sense of shared.running: the database, and everything that stores in it."""

    name = "mongodb"

    def __init__(self, database: Database, *parts: Prepared) -> None:
        self._database = database
        self._parts = parts

    async def start(self) -> None:
        for part in self._parts:
            await part.prepare()

    async def stop(self) -> None:
        self._database.close()

    async def check(self) -> Check:
        await self._database.ping()
        return Check(True)
