"""A service's database: how it is reached, its indexes, its transactions."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from pymongo import DESCENDING
from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError, OperationFailure

from shared.mongo import Database, Index, Session

NOWHERE = "mongodb://127.0.0.1:1"


async def options_of(uri: str) -> tuple[Any, Any, Any, Any]:
    database = Database.connect(uri, "x")
    options: Any = database.plumbing("rows").database.client.options
    database.close()
    return options.write_concern.document, options.read_concern.document, options.timeout, options.pool_options.max_pool_size


async def test_what_is_saved_is_on_most_members_and_no_call_waits_for_ever() -> None:
    assert await options_of(NOWHERE) == ({"w": "majority"}, {"level": "majority"}, 5.0, 50)


async def test_an_uri_may_say_otherwise_in_any_case_and_leaves_the_rest() -> None:
    assert await options_of(f"{NOWHERE}/?W=1&timeoutms=100") == ({"w": 1}, {"level": "majority"}, 0.1, 50)
    assert await options_of(f"{NOWHERE}/?maxPoolSize=5&readConcernLevel=local") == ({"w": "majority"}, {"level": "local"}, 5.0, 5)


async def test_times_come_back_with_their_zone_and_uuids_as_they_are(database: Database) -> None:
    rows, row = database.plumbing("rows"), {"_id": uuid.uuid4(), "at": datetime(2026, 1, 5, 9, 30, tzinfo=UTC)}
    await rows.insert_one(row)

    assert await rows.find_one({}) == row
    assert await rows.count_documents({"_id": {"$type": "binData"}}) == 1
    assert rows.codec_options.tz_aware


async def test_a_database_answers_or_is_away(database: Database) -> None:
    await database.ping()
    away = Database.connect(f"{NOWHERE}/?timeoutMS=200", "x")
    with pytest.raises(ConnectionFailure):
        await away.ping()
    away.close()


async def test_a_database_that_is_dropped_is_empty(database: Database) -> None:
    await database.plumbing("rows").insert_one({})

    await database.drop()

    assert await database.plumbing("rows").count_documents({}) == 0


async def test_an_index_begins_with_the_workspace_unless_it_ends_the_documents(database: Database) -> None:
    where = {"name": {"$exists": True}}
    things = database.collection("things", Index("name", ("at", DESCENDING), unique=True, where=where), Index("at", ttl=60), Index("name"))
    await database.prepare(things, database.collection("others", Index("name")))

    made = await database.plumbing("things").index_information()
    named = made["workspace_1_name_1_at_-1"]
    assert (named["key"], named["unique"], named["partialFilterExpression"]) == ([("workspace", 1), ("name", 1), ("at", -1)], True, where)
    assert (made["at_1"]["key"], made["at_1"]["expireAfterSeconds"]) == ([("at", 1)], 60)
    assert made["workspace_1_name_1"] == {"v": 2, "key": [("workspace", 1), ("name", 1)]}
    assert "workspace_1_name_1" in await database.plumbing("others").index_information()


async def test_a_unique_index_is_not_made_over_what_is_not_unique(database: Database) -> None:
    things = database.collection("twins", Index("name", unique=True))
    for number in ("1", "2"):
        await things.of("acme").insert({"_id": number, "name": "same"})

    with pytest.raises(DuplicateKeyError):
        await things.prepare()


async def test_a_transaction_that_ends_well_is_saved(database: Database) -> None:
    things = database.collection("things").of("acme")

    async with database.transaction() as session:
        await things.insert({"_id": "1"}, session=session)

    assert await things.find() == [{"_id": "1"}]


async def test_a_transaction_that_meets_another_is_run_again_and_answers(database: Database) -> None:
    things, runs = database.collection("things").of("acme"), 0
    await things.insert({"_id": "1", "n": 0})

    async def work(session: Session) -> str:
        nonlocal runs
        runs += 1
        await things.get("1", session=session)
        if runs == 1:
            await things.update("1", {"$inc": {"n": 1}})
        await things.update("1", {"$inc": {"n": 1}}, session=session)
        return "done"

    assert (await database.transact(work), runs) == ("done", 2)
    assert await things.get("1") == {"_id": "1", "n": 2}


async def test_the_one_attempt_of_a_transaction_raises_when_it_meets_another(database: Database) -> None:
    things = database.collection("things").of("acme")
    await things.insert({"_id": "1", "n": 0})

    with pytest.raises(OperationFailure) as conflict:
        async with database.transaction() as session:
            await things.get("1", session=session)
            await things.update("1", {"$inc": {"n": 1}})
            await things.update("1", {"$inc": {"n": 1}}, session=session)

    assert conflict.value.has_error_label("TransientTransactionError")


def inserting(rows: Any, *documents: dict[str, Any]) -> Callable[[Any], object]:
    return lambda session: rows.delegate.insert_many(documents, session=session)


async def test_what_is_inserted_at_the_commit_is_there_with_the_rest(database: Database) -> None:
    things, rows = database.collection("things").of("acme"), database.plumbing("rows")

    async with database.transaction() as session:
        session.at_commit(inserting(rows, {"_id": 1}, {"_id": 2}))
        await things.insert({"_id": "1"}, session=session)
        assert await rows.find(session=session).to_list(None) == []

    assert (len(await things.find()), await rows.count_documents({})) == (1, 2)


async def test_an_insert_that_is_refused_at_the_commit_leaves_nothing_of_the_rest(database: Database) -> None:
    things, rows = database.collection("things").of("acme"), database.plumbing("rows")
    await rows.insert_one({"_id": 1})

    async def work(session: Session) -> None:
        await things.insert({"_id": "1"}, session=session)
        session.at_commit(inserting(rows, {"_id": 2}, {"_id": 1}))

    with pytest.raises(BulkWriteError):
        await database.transact(work)

    assert (await things.find(), await rows.count_documents({})) == ([], 1)


async def test_an_attempt_that_failed_leaves_nothing_to_insert_for_the_next(database: Database) -> None:
    things, rows, runs = database.collection("things").of("acme"), database.plumbing("rows"), 0
    await things.insert({"_id": "1", "n": 0})

    async def work(session: Session) -> None:
        nonlocal runs
        runs += 1
        session.at_commit(inserting(rows, {"_id": runs}))
        await things.get("1", session=session)
        if runs == 1:
            await things.update("1", {"$inc": {"n": 1}})
        await things.update("1", {"$inc": {"n": 1}}, session=session)

    await database.transact(work)

    assert await rows.find().to_list(None) == [{"_id": 2}]


async def test_two_that_insert_the_same_at_the_commit_are_told_apart(database: Database) -> None:
    rows = database.plumbing("rows")
    await rows.insert_one({"_id": "made"})

    async def work(session: Session, number: int) -> int:
        session.at_commit(inserting(rows, {"_id": "same", "by": number}))
        return number

    answers = await asyncio.gather(*(database.transact(partial(work, number=number)) for number in range(20)), return_exceptions=True)

    [saved] = [answer for answer in answers if isinstance(answer, int)]
    assert await rows.find_one({"_id": "same"}) == {"_id": "same", "by": saved}
    assert {type(answer) for answer in answers} == {int, BulkWriteError}


async def test_a_commit_that_is_repeated_inserts_once(database: Database) -> None:
    rows = database.plumbing("rows")

    async with database.transaction() as session:
        session.at_commit(inserting(rows, {"_id": 1}))
        await session.commit_transaction()
        await session.commit_transaction()

    assert await rows.count_documents({}) == 1
