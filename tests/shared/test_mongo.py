"""The one place that keeps workspaces apart, on a real database; and the guards that make writes safe in any order."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest

from shared.mongo import AlreadyThere, Collection, Database, Delete, Index, Put, Update

pytestmark = pytest.mark.req("CR3")


@pytest.fixture
async def people(database: Database) -> Collection:
    people = database.collection("people", Index("email", unique=True))
    await people.prepare()
    for workspace in ("acme", "globex"):
        await people.of(workspace).insert({"_id": "1", "email": "ada@example.org", "owner": workspace})
    return people


async def owners(people: Collection, where: dict[str, Any]) -> set[str]:
    return {document["owner"] for document in await people.of("acme").find(where)}


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"workspace": "globex"},
        {"workspace": {"$exists": True}},
        {"$or": [{"workspace": "globex"}, {"email": "ada@example.org"}]},
        {"$nor": [{"workspace": "acme"}]},
        {"_id": "globex:1"},
        {"_id": {"$gte": ""}},
        {"$expr": {"$eq": ["$workspace", "globex"]}},
    ],
)
async def test_no_filter_reaches_another_workspace(people: Collection, where: dict[str, Any]) -> None:
    assert await owners(people, where) <= {"acme"}


async def test_no_write_reaches_another_workspace(people: Collection) -> None:
    acme, globex = people.of("acme"), people.of("globex")
    await acme.update_many({"workspace": {"$exists": True}}, {"$set": {"owner": "taken"}})
    await acme.write(
        [
            Update("1", {"$set": {"owner": "taken"}}),
            Delete("globex:1"),
            Put({"_id": "2", "email": "b", "workspace": "globex", "owner": "acme"}),
        ]
    )
    await acme.delete_many({"workspace": "globex"})
    await acme.delete("1")

    assert await globex.find() == [{"_id": "1", "email": "ada@example.org", "owner": "globex"}]
    assert await acme.find() == [{"_id": "2", "email": "b", "owner": "acme"}]


async def test_an_aggregation_begins_in_its_workspace_and_stays_in_its_collection(people: Collection) -> None:
    counted = await people.of("acme").aggregate([{"$group": {"_id": None, "n": {"$sum": 1}}}])
    assert counted[0]["n"] == 1
    for stage in ({"$lookup": {"from": "people", "as": "all", "pipeline": []}}, {"$unionWith": "people"}, {"$out": "elsewhere"}):
        with pytest.raises(ValueError, match="stays in its collection"):
            await people.of("acme").aggregate([stage])


async def test_a_unique_index_is_unique_within_the_workspace_and_names_its_fields_only(people: Collection) -> None:
    with pytest.raises(AlreadyThere) as there:
        await people.of("acme").insert({"_id": "3", "email": "ada@example.org"})
    assert there.value.keys == ("email",)
    assert "ada" not in str(there.value)


@pytest.mark.parametrize("workspace", ["", "acme:1"])
def test_what_could_be_taken_for_another_workspace_is_none(database: Database, workspace: str) -> None:
    with pytest.raises(ValueError, match="workspace"):
        database.collection("people").of(workspace)


async def test_the_newest_version_stays_whatever_the_order_and_however_often(database: Database) -> None:
    scoped = database.collection("cards").of("acme")
    versions = [{"_id": "1", "sequence": number, "text": f"${number}"} for number in range(1, 21)] * 2
    random.Random(3).shuffle(versions)
    await asyncio.gather(*(scoped.put_newer([version]) for version in versions))
    assert await scoped.get("1") == {"_id": "1", "sequence": 20, "text": "$20"}


async def test_what_is_there_already_is_left_alone_and_told(database: Database) -> None:
    scoped = database.collection("entries").of("acme")
    assert await scoped.insert_new([{"_id": "a", "n": 1}]) == {"a"}
    assert await scoped.insert_new([{"_id": "a", "n": 2}, {"_id": "b", "n": 2}]) == {"b"}
    assert await scoped.get("a") == {"_id": "a", "n": 1}


async def test_nothing_of_a_transaction_that_fails_is_kept(database: Database) -> None:
    scoped = database.collection("entries").of("acme")
    await scoped.insert({"_id": "before"})
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            await scoped.insert({"_id": "inside"}, session=session)
            raise ZeroDivisionError
    assert [document["_id"] for document in await scoped.find()] == ["before"]


async def test_a_hundred_writers_of_one_document_leave_no_gap(database: Database) -> None:
    scoped = database.collection("contacts").of("acme")
    await scoped.insert({"_id": "1", "version": 0})
    seen: list[int] = []

    async def write(_: int) -> None:
        async def work(session: Any) -> int:
            after = await scoped.update("1", {"$inc": {"version": 1}}, session=session)
            assert after is not None
            return int(after["version"])

        seen.append(await database.transact(work))

    await asyncio.gather(*(write(number) for number in range(100)))
    assert sorted(seen) == list(range(1, 101))
