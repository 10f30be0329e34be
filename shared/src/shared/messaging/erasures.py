"""Who was erased, as far as dead letters are concerned: each service keeps it beside its data and closes what tells of them.

Two writers cross: a consumer sets a letter aside while somebody is erased. So the consumer adds the letter first and then asks whether it
tells of somebody erased (`among_the_erased`); and an erasure is noted first, and then all open letters are read (sweeping.py). Whichever
comes second sees the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pymongo import ASCENDING, IndexModel, UpdateOne

from shared.contracts.contacts import ContactErased
from shared.contracts.envelope import Event
from shared.messaging.subscriptions import Batch, Handler, Routes
from shared.messaging.traces import Erasure, Traces
from shared.mongo import Database, Document, Session

AT_ONCE = 1_000
NO_REGION = "ZZ"
"""Reads no number without a country code: for those who hear of none."""


class Erasures:
    """The erasures one service heard of: ids and marks, kept for good, because a message may come back years later.

    `region` (ISO 3166-1 alpha-2) reads numbers without a country code, as the service does.
    """

    def __init__(self, database: Database, region: str = NO_REGION) -> None:
        self._rows = database.plumbing("erasures")
        self.region = region

    def noting(self, routes: Routes) -> Routes:
        """The same handlers, before which erasures are noted: what is handled is swept."""

        def first_noted(handler: Handler) -> Handler:
            async def handle(batch: Batch) -> None:
                await self.note(erasures_in(batch))
                await handler(batch)

            return handle

        noted = {handler: first_noted(handler) for handler in set(routes.by_topic.values())}
        return Routes(routes.group, {topic: noted[handler] for topic, handler in routes.by_topic.items()})

    async def prepare(self) -> None:
        waiting = {"unswept": True}
        await self._rows.create_indexes(
            [
                IndexModel([("contact_id", ASCENDING)]),
                IndexModel([("marks", ASCENDING)]),
                IndexModel([("unswept", ASCENDING)], partialFilterExpression=waiting),
            ]
        )

    async def note(self, erasures: Iterable[Erasure], *, session: Session | None = None) -> None:
        """Each once: one that was swept stays so when its event comes again."""
        requests = [UpdateOne({"_id": _id(erasure)}, {"$setOnInsert": _row(erasure)}, upsert=True) for erasure in erasures]
        if requests:
            await self._rows.bulk_write(requests, ordered=False, session=session)

    async def unswept(self) -> list[Erasure]:
        """Those whose letters nobody has closed yet."""
        return [_erasure(row) for row in await self._rows.find({"unswept": True}).limit(AT_ONCE).to_list(None)]

    async def swept(self, erasures: Iterable[Erasure]) -> None:
        await self._rows.update_many({"_id": {"$in": [_id(erasure) for erasure in erasures]}}, {"$unset": {"unswept": ""}})

    async def among_the_erased(self, traces: Traces) -> bool:
        """Whether a message tells of somebody who was erased."""
        for field, values in (("contact_id", sorted(traces.words)), ("marks", sorted(traces.marks))):
            for start in range(0, len(values), AT_ONCE):
                async for row in self._rows.find({field: {"$in": values[start : start + AT_ONCE]}}):
                    if traces.tell_of(_erasure(row)):
                        return True
        return False

    async def counted(self) -> tuple[int, int]:
        """How many there are, and how many of them wait for their letters to be closed."""
        return int(await self._rows.count_documents({})), int(await self._rows.count_documents({"unswept": True}))


class Told:
    """Some erasures, to be asked of many messages."""

    def __init__(self, erasures: Sequence[Erasure]) -> None:
        self._by_word: dict[str, list[Erasure]] = {}
        for erasure in erasures:
            for word in (erasure.contact_id, *erasure.marks):
                self._by_word.setdefault(word, []).append(erasure)

    def by(self, traces: Traces) -> bool:
        """Whether a message tells of one of them."""
        named = self._by_word.keys() & (traces.words | traces.marks)
        return any(traces.tell_of(erasure) for word in named for erasure in self._by_word[word])


def erasures_in(events: Iterable[Event]) -> list[Erasure]:
    return [
        Erasure(event.workspaceid, event.data.contact_id, frozenset(event.data.marks), event.time)
        for event in events
        if isinstance(event.data, ContactErased)
    ]


def _id(erasure: Erasure) -> str:
    return f"{erasure.workspace}:{erasure.contact_id}"


def _row(erasure: Erasure) -> Document:
    return {
        "workspace": erasure.workspace,
        "contact_id": erasure.contact_id,
        "marks": sorted(erasure.marks),
        "at": erasure.at,
        "unswept": True,
    }


def _erasure(row: Document) -> Erasure:
    return Erasure(row["workspace"], row["contact_id"], frozenset(row["marks"]), row["at"])
