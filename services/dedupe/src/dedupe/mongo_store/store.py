"""The store: an index that is written on its own, and judgements in transactions (README.md, "Two look-alikes at once")."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import Pair, Parting
from dedupe.mongo_store.blocks import Blocks
from dedupe.mongo_store.documents import contact_document, contact_from, pair_from, parting_document
from dedupe.mongo_store.judgement import MongoJudgement
from dedupe.store import Judgement, Position, Wanted
from shared.messaging import Batch, Inbox, Outbox, Transaction
from shared.mongo import Database, Index

Result = TypeVar("Result")


class MongoDedupeStore:
    """DedupeStore on MongoDB."""

    def __init__(self, database: Database, outbox: Outbox, inbox: Inbox) -> None:
        self._database = database
        self._outbox = outbox
        self._inbox = inbox
        self._contacts = database.collection("contacts", Index("keys"))
        self._crowded = database.collection("crowded")
        likeliest_first = ("status", ("score", -1), "_id")
        self._pairs = database.collection("pairs", Index("contact_ids", *likeliest_first), Index(*likeliest_first))
        self._partings = database.collection("partings", Index("contact_id"), Index("other_id"))

    async def prepare(self) -> None:
        await self._database.prepare(self._contacts, self._crowded, self._pairs, self._partings)

    async def remember(self, workspace: str, contacts: Sequence[IndexedContact], partings: Sequence[Parting] = ()) -> None:
        await self._partings.of(workspace).put_newer([parting_document(parting) for parting in partings])
        await self._contacts.of(workspace).put_newer([contact_document(contact) for contact in contacts])
        await self._forget_partings(workspace, {contact.contact_id for contact in contacts} | {parting.other_id for parting in partings})

    async def _forget_partings(self, workspace: str, contact_ids: Collection[str]) -> None:
        """Of erased contacts, whether the parting or the erasure was heard of first."""
        erased = [
            known["_id"] for known in await self._contacts.of(workspace).get_many(contact_ids, fields=["erased"]) if known.get("erased")
        ]
        if erased:
            any_of = {"$in": erased}
            await self._partings.of(workspace).delete_many({"$or": [{"contact_id": any_of}, {"other_id": any_of}]})

    @asynccontextmanager
    async def handling(self, batch: Batch) -> AsyncIterator[Judgement]:
        async with self._outbox.handling(batch, self._inbox) as transaction:
            yield self._judgement(batch.workspace, transaction)

    async def judging(self, workspace: str, work: Callable[[Judgement], Awaitable[Result]]) -> Result:
        async def attempt(transaction: Transaction) -> Result:
            return await work(self._judgement(workspace, transaction))

        return await self._outbox.transact(attempt)

    async def alike(self, workspace: str, keys: Collection[str]) -> list[IndexedContact]:
        return await self._blocks(workspace).alike(keys)

    async def pairs(self, workspace: str, wanted: Wanted) -> tuple[list[Pair], Position | None]:
        where: dict[str, Any] = {"status": wanted.status.value, "score": {"$gte": wanted.min_score}}
        if wanted.contact_id is not None:
            where["contact_ids"] = wanted.contact_id
        if wanted.after is not None:
            score, pair_id = wanted.after.score, wanted.after.pair_id
            where["$or"] = [{"score": {"$lt": score}}, {"score": score, "_id": {"$gt": pair_id}}]
        found = await self._pairs.of(workspace).find(where, sort=[("score", -1), ("_id", 1)], limit=wanted.limit + 1)
        page = [pair_from(document) for document in found[: wanted.limit]]
        return page, Position(page[-1].score, page[-1].pair_id) if len(found) > wanted.limit else None

    async def survivor(self, workspace: str, contact_id: str) -> str:
        passed: set[str] = set()
        while contact_id not in passed:
            passed.add(contact_id)
            document = await self._contacts.of(workspace).get(contact_id, fields=["merged_into"])
            contact_id = (document and document["merged_into"]) or contact_id
        return contact_id

    async def contacts(self, workspace: str, contact_ids: Collection[str]) -> dict[str, IndexedContact]:
        found = await self._contacts.of(workspace).get_many(contact_ids)
        return {document["_id"]: contact_from(document) for document in found}

    def _blocks(self, workspace: str) -> Blocks:
        return Blocks(self._contacts.of(workspace), self._crowded.of(workspace))

    def _judgement(self, workspace: str, transaction: Transaction) -> MongoJudgement:
        contacts, pairs, partings = (one.of(workspace) for one in (self._contacts, self._pairs, self._partings))
        return MongoJudgement(transaction, self._outbox, contacts, pairs, partings=partings, blocks=self._blocks(workspace))
