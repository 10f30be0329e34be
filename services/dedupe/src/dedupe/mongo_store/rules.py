"""By what a workspace's pairs are scored: a small document that says which counts belong to it, and the counts.

Counts never change: a new count is a new set of documents, and the rules say which one holds. So whoever has read the rules, also in a
transaction, gets the counts that belong to them, and a process reads them once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dedupe.domain.commonness import COUNTED, NOTHING_COUNTED, USUAL_DUPLICATES, Commonness
from dedupe.domain.ruleset import Rules
from dedupe.domain.workspace import Thresholds
from shared.mongo import Collection, Document, Put, Remembered, Session

RULES = "rules"
REMEMBERED_S = 3.0
MOST_COUNTS = 50
"""Workspaces whose counts a process keeps: some megabytes each for a large one."""


@dataclass(frozen=True, slots=True)
class _Known:
    number: int
    commonness: Commonness


class MongoRules:
    """The rules of every workspace."""

    def __init__(self, rules: Collection, counts: Collection) -> None:
        self._rules = rules
        self._counts = counts
        self._remembered: Remembered[Rules] = Remembered(REMEMBERED_S)
        self._known: dict[str, _Known] = {}

    async def lately(self, workspace: str) -> Rules:
        """As they were a moment ago."""
        return await self._remembered.get(workspace, lambda: self.now(workspace))

    async def now(self, workspace: str, session: Session | None = None) -> Rules:
        document = await self._rules.of(workspace).get(RULES, session=session)
        if document is None:
            return Rules()
        commonness = await self._commonness(workspace, document)
        return Rules(document["certain"], document["suspected"], commonness, document["revision"])

    async def set_thresholds(self, workspace: str, thresholds: Thresholds, revision: int) -> Rules | None:
        """None where they are no longer what they were when somebody read them."""
        wanted = {"certain": thresholds.certain, "suspected": thresholds.suspected}
        if await self._changed(workspace, revision, wanted):
            return await self.now(workspace)
        return None

    async def set_commonness(self, workspace: str, commonness: Commonness) -> None:
        rules = self._rules.of(workspace)
        document = await rules.get(RULES) or _document_of(Rules())
        number = document["revision"] + 1
        await self._counts.of(workspace).write([Put(part) for part in _parts(commonness, number)])
        wanted = {"counts": number, "contacts": commonness.contacts, "duplicates": commonness.duplicates}
        if await self._changed(workspace, document["revision"], wanted):
            # those that held until now stay: somebody may be judging by them
            await self._counts.of(workspace).delete_many({"number": {"$nin": [number, document["counts"]]}})

    async def _changed(self, workspace: str, revision: int, wanted: Document) -> bool:
        rules = self._rules.of(workspace)
        await rules.insert_new([_document_of(Rules())])
        changed = await rules.update(RULES, {"$set": wanted, "$inc": {"revision": 1}}, where={"revision": revision})
        self._remembered.forget(workspace)
        return changed is not None

    async def _commonness(self, workspace: str, document: Document) -> Commonness:
        number = document["counts"]
        if number == 0:
            return NOTHING_COUNTED
        known = self._known.get(workspace)
        if known is None or known.number != number:
            parts = await self._counts.of(workspace).find({"number": number})
            counts = {name: _joined(parts, name) for name in COUNTED}
            known = _Known(number, Commonness(document["contacts"], counts, document["duplicates"]))
            if len(self._known) >= MOST_COUNTS:
                self._known.clear()
            self._known[workspace] = known
        return known.commonness


def _document_of(rules: Rules) -> Document:
    thresholds = {"certain": rules.certain, "suspected": rules.suspected}
    return {"_id": RULES, **thresholds, "revision": rules.revision, "counts": 0, "contacts": 0, "duplicates": USUAL_DUPLICATES}


def _parts(commonness: Commonness, number: int) -> Iterator[Document]:
    """Lists and not fields, because a name may have dots; one document a field, because one holds 16 MB."""
    for kind, counts in commonness.counts.items():
        told = {"number": number, "kind": kind, "values": list(counts), "times": list(counts.values())}
        yield {"_id": f"{number}-{kind}", **told}


def _joined(parts: list[Document], kind: str) -> Mapping[str, int]:
    return {name: times for part in parts if part["kind"] == kind for name, times in zip(part["values"], part["times"], strict=True)}
