"""Which workspaces there are, how far each is with judging everybody anew, and which process does it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta

from dedupe.domain.rescan import Rescan, State
from shared.mongo import Collection, Document

PLATFORM = "*"
"""Where they are kept, to be found together: no workspace can have this name."""

LEASE = timedelta(seconds=30)


class MongoRescans:
    """One row for each workspace; whoever has its lease works on it. Two who did would do no harm, only the same."""

    def __init__(self, rows: Collection, owner: str) -> None:
        self._rows = rows.of(PLATFORM)
        self._owner = owner
        self._known: set[str] = set()

    def unknown(self, workspace: str) -> bool:
        """Whether this process has not seen to it yet that there is a row."""
        return workspace not in self._known

    async def enlist(self, workspace: str, rescan: Rescan) -> None:
        await self._rows.insert_new([{"_id": workspace, "leased_until": datetime.fromtimestamp(0, UTC), **_document(rescan)}])
        self._known.add(workspace)

    async def of_all(self) -> Mapping[str, Rescan]:
        return {row["_id"]: _rescan(row) for row in await self._rows.find(sort=[("_id", 1)])}

    async def get(self, workspace: str) -> Rescan:
        row = await self._rows.get(workspace)
        return _rescan(row) if row else Rescan.nothing_to_do()

    async def claim(self, workspace: str) -> Rescan | None:
        """What is to be done; None while another process does it."""
        now = datetime.now(UTC)
        free = {"$or": [{"owner": self._owner}, {"leased_until": {"$lt": now}}]}
        row = await self._rows.update(workspace, {"$set": {"owner": self._owner, "leased_until": now + LEASE}}, where=free)
        return _rescan(row) if row else None

    async def keep(self, workspace: str, rescan: Rescan, *, began: bool = False) -> bool:
        """Whether it is still ours. What somebody asked for stays, unless this is what began because of it."""
        changed = {name: value for name, value in _document(rescan).items() if began or name != "wanted_by"}
        kept = await self._rows.update(workspace, {"$set": changed}, where={"owner": self._owner})
        return kept is not None

    async def want(self, workspace: str, by: str) -> Rescan:
        row = await self._rows.update(workspace, {"$set": {"wanted_by": by}})
        return _rescan(row) if row else Rescan.nothing_to_do()


def _document(rescan: Rescan) -> Document:
    return {**asdict(rescan), "state": rescan.state.value}


def _rescan(row: Document) -> Rescan:
    told = {field.name: row[field.name] for field in fields(Rescan)}
    return Rescan(**{**told, "state": State(row["state"])})
