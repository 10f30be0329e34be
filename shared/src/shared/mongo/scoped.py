"""The documents of one workspace: the only object with reads and writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

import pymongo
from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import DeleteOne, InsertOne, ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.mongo.session import BufferedMotorClientSession as Session
from shared.mongo.writes import AlreadyThere, Delete, Put, Update

Document = dict[str, Any]
Filter = Mapping[str, Any]

DUPLICATE_KEY = 11000

DECODED_AT_ONCE = 250
"""Documents the database sends in one go: while the driver decodes them, nothing else in the process runs."""


class Scoped:
    """The documents of one workspace. They come and go as plain dicts: `_id` is local to the workspace, `workspace` is not seen."""

    def __init__(self, motor: AsyncIOMotorCollection[Document], workspace: str) -> None:
        self._motor = motor
        self.workspace = workspace
        self._prefix = f"{workspace}:"

    # ---- reading -------------------------------------------------------------------------------------------------------

    async def get(self, document_id: str, *, fields: Sequence[str] | None = None, session: Session | None = None) -> Document | None:
        return self._out(await self._motor.find_one({"_id": self._prefix + document_id}, _projection(fields), session=session))

    async def get_many(self, ids: Iterable[str], *, fields: Sequence[str] | None = None, session: Session | None = None) -> list[Document]:
        """Those that exist, in no particular order."""
        wanted = [self._prefix + document_id for document_id in ids]
        if not wanted:
            return []
        cursor = self._motor.find({"_id": {"$in": wanted}}, _projection(fields), session=session, batch_size=DECODED_AT_ONCE)
        return self._all_out(await cursor.to_list(None))

    async def find(
        self,
        where: Filter | None = None,
        *,
        sort: Sequence[tuple[str, int]] | None = None,
        limit: int = 0,
        fields: Sequence[str] | None = None,
        index: str | None = None,
        max_time_ms: int | None = None,
        session: Session | None = None,
    ) -> list[Document]:
        """`index` (an Index's name) takes the choice from the planner: its cached plan suits the value it was made for, not the next.

        `max_time_ms` is the driver's deadline, because a client with `timeoutMS` overwrites the time limit of a command.
        """
        with pymongo.timeout(max_time_ms / 1000) if max_time_ms is not None else nullcontext():
            cursor = self._motor.find(
                self._filter(where),
                _projection(fields),
                sort=list(sort) if sort else None,
                limit=limit,
                session=session,
                hint=index,
                batch_size=DECODED_AT_ONCE,
            )
            return self._all_out(await cursor.to_list(None))

    async def find_one(
        self,
        where: Filter | None = None,
        *,
        sort: Sequence[tuple[str, int]] | None = None,
        fields: Sequence[str] | None = None,
        session: Session | None = None,
    ) -> Document | None:
        found = await self.find(where, sort=sort, limit=1, fields=fields, session=session)
        return found[0] if found else None

    async def count(self, where: Filter | None = None, *, limit: int | None = None, index: str | None = None) -> int:
        bound: dict[str, Any] = ({"limit": limit} if limit else {}) | ({"hint": index} if index else {})
        return int(await self._motor.count_documents(self._filter(where), **bound))

    async def aggregate(self, stages: Sequence[Filter], *, where: Filter | None = None, index: str | None = None) -> list[Document]:
        """`where` is matched first, within the workspace, by `index` where one is named; stages that reach into other collections are
        refused.
        """
        if any(key in {"$lookup", "$unionWith", "$graphLookup", "$out", "$merge"} for stage in stages for key in stage):
            raise ValueError("an aggregation stays in its collection")
        cursor = self._motor.aggregate([{"$match": self._filter(where)}, *stages], **({"hint": index} if index else {}))
        return self._all_out(await cursor.to_list(None))

    # ---- writing -------------------------------------------------------------------------------------------------------

    async def insert(self, document: Document, *, session: Session | None = None) -> None:
        """Raises AlreadyThere where a unique index has it; inside a transaction that also ends the transaction."""
        try:
            await self._motor.insert_one(self._in(document), session=session)
        except DuplicateKeyError as error:
            raise AlreadyThere.from_details(error.details) from None

    def insert_at_commit(self, document: Document, refused: Callable[[AlreadyThere], Exception], *, session: Session) -> None:
        """The same together with the commit, which raises what `refused` makes of AlreadyThere. Nothing in the transaction may read it."""
        stored = self._in(document)

        def insert(delegate: ClientSession) -> None:
            try:
                self._motor.delegate.insert_one(stored, session=delegate)
            except DuplicateKeyError as error:
                raise refused(AlreadyThere.from_details(error.details)) from None

        session.at_commit(insert)

    async def insert_new(self, documents: Sequence[Document], *, session: Session | None = None) -> set[str]:
        """Insert what is not there yet and return its ids. Not inside a transaction, where a duplicate would end it."""
        ids = [document["_id"] for document in documents]
        known = await self._bulk([InsertOne(self._in(document)) for document in documents], session)
        return {document_id for position, document_id in enumerate(ids) if position not in known}

    async def put_newer(self, documents: Iterable[Document], *, by: str = "sequence", session: Session | None = None) -> None:
        """Write each document unless the one there has the same or a greater `by`: older events change nothing, in any order."""
        await self.write([Put(document, newer_by=by) for document in documents], session=session)

    async def update(
        self,
        document_id: str,
        operators: Mapping[str, Any],
        *,
        where: Filter | None = None,
        upsert: bool = False,
        session: Session | None = None,
    ) -> Document | None:
        """The document after the update, or None where there is none that also fits `where`."""
        try:
            changed = await self._motor.find_one_and_update(
                self._one(document_id, where),
                self._operators(operators, upsert=upsert),
                upsert=upsert,
                return_document=ReturnDocument.AFTER,
                session=session,
            )
        except DuplicateKeyError as error:
            raise AlreadyThere.from_details(error.details) from None
        return self._out(changed)

    async def update_many(self, where: Filter, operators: Mapping[str, Any], *, session: Session | None = None) -> int:
        result = await self._motor.update_many(self._filter(where), self._operators(operators), session=session)
        return int(result.modified_count)

    async def delete(self, document_id: str, *, where: Filter | None = None, session: Session | None = None) -> bool:
        result = await self._motor.delete_one(self._one(document_id, where), session=session)
        return bool(result.deleted_count)

    async def delete_many(self, where: Filter, *, session: Session | None = None) -> int:
        return int((await self._motor.delete_many(self._filter(where), session=session)).deleted_count)

    async def write(self, writes: Sequence[Put | Update | Delete], *, session: Session | None = None) -> int:
        """All of them in one unordered bulk; returns how many documents changed."""
        if not writes:
            return 0
        result = await self._motor.bulk_write([self._request(write) for write in writes], ordered=False, session=session)
        return int(result.modified_count + result.upserted_count + result.deleted_count)

    # ---- how ids and filters are bound to the workspace ----------------------------------------------------------------

    async def _bulk(self, requests: Sequence[Any], session: Session | None) -> set[int]:
        """Positions of the requests that met a duplicate."""
        if not requests:
            return set()
        try:
            await self._motor.bulk_write(requests, ordered=False, session=session)
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if error.details.get("writeConcernErrors") or any(entry["code"] != DUPLICATE_KEY for entry in failed):
                raise
            for entry in failed:
                if list(entry.get("keyPattern", ["_id"])) != ["_id"]:
                    raise AlreadyThere.from_details(entry) from None
            return {entry["index"] for entry in failed}
        return set()

    def _request(self, write: Put | Update | Delete) -> Any:
        match write:
            case Put(document, None):
                document = self._in(document)
                return UpdateOne({"_id": document["_id"]}, [{"$replaceWith": {"$literal": document}}], upsert=True)
            case Put(document, str(by)):
                document = self._in(document)
                newer = {"$lt": [{"$ifNull": [f"${by}", None]}, {"$literal": document[by]}]}  # None sorts before any number or string
                keep = {"$cond": [newer, {"$literal": document}, "$$ROOT"]}
                return UpdateOne({"_id": document["_id"]}, [{"$replaceWith": keep}], upsert=True)
            case Update(document_id, operators, where, upsert):
                return UpdateOne(self._one(document_id, where), self._operators(operators, upsert=upsert), upsert=upsert)
            case Delete(document_id, where):
                return DeleteOne(self._one(document_id, where))
        raise AssertionError(write)

    def _one(self, document_id: str, where: Filter | None) -> Document:
        own = {"_id": self._prefix + document_id}
        return {"$and": [own, dict(where)]} if where else own

    def _filter(self, where: Filter | None) -> Document:
        own = {"workspace": self.workspace}
        return {"$and": [own, self._local_ids(where)]} if where else own

    def _local_ids(self, where: Any) -> Any:
        """Filters name local ids (cursors do): the same filter with the ids that are stored."""
        if isinstance(where, Mapping):
            return {key: self._stored(value) if key == "_id" else self._local_ids(value) for key, value in where.items()}
        return [self._local_ids(entry) for entry in where] if isinstance(where, list) else where

    def _stored(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._prefix + value
        if isinstance(value, Mapping):
            return {key: self._stored(entry) for key, entry in value.items()}
        return [self._stored(entry) for entry in value] if isinstance(value, list | tuple | set) else value

    def _operators(self, operators: Mapping[str, Any], *, upsert: bool = False) -> Document:
        if any(not key.startswith("$") for key in operators):
            raise ValueError("update operators are needed, a whole document is a Put")
        if not upsert:
            return dict(operators)
        return {**operators, "$setOnInsert": {**operators.get("$setOnInsert", {}), "workspace": self.workspace}}

    def _in(self, document: Mapping[str, Any]) -> Document:
        return {**document, "_id": self._prefix + document["_id"], "workspace": self.workspace}

    def _out(self, document: Document | None) -> Document | None:
        if document is None:
            return None
        if isinstance(document.get("_id"), str):
            document["_id"] = document["_id"].removeprefix(self._prefix)
        document.pop("workspace", None)
        return document

    def _all_out(self, documents: Iterable[Document]) -> list[Document]:
        return [document for document in map(self._out, documents) if document is not None]


def _projection(fields: Sequence[str] | None) -> dict[str, int] | None:
    return dict.fromkeys(fields, 1) if fields is not None else None
