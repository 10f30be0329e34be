"""What a store can ask of one workspace's documents, on a real database: ids are local in every question and every answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pymongo.errors import OperationFailure

from shared.mongo import UNAVAILABLE, Collection, Database, Index, Put, Scoped

BY_AGE = Index("age")
PEOPLE = [{"_id": "a", "name": "Ada", "age": 36}, {"_id": "b", "name": "Bob", "age": 20}, {"_id": "c", "name": "Cyd", "age": 20}]


@pytest.fixture
async def collection(database: Database) -> Collection:
    collection = database.collection("people", BY_AGE, Index("nick", where={"nick": {"$exists": True}}))
    await collection.prepare()
    await collection.of("globex").write([Put({**person, "age": 99}) for person in PEOPLE])
    return collection


@pytest.fixture
async def people(collection: Collection) -> Scoped:
    people = collection.of("acme")
    await people.write([Put(person) for person in PEOPLE])
    return people


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [document["_id"] for document in found]


async def test_a_document_is_got_by_its_local_id_whole_or_in_part(people: Scoped) -> None:
    assert await people.get("a") == {"_id": "a", "name": "Ada", "age": 36}
    assert await people.get("a", fields=["name"]) == {"_id": "a", "name": "Ada"}
    assert await people.get("a", fields=[]) == {"_id": "a", "name": "Ada", "age": 36}
    assert await people.get("z") is None


async def test_of_many_ids_those_that_exist_are_got(people: Scoped) -> None:
    assert sorted(ids(await people.get_many(["a", "z", "c"]))) == ["a", "c"]
    assert await people.get_many(["b"], fields=["age"]) == [{"_id": "b", "age": 20}]
    assert await people.get_many([]) == []


async def test_what_is_found_is_filtered_sorted_cut_and_projected(people: Scoped) -> None:
    assert await people.find({"age": 20}, sort=[("name", -1)], fields=["name"]) == [
        {"_id": "c", "name": "Cyd"},
        {"_id": "b", "name": "Bob"},
    ]
    assert ids(await people.find(sort=[("age", 1), ("_id", 1)], limit=2)) == ["b", "c"]
    assert len(await people.find()) == 3


async def test_one_is_found_by_the_order_that_is_asked_for(people: Scoped) -> None:
    assert await people.find_one(sort=[("name", -1)], fields=["name"]) == {"_id": "c", "name": "Cyd"}
    assert await people.find_one({"age": 36}) == {"_id": "a", "name": "Ada", "age": 36}
    assert await people.find_one({"age": 1}) is None


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"_id": "b"}, ["b"]),
        ({"_id": {"$gt": "a"}}, ["b", "c"]),
        ({"_id": {"$in": ["a", "c"]}}, ["a", "c"]),
        ({"_id": {"$in": ("a", "c")}}, ["a", "c"]),
        ({"_id": {"$nin": {"a"}}}, ["b", "c"]),
        ({"$or": [{"_id": "a"}, {"age": 20, "_id": {"$gt": "b"}}]}, ["a", "c"]),
        ({"$and": [{"age": 20}, {"$or": [{"_id": "c"}]}]}, ["c"]),
        ({"_id": {"$not": {"$in": ["a"]}}}, ["b", "c"]),
        ({"_id": 5}, []),
        ({"_id": {"$exists": True}}, ["a", "b", "c"]),
        ({"name": {"$in": ["Ada", "Cyd"]}}, ["a", "c"]),
    ],
)
async def test_a_filter_names_ids_as_the_workspace_knows_them(people: Scoped, where: Mapping[str, Any], found: list[str]) -> None:
    assert ids(await people.find(where, sort=[("_id", 1)])) == found


async def test_a_count_is_of_this_workspace_and_goes_no_further_than_its_limit(people: Scoped) -> None:
    assert await people.count() == 3
    assert await people.count({"age": 20}) == 2
    assert await people.count({"age": 20}, limit=1) == 1
    assert await people.count(limit=0, index=BY_AGE.name) == 3


async def test_a_count_that_names_an_index_uses_it(people: Scoped) -> None:
    with pytest.raises(OperationFailure):
        await people.count({"age": 20}, index="no_such_index")
    assert await people.count({"age": 20}, limit=1, index=BY_AGE.name) == 1


async def test_a_question_that_takes_too_long_is_given_up(people: Scoped) -> None:
    await people.write([Put({"_id": f"n{number}", "age": number}) for number in range(300)])
    long = {"$expr": {"$lt": [{"$sum": {"$map": {"input": {"$range": [0, 20_000]}, "in": {"$multiply": ["$$this", "$age"]}}}}, 0]}}

    with pytest.raises(UNAVAILABLE):
        await people.find(long, max_time_ms=50)
    assert len(await people.find({"age": 20}, max_time_ms=5_000)) == 3


async def test_an_aggregation_begins_with_its_filter(people: Scoped) -> None:
    by_age: list[dict[str, Any]] = [{"$group": {"_id": "$age", "names": {"$sum": 1}}}, {"$sort": {"_id": 1}}]

    assert await people.aggregate(by_age) == [{"_id": 20, "names": 2}, {"_id": 36, "names": 1}]
    assert await people.aggregate(by_age, where={"_id": {"$gt": "b"}}) == [{"_id": 20, "names": 1}]
    assert await people.aggregate([{"$match": {"age": 36}}]) == [{"_id": "a", "name": "Ada", "age": 36}]


@pytest.mark.parametrize("stage", ["$lookup", "$unionWith", "$graphLookup", "$out", "$merge"])
async def test_no_stage_reaches_into_another_collection_wherever_it_stands(people: Scoped, stage: str) -> None:
    with pytest.raises(ValueError, match="stays in its collection"):
        await people.aggregate([{"$match": {}}, {stage: "people"}])


async def test_within_a_transaction_every_read_sees_what_it_wrote(database: Database, people: Scoped) -> None:
    async with database.transaction() as session:
        await people.insert({"_id": "new", "name": "Eve", "age": 1}, session=session)

        assert await people.get("new", session=session) is not None
        assert ids(await people.get_many(["new"], session=session)) == ["new"]
        assert ids(await people.find({"age": 1}, session=session)) == ["new"]
        assert await people.find_one({"name": "Eve"}, session=session) is not None
        assert await people.get("new") is None
