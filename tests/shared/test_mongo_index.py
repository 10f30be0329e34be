"""A read that names its index."""

from __future__ import annotations

import pytest
from pymongo.errors import OperationFailure

from shared.mongo import AlreadyThere, Database, Index

BY_NAME = Index("name")


async def test_a_read_a_count_and_an_aggregation_use_the_index_they_name(database: Database) -> None:
    people = database.collection("people", BY_NAME)
    await database.prepare(people)
    await people.of("acme").insert({"_id": "1", "name": "Ada"})

    assert await people.of("acme").find({"name": "Ada"}, index=BY_NAME.name) == [{"_id": "1", "name": "Ada"}]
    assert await people.of("acme").count({"name": "Ada"}, index=BY_NAME.name) == 1
    assert await people.of("acme").aggregate([{"$count": "number"}], where={"name": "Ada"}, index=BY_NAME.name) == [{"number": 1}]


async def test_an_index_that_is_not_there_is_an_error_and_not_a_slow_answer(database: Database) -> None:
    people = database.collection("people", BY_NAME)
    await database.prepare(people)
    await people.of("acme").insert({"_id": "1", "name": "Ada"})

    with pytest.raises(OperationFailure):
        await people.of("acme").find({"name": "Ada"}, index=Index("email").name)
    with pytest.raises(OperationFailure):
        await people.of("acme").aggregate([], where={"name": "Ada"}, index=Index("email").name)


async def test_an_index_that_was_made_differently_is_made_anew(database: Database) -> None:
    await database.prepare(database.collection("things", Index("name")))
    changed = database.collection("things", Index("name", unique=True))

    await database.prepare(changed)

    await changed.of("acme").insert({"_id": "1", "name": "a"})
    with pytest.raises(AlreadyThere):
        await changed.of("acme").insert({"_id": "2", "name": "a"})
