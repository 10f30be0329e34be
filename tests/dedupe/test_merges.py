"""What becomes of pairs when contacts are merged, told apart again, or kept apart on purpose: the same in any order of arrival."""

from __future__ import annotations

import random

import httpx
import pytest

from dedupe.domain.pairs import Status
from dedupe.mongo_store import MongoDedupeStore
from dedupe.store import Wanted
from shared.contracts.dedupe import PairConfirmed, PairDismissed
from shared.mongo import Database
from tests.support.database import asked_of
from tests.support.dedupe_builders import (
    WORKSPACE,
    Deliver,
    Told,
    created,
    gave_back,
    kept_apart_from,
    merged_away,
    person,
    restored,
    took_in,
    updated,
)
from tests.support.tokens import bearer

ADA = person("Ada Lovelace", "ada@example.org")
AGAIN = person("Ada L. Lovelace", "ADA@example.org", company="Acme")
UNITED = person("Ada Lovelace", "ada@example.org", company="Acme")
MOVED = person("Ada L. Lovelace", "ada@example.org", phone="4155551234")

MERGE = [took_in("c1", UNITED, "c2"), merged_away("c2", "c1", AGAIN)]
UNDO = [gave_back("c1", ADA, "c2"), restored("c2", "c1", AGAIN)]


async def pairs(store: MongoDedupeStore) -> dict[tuple[str, str], Status]:
    found = [pair for status in Status for pair in (await store.pairs(WORKSPACE, Wanted(status, limit=1_000)))[0]]
    return {pair.contact_ids: pair.status for pair in found}


async def having_her_address(store: MongoDedupeStore) -> list[str]:
    [alike] = await store.alike(WORKSPACE, [{"email:ada@example.org"}])
    return sorted(contact.contact_id for contact in alike.contacts)


async def listed(client: httpx.AsyncClient, contact_id: str, status: str = "suspected") -> list[list[str]]:
    answer = await client.get("/v1/duplicates/pairs", params={"contact_id": contact_id, "status": status}, headers=bearer())
    return [pair["contact_ids"] for pair in answer.json()["items"]]


@pytest.mark.req("CD11")
@pytest.mark.parametrize("first", ["survivor", "merged away"])
async def test_a_merge_confirms_its_pair_and_closes_the_others_with_a_word_of_their_own(
    deliver: Deliver, store: MongoDedupeStore, told: Told, first: str
) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA))

    for news in MERGE if first == "survivor" else reversed(MERGE):
        await deliver(news)

    assert await pairs(store) == {("c1", "c2"): Status.CONFIRMED, ("c2", "c3"): Status.MERGED, ("c1", "c3"): Status.SUSPECTED}
    last = {event.data.contact_ids: event.data for event in await told() if hasattr(event.data, "contact_ids")}
    assert isinstance(last["c1", "c2"], PairConfirmed)
    closed = last["c2", "c3"]
    assert isinstance(closed, PairDismissed)
    assert (closed.reason, closed.decided_by) == ("merged", None)


@pytest.mark.req("CD16")
async def test_of_a_cluster_merged_at_once_every_pair_is_confirmed(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", ADA), created("c4", ADA))

    await deliver(merged_away("c2", "c1", ADA), took_in("c1", ADA, "c2", "c3"), merged_away("c3", "c1", ADA))

    confirmed = {ids for ids, status in (await pairs(store)).items() if status is Status.CONFIRMED}
    assert confirmed == {("c1", "c2"), ("c1", "c3"), ("c2", "c3")}
    assert (await pairs(store))["c1", "c4"] is Status.SUSPECTED


@pytest.mark.req("CD11")
async def test_along_a_chain_of_merges_the_first_and_the_last_are_one_person(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", ADA))
    await deliver(merged_away("c3", "c2", ADA), took_in("c2", ADA, "c3"))

    await deliver(took_in("c1", ADA, "c2", also=("c3",)), merged_away("c2", "c1", ADA, sequence=3, merged_ids=("c3",)))

    assert set((await pairs(store)).values()) == {Status.CONFIRMED}


@pytest.mark.req("CD14")
async def test_two_whose_merge_was_undone_are_told_apart_until_one_of_them_changes(
    deliver: Deliver, store: MongoDedupeStore, told: Told
) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    await deliver(*MERGE)

    await deliver(*UNDO)

    assert await pairs(store) == {("c1", "c2"): Status.DISMISSED}
    last = (await told())[-1].data
    assert isinstance(last, PairDismissed)
    assert (last.reason, last.decided_by) == ("merge_undone", "ann")
    await deliver(updated("c2", AGAIN, sequence=4, owner_id="bob"))
    assert await pairs(store) == {("c1", "c2"): Status.DISMISSED}
    await deliver(updated("c2", MOVED, sequence=5))
    assert await pairs(store) == {("c1", "c2"): Status.SUSPECTED}


@pytest.mark.req("CD14")
async def test_who_was_restored_is_in_the_index_again(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), *MERGE)
    assert await having_her_address(store) == ["c1"]

    await deliver(*UNDO)

    assert await having_her_address(store) == ["c1", "c2"]


@pytest.mark.req("CD14")
async def test_two_that_are_merged_again_and_told_apart_again_are_what_was_said_last(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    await deliver(*MERGE, *UNDO, updated("c2", MOVED, sequence=4))
    await deliver(took_in("c1", ADA, "c2", sequence=4), merged_away("c2", "c1", MOVED, sequence=5))
    assert await pairs(store) == {("c1", "c2"): Status.CONFIRMED}

    await deliver(gave_back("c1", ADA, "c2", sequence=5), restored("c2", "c1", MOVED, sequence=6))

    assert await pairs(store) == {("c1", "c2"): Status.DISMISSED}


@pytest.mark.req("CD14")
async def test_those_restored_together_are_told_apart_from_the_survivor_and_not_from_each_other(
    deliver: Deliver, store: MongoDedupeStore
) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", ADA))
    await deliver(took_in("c1", ADA, "c2", "c3"), merged_away("c2", "c1", ADA), merged_away("c3", "c1", ADA))

    await deliver(gave_back("c1", ADA, "c2", "c3"), restored("c2", "c1", ADA), restored("c3", "c1", ADA))

    assert await pairs(store) == {("c1", "c2"): Status.DISMISSED, ("c1", "c3"): Status.DISMISSED, ("c2", "c3"): Status.SUSPECTED}


@pytest.mark.req("SE1")
async def test_two_records_of_one_person_kept_on_purpose_are_not_suggested(deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN, **kept_apart_from("c1")))
    assert await pairs(store) == {}

    await deliver(updated("c2", AGAIN))
    assert await pairs(store) == {("c1", "c2"): Status.SUSPECTED}

    await deliver(updated("c2", AGAIN, sequence=3, **kept_apart_from("c1")))
    assert await pairs(store) == {("c1", "c2"): Status.KEPT_APART}
    last = (await told())[-1].data
    assert isinstance(last, PairDismissed)
    assert (last.reason, last.decided_by) == ("kept_apart", None)


@pytest.mark.req("SE1", "CD11")
async def test_who_was_kept_apart_from_one_that_was_merged_away_is_so_from_its_survivor(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA, **kept_apart_from("c2")))

    await deliver(*MERGE)

    assert (await pairs(store))["c1", "c3"] is Status.KEPT_APART


@pytest.mark.req("CD11")
async def test_pairs_of_an_old_id_are_those_of_its_survivor(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA))
    await deliver(merged_away("c2", "c1", AGAIN), took_in("c1", UNITED, "c2"))

    assert await listed(client, "c2") == await listed(client, "c1") == [["c1", "c3"]]


@pytest.mark.req("CD11")
async def test_one_that_is_changed_by_an_old_id_is_not_its_own_look_alike(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), *MERGE)

    answer = await client.post("/v1/duplicates/check", json={"contact_id": "c2", "emails": ["ada@example.org"]}, headers=bearer())

    assert answer.json()["matches"] == []


@pytest.mark.req("CD9", "CD11")
async def test_of_many_that_are_changed_by_old_ids_none_is_its_own_look_alike(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA))
    await deliver(merged_away("c3", "c2", ADA), took_in("c2", AGAIN, "c3"))
    await deliver(took_in("c1", UNITED, "c2", also=("c3",)), merged_away("c2", "c1", AGAIN, sequence=3, merged_ids=("c3",)))
    asked = [{"contact_id": contact_id, "emails": ["ada@example.org"]} for contact_id in ("c1", "c2", "c3", "nobody")]

    answer = await client.post("/v1/duplicates/checks", json={"candidates": [*asked, {"first_name": "Zoe"}]}, headers=bearer())

    found = [[match["contact_id"] for match in each["matches"]] for each in answer.json()["answers"]]
    assert found == [[], [], [], ["c1"], []]


async def test_of_many_it_is_read_together_who_they_are_today(client: httpx.AsyncClient, deliver: Deliver, database: Database) -> None:
    await deliver(created("c1", ADA))
    asked = [{"contact_id": f"c{number}", "first_name": "Zoe"} for number in range(50)]
    async with asked_of(database, "contacts") as ran:
        await client.post("/v1/duplicates/checks", json={"candidates": asked}, headers=bearer())

    assert [query["command"].get("projection") for query in ran].count({"merged_into": 1}) == 1


async def test_a_pair_one_of_whom_was_merged_away_can_not_be_dismissed(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA))
    await deliver(*MERGE)
    found = await client.get("/v1/duplicates/pairs", params={"status": "merged"}, headers=bearer())
    (pair,) = found.json()["items"]

    refused = await client.post(f"/v1/duplicates/pairs/{pair['id']}/dismiss", json={}, headers=bearer())

    assert (refused.status_code, refused.json()["pair_status"]) == (409, "merged")


# ---- in any order -------------------------------------------------------------------------------------------------------------

CHAIN = [
    created("c1", ADA),
    created("c2", AGAIN),
    created("c3", ADA),
    created("c4", AGAIN),
    took_in("c2", AGAIN, "c3"),
    merged_away("c3", "c2", ADA),
    took_in("c1", UNITED, "c2", "c4", also=("c3",)),
    merged_away("c2", "c1", AGAIN, sequence=3, merged_ids=("c3",)),
    merged_away("c4", "c1", AGAIN),
    created("c5", ADA, **kept_apart_from("c2")),
]
UNDONE = [
    gave_back("c1", ADA, "c2", "c4"),
    restored("c2", "c1", AGAIN, sequence=4, merged_ids=("c3",)),
    restored("c4", "c1", AGAIN),
    updated("c4", MOVED, sequence=4),
]
WHILE_MERGED = {
    **dict.fromkeys([("c1", "c2"), ("c1", "c3"), ("c1", "c4"), ("c2", "c3"), ("c2", "c4")], Status.CONFIRMED),
    ("c3", "c4"): Status.MERGED,
    **dict.fromkeys([("c2", "c5"), ("c3", "c5"), ("c4", "c5")], Status.MERGED),
    ("c1", "c5"): Status.KEPT_APART,
}
AFTERWARDS = {
    ("c1", "c2"): Status.DISMISSED,
    ("c1", "c4"): Status.SUSPECTED,
    ("c2", "c3"): Status.CONFIRMED,
    ("c2", "c4"): Status.SUSPECTED,
    ("c1", "c5"): Status.SUSPECTED,
    ("c4", "c5"): Status.SUSPECTED,
    ("c2", "c5"): Status.KEPT_APART,
    **dict.fromkeys([("c1", "c3"), ("c3", "c4"), ("c3", "c5")], Status.MERGED),
}


@pytest.mark.req("CD11", "CD14", "CD16")
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("undone", [False, True], ids=["merged", "undone"])
async def test_in_any_order_and_repeated_the_same_pairs(
    deliver: Deliver, store: MongoDedupeStore, told: Told, seed: int, undone: bool
) -> None:
    history, end = (CHAIN + UNDONE, AFTERWARDS) if undone else (CHAIN, WHILE_MERGED)
    chance = random.Random(seed)
    events = chance.sample(history, len(history)) + chance.choices(history, k=4)
    while events:
        await deliver(*[events.pop() for _ in range(min(len(events), chance.randint(1, 3)))])

    found = await pairs(store)

    assert found == {ids: status for ids, status in end.items() if ids in found}, "those that were never suspected are not kept"
    assert [ids for ids, status in end.items() if status is Status.SUSPECTED and ids not in found] == []
    versions = [(event.subject, event.sequence) for event in await told()]
    assert versions == sorted(set(versions)), "each version of a pair is told once"
