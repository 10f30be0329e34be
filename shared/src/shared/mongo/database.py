"""A service's database, its collections and their indexes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Self, TypeVar

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import ASCENDING, IndexModel
from pymongo.errors import OperationFailure

from shared.mongo.scoped import Document, Filter, Scoped
from shared.mongo.session import BufferedMotorClientSession as Session

Result = TypeVar("Result")

URI_DEFAULTS: Mapping[str, Any] = {
    "w": "majority",
    "readConcernLevel": "majority",
    "retryWrites": True,
    "retryReads": True,
    "timeoutMS": 5000,
    "maxPoolSize": 50,
}
INDEX_CONFLICTS = (85, 86)  # the same name with other options, or with other fields


class Index:
    """An index of a collection. The workspace is put in front, except for a time-to-live, which has one date field only.

    Fields are names or `(name, direction)`; `where` is a partial filter; `ttl` is the number of seconds past the date in the field.
    """

    def __init__(self, *fields: str | tuple[str, int], unique: bool = False, where: Filter | None = None, ttl: int | None = None) -> None:
        keys = [(entry, ASCENDING) if isinstance(entry, str) else entry for entry in fields]
        options: dict[str, Any] = {}
        if unique:
            options["unique"] = True
        if where is not None:
            options["partialFilterExpression"] = dict(where)
        if ttl is not None:
            options["expireAfterSeconds"] = ttl
        else:
            keys.insert(0, ("workspace", ASCENDING))
        self.model = IndexModel(keys, **options)

    @property
    def name(self) -> str:
        """What reads name it by."""
        return str(self.model.document["name"])


class Database:
    """One service's database."""

    def __init__(self, client: AsyncIOMotorClient[Document], name: str) -> None:
        self._client = client
        self._motor: AsyncIOMotorDatabase[Document] = client[name]
        self.name = name

    @classmethod
    def connect(cls, uri: str, name: str) -> Self:
        """`uri` may override any of URI_DEFAULTS. Nothing is sent until the first call."""
        stated = uri.partition("?")[2].lower()
        options = {key: value for key, value in URI_DEFAULTS.items() if f"{key.lower()}=" not in stated}
        return cls(AsyncIOMotorClient(uri, tz_aware=True, uuidRepresentation="standard", **options), name)

    def collection(self, name: str, *indexes: Index) -> Collection:
        return Collection(self._motor[name], indexes)

    async def prepare(self, *collections: Collection) -> None:
        """Make the indexes of these collections; those that exist are left alone."""
        for collection in collections:
            await collection.prepare()

    async def ping(self) -> None:
        await self._client.admin.command("ping")

    async def drop(self) -> None:
        await self._client.drop_database(self.name)

    def close(self) -> None:
        self._client.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Session]:
        """One attempt: a conflict with another transaction raises, and whoever called tries the whole again (a consumer does)."""
        async with Session(self._client) as session, session.start_transaction():
            yield session

    def as_met(self) -> AbstractAsyncContextManager[Session]:
        """To read in what was in the way of a write: it sees that at once, a plain read only when most members have it."""
        return self.transaction()

    async def transact(self, work: Callable[[Session], Coroutine[Any, Any, Result]]) -> Result:
        """Run `work` in a transaction, again on a conflict: it may run several times, so it has no effects but on the database."""
        async with Session(self._client) as session:
            return await session.run(work)

    def plumbing(self, name: str) -> AsyncIOMotorCollection[Document]:
        """A collection that belongs to no workspace: outbox, inbox, leases. For shared.messaging only."""
        return self._motor[name]


class Collection:
    """A collection of documents that each belong to one workspace."""

    def __init__(self, motor: AsyncIOMotorCollection[Document], indexes: Sequence[Index] = ()) -> None:
        self._motor = motor
        self._indexes = indexes

    async def prepare(self) -> None:
        """Make the indexes. One that an earlier version made differently is made anew: reads name indexes and rely on what they hold."""
        for index in self._indexes:
            try:
                await self._motor.create_indexes([index.model])
            except OperationFailure as error:
                if error.code not in INDEX_CONFLICTS:
                    raise
                await self._motor.drop_index(index.name)
                await self._motor.create_indexes([index.model])

    def of(self, workspace: str) -> Scoped:
        if not workspace or ":" in workspace:
            raise ValueError("a workspace id is not empty and has no colon")
        return Scoped(self._motor, workspace)
