"""A database seen from outside of the stores: all of its collections, and what was asked of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection

from shared.mongo import Database


async def collections(database: Database) -> list[AsyncIOMotorCollection[dict[str, Any]]]:
    """All but the database's own."""
    names = await database.plumbing("any").database.list_collection_names(filter={"name": {"$not": {"$regex": "^system"}}})
    return [database.plumbing(name) for name in names]


async def everything(database: Database) -> list[dict[str, Any]]:
    """Every document of every collection."""
    return [document for collection in await collections(database) for document in await collection.find().to_list(None)]


async def empty(database: Database) -> None:
    """Take the documents out; collections and indexes stay."""
    for collection in await collections(database):
        await collection.delete_many({})


@asynccontextmanager
async def asked_of(database: Database, collection: str) -> AsyncIterator[list[dict[str, Any]]]:
    """What is asked of a collection meanwhile, as the database's profiler has it; it is there afterwards."""
    motor = database.plumbing(collection).database
    profile = motor["system.profile"]
    asked: list[dict[str, Any]] = []
    await motor.command("profile", 2)
    yield asked
    await motor.command("profile", 0)
    asked += await profile.find({"ns": f"{database.name}.{collection}"}).to_list(None)
    await profile.drop()
