"""What a store can change in one workspace, on a real database: what is answered, and what is told of a refusal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pymongo.errors import BulkWriteError

from shared.mongo import AlreadyThere, Collection, Database, Delete, Index, Put, Scoped, Session, Update


@pytest.fixture
async def collection(database: Database) -> Collection:
    collection = database.collection("people", Index("email", unique=True, where={"email": {"$exists": True}}), Index("tags", "days"))
    await collection.prepare()
    await collection.of("globex").write([Put({"_id": "a", "n": 1}), Put({"_id": "b", "n": 1})])
    return collection


@pytest.fixture
async def people(collection: Collection) -> Scoped:
    people = collection.of("acme")
    await people.write([Put({"_id": "a", "n": 1, "email": "a@x"}), Put({"_id": "b", "n": 2})])
    return people


async def all_of(scoped: Scoped) -> dict[str, Any]:
    return {document.pop("_id"): document for document in await scoped.find()}


def test_a_refusal_names_the_fields_and_not_the_workspace() -> None:
    assert AlreadyThere(["workspace", "email", "name"]).keys == ("email", "name")
    assert str(AlreadyThere(["workspace", "email", "name"])) == "a document with the same email, name is there already"
    assert str(AlreadyThere.from_details(None)) == "a document with the same key is there already"
    assert AlreadyThere.from_details({"keyPattern": {"workspace": 1, "email": 1}}).keys == ("email",)


async def test_an_id_that_is_taken_is_refused(people: Scoped) -> None:
    with pytest.raises(AlreadyThere) as refusal:
        await people.insert({"_id": "a"})
    assert refusal.value.keys == ("_id",)


async def test_of_new_documents_those_are_told_that_were_not_there(people: Scoped) -> None:
    assert await people.insert_new([{"_id": "c"}, {"_id": "a", "n": 9}, {"_id": "d"}]) == {"c", "d"}
    assert await people.insert_new([]) == set()
    assert await all_of(people) == {"a": {"n": 1, "email": "a@x"}, "b": {"n": 2}, "c": {}, "d": {}}


async def test_a_new_document_that_meets_another_index_is_no_repetition(people: Scoped) -> None:
    with pytest.raises(AlreadyThere) as refusal:
        await people.insert_new([{"_id": "a"}, {"_id": "c", "email": "a@x"}])
    assert refusal.value.keys == ("email",)


async def test_a_new_document_the_database_refuses_is_no_repetition(people: Scoped) -> None:
    with pytest.raises(BulkWriteError):
        await people.insert_new([{"_id": "a"}, {"_id": "c", "tags": [1], "days": [1]}])


async def test_new_documents_that_lack_copies_are_not_answered_as_saved(database: Database, mongodb_uri: str) -> None:
    alone = Database.connect(f"{mongodb_uri}&w=2&timeoutMS=3000", database.name)
    try:
        with pytest.raises(BulkWriteError):
            await alone.collection("people").of("acme").insert_new([{"_id": "a"}])
    finally:
        alone.close()


async def test_of_two_versions_the_newer_stays_and_of_two_equal_ones_the_first(people: Scoped) -> None:
    await people.put_newer([{"_id": "a", "sequence": 2, "text": "first"}, {"_id": "v", "version": 1, "sequence": 1}])
    await people.put_newer([{"_id": "a", "sequence": 2, "text": "second"}])
    await people.put_newer([{"_id": "a", "sequence": 1, "text": "older"}])
    await people.put_newer([{"_id": "v", "version": 2, "sequence": 0}], by="version")

    assert await people.get("a") == {"_id": "a", "sequence": 2, "text": "first"}
    assert await people.get("v") == {"_id": "v", "version": 2, "sequence": 0}


async def test_what_is_put_is_taken_by_the_letter(people: Scoped) -> None:
    await people.write([Put({"_id": "p", "text": "$n"}), Put({"_id": "q", "text": "$n", "at": "$b"}, newer_by="at")])

    assert await people.get("p") == {"_id": "p", "text": "$n"}
    assert await people.get("q") == {"_id": "q", "text": "$n", "at": "$b"}


async def test_an_update_answers_the_document_as_it_is_now(people: Scoped) -> None:
    assert await people.update("b", {"$inc": {"n": 1}}) == {"_id": "b", "n": 3}
    assert await people.update("b", {"$inc": {"n": 1}}, where={"n": 3}) == {"_id": "b", "n": 4}
    assert await people.update("b", {"$inc": {"n": 1}}, where={"n": 3}) is None
    assert await people.update("z", {"$inc": {"n": 1}}) is None
    assert sorted(await all_of(people)) == ["a", "b"]


async def test_an_update_that_may_insert_belongs_to_its_workspace(people: Scoped) -> None:
    assert await people.update("z", {"$inc": {"n": 1}, "$setOnInsert": {"by": "us"}}, upsert=True) == {"_id": "z", "n": 1, "by": "us"}
    assert await people.update("z", {"$inc": {"n": 1}}, upsert=True) == {"_id": "z", "n": 2, "by": "us"}
    assert await people.find({"by": "us"}) == [{"_id": "z", "n": 2, "by": "us"}]
    await people.write([Update("y", {"$set": {"n": 7}}, upsert=True), Update("x", {"$set": {"n": 7}})])

    assert await people.find({"n": 7}) == [{"_id": "y", "n": 7}]


async def test_an_update_that_meets_a_unique_index_says_so(people: Scoped) -> None:
    with pytest.raises(AlreadyThere) as refusal:
        await people.update("b", {"$set": {"email": "a@x"}})
    assert refusal.value.keys == ("email",)


async def test_a_whole_document_is_no_update(people: Scoped) -> None:
    for operators in ({"n": 1}, {"$set": {"n": 1}, "n": 1}):
        with pytest.raises(ValueError, match="operators"):
            await people.update("a", operators)


async def test_changes_of_many_are_counted_and_end_at_the_workspace(collection: Collection, people: Scoped) -> None:
    assert await people.update_many({"n": {"$lte": 2}}, {"$set": {"m": 1}}) == 2
    assert await people.update_many({"n": {"$lte": 2}}, {"$set": {"m": 1}}) == 0
    assert await people.update_many({"_id": "a"}, {"$set": {"m": 5}}) == 1
    assert await people.delete_many({"n": 1}) == 1
    assert await people.delete_many({"n": 1}) == 0

    assert await all_of(people) == {"b": {"n": 2, "m": 1}}
    assert await all_of(collection.of("globex")) == {"a": {"n": 1}, "b": {"n": 1}}


async def test_a_deletion_says_whether_there_was_one(people: Scoped) -> None:
    assert await people.delete("a", where={"n": 2}) is False
    assert await people.delete("a", where={"n": 1}) is True
    assert await people.delete("a") is False
    assert sorted(await all_of(people)) == ["b"]


async def test_writes_in_one_bulk_are_counted_together(people: Scoped) -> None:
    assert await people.write([]) == 0
    assert await people.write([Put({"_id": "c"}), Update("b", {"$set": {"n": 9}}), Delete("a")]) == 3
    assert await people.write([Update("b", {"$set": {"n": 1}}, where={"n": 2}), Delete("b", where={"n": 2}), Delete("z")]) == 0
    assert await all_of(people) == {"b": {"n": 9}, "c": {}}


async def test_of_writes_in_one_bulk_one_that_is_refused_holds_up_no_other(people: Scoped) -> None:
    with pytest.raises(BulkWriteError):
        await people.write([Put({"_id": "bad", "tags": [1], "days": [1]}), Put({"_id": "c"})])
    assert await people.get("c") == {"_id": "c"}


Change = Callable[[Scoped, Session], Awaitable[Any]]
CHANGES: dict[str, Change] = {
    "insert": lambda scoped, session: scoped.insert({"_id": "c"}, session=session),
    "insert_new": lambda scoped, session: scoped.insert_new([{"_id": "c"}], session=session),
    "put_newer": lambda scoped, session: scoped.put_newer([{"_id": "a", "sequence": 1}], session=session),
    "update": lambda scoped, session: scoped.update("a", {"$set": {"n": 5}}, session=session),
    "update_many": lambda scoped, session: scoped.update_many({}, {"$set": {"n": 5}}, session=session),
    "delete": lambda scoped, session: scoped.delete("a", session=session),
    "delete_many": lambda scoped, session: scoped.delete_many({}, session=session),
    "write": lambda scoped, session: scoped.write([Delete("a")], session=session),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_no_change_outlives_the_transaction_it_was_made_in(database: Database, people: Scoped, change: Change) -> None:
    before = await all_of(people)
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            await change(people, session)
            raise ZeroDivisionError
    assert await all_of(people) == before
