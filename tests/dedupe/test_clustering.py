"""Clusters kept in step with the pairs they are made of, whatever happens to these and in whatever order."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import httpx
import pytest

from dedupe.domain.clustering import MOST_TOGETHER, Cluster, Together, cluster_id, parts_of
from dedupe.domain.pairs import Pair, Parting, Status, Verdict, decided, judged, pair_id
from dedupe.domain.ruleset import DEFAULT
from dedupe.domain.workspace import Thresholds
from dedupe.mongo_store import MongoDedupeStore
from dedupe.rescanning import Rescanning
from dedupe.store import ClustersWanted
from shared.auth import Role
from shared.contracts.contacts import Source
from shared.contracts.envelope import Event
from shared.mongo import Database
from tests.support.dedupe_builders import (
    NOON,
    WORKSPACE,
    Deliver,
    created,
    deleted,
    erased,
    gave_back,
    indexed,
    kept_apart_from,
    merged_away,
    person,
    restored,
    took_in,
    updated,
)
from tests.support.http import problem
from tests.support.tokens import bearer

ADA = person("Ada Lovelace", "ada@example.org", phone="4155551234", birth_date="1915-12-10")
AGAIN = person("Ada Lovelace", "ada@example.org", phone="4155551234", birth_date="1915-12-10", company="Acme")
GRACE = person("Grace Hopper", "grace@navy.example", phone="2125550000", birth_date="1906-12-09")


async def clusters(store: MongoDedupeStore, workspace: str = WORKSPACE, **wanted: Any) -> list[tuple[str, ...]]:
    found, _ = await store.clusters(workspace, ClustersWanted(**wanted))
    return sorted(cluster.contact_ids for cluster in found)


async def to_the_end(store: MongoDedupeStore) -> None:
    worker = Rescanning(store, lambda: NOON)
    while await worker.turn():
        pass


async def pairs_of(client: httpx.AsyncClient) -> dict[tuple[str, str], str]:
    items = (await client.get("/v1/duplicates/pairs", headers=bearer())).json()["items"]
    return {tuple(pair["contact_ids"]): pair["id"] for pair in items}


async def listed(client: httpx.AsyncClient, workspace: str = WORKSPACE, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/v1/duplicates/clusters", params=query, headers=bearer(workspace, Role.VIEWER))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


# ---- who is looked at together ------------------------------------------------------------------------------------------------


def test_who_hangs_together_is_one_part_with_its_links() -> None:
    chain, couple = [("a", "b", 0.6), ("b", "c", 0.9)], [("x", "y", 0.7)]

    parts = parts_of([*chain, *couple])

    assert [(part.contact_ids, set(part.links), part.left_out) for part in parts] == [
        (("a", "b", "c"), set(chain), 0),
        (("x", "y"), set(couple), 0),
    ]


def test_where_too_many_hang_together_the_weakest_links_are_left_out_and_counted() -> None:
    links = [("a", "b", 0.9), ("b", "c", 0.6), ("c", "d", 0.8), ("a", "d", 0.5)]

    parts = parts_of(links, most=2)

    assert [(part.contact_ids, part.left_out) for part in parts] == [(("a", "b"), 2), (("c", "d"), 2)]


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_links_makes_no_difference(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"c{number:02}" for number in range(30)]
    couples = {(min(couple), max(couple)) for couple in (chance.sample(names, 2) for _ in range(60))}
    links = [(one, other, round(chance.random(), 1)) for one, other in sorted(couples)]

    assert parts_of(chance.sample(links, len(links)), most=8) == parts_of(links, most=8)


def test_what_people_said_counts_more_than_what_two_are_like() -> None:
    one, other, stranger = indexed("c1", ADA), indexed("c2", AGAIN), indexed("c3", GRACE)
    pair = judged(one, other, None, rules=DEFAULT)
    assert pair is not None
    said = decided(pair, one, other, Verdict.TWO_PEOPLE, by="ann", reason=None)
    undone = {pair.pair_id: [Parting("c1", "c2", 1, one.identity), Parting("c2", "c1", 1, other.identity)]}
    strangers = Pair(pair_id("c1", "c3"), ("c1", "c3"), 1, Status.WITHDRAWN, 0.0)
    confirmed = decided(strangers, one, stranger, Verdict.ONE_PERSON, by="ann", reason=None)
    contacts = {each.contact_id: each for each in (one, other, stranger)}

    def bits(pairs: list[Pair], partings: Any = None, ids: tuple[str, str] = ("c1", "c2")) -> float:
        return Together(contacts, {each.pair_id: each for each in pairs}, partings or {}).bits(*ids, DEFAULT)

    assert bits([pair]) > 0 > bits([], ids=("c1", "c3"))
    assert bits([said]) == bits([pair], undone) == bits([], undone) == float("-inf")
    assert bits([confirmed], ids=("c1", "c3")) > bits([pair]) - 1


# ---- in step with the pairs ---------------------------------------------------------------------------------------------------


@pytest.mark.req("KC5")
async def test_records_of_one_person_are_one_cluster(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c3", ADA), created("c1", GRACE))
    await deliver(created("c2", AGAIN))
    await deliver(created("c4", ADA), created("c5", GRACE))

    assert await clusters(store) == [("c1", "c5"), ("c2", "c3", "c4")]


@pytest.mark.parametrize(
    ("news", "left"),
    [
        ([updated("c2", GRACE)], [("c1", "c3")]),
        ([deleted("c2", ADA)], [("c1", "c3")]),
        ([erased("c2")], [("c1", "c3")]),
        ([took_in("c1", ADA, "c2"), merged_away("c2", "c1", ADA)], [("c1", "c3")]),
        ([took_in("c1", ADA, "c2", "c3"), merged_away("c2", "c1", ADA), merged_away("c3", "c1", ADA)], []),
        ([deleted("c2", ADA), updated("c2", ADA, sequence=3)], [("c1", "c2", "c3")]),
    ],
    ids=["another person now", "deleted", "erased", "one merged", "all merged", "restored"],
)
async def test_whoever_leaves_the_pairs_leaves_the_cluster(
    news: list[Event], left: list[tuple[str, ...]], deliver: Deliver, store: MongoDedupeStore
) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", ADA))

    for event in news:
        await deliver(event)

    assert await clusters(store) == left


@pytest.mark.req("CD14")
async def test_who_was_told_apart_by_undoing_a_merge_is_not_joined_by_a_third(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", ADA))
    await deliver(took_in("c1", ADA, "c2"), merged_away("c2", "c1", ADA))

    await deliver(gave_back("c1", ADA, "c2"), restored("c2", "c1", ADA))

    [cluster] = await clusters(store)
    assert len(cluster) == 2
    assert "c3" in cluster


@pytest.mark.req("SE1")
async def test_who_is_kept_apart_on_purpose_is_not_joined_by_a_third(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", ADA, **kept_apart_from("c1")), created("c3", ADA))

    [cluster] = await clusters(store)
    assert len(cluster) == 2
    assert "c3" in cluster


@pytest.mark.req("CD7")
async def test_a_dismissed_pair_is_not_joined_by_a_third(deliver: Deliver, client: httpx.AsyncClient, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", ADA))
    pairs = await pairs_of(client)

    await client.post(f"/v1/duplicates/pairs/{pairs['c1', 'c2']}/dismiss", json={}, headers=bearer())

    [cluster] = await clusters(store)
    assert len(cluster) == 2
    assert "c3" in cluster


async def test_other_rules_make_other_clusters(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", GRACE), created("c4", GRACE))
    rules = await store.set_thresholds(WORKSPACE, Thresholds(certain=1.1, suspected=1.1), 0, "ann")
    assert rules is not None
    await to_the_end(store)
    high = await clusters(store)
    await store.set_thresholds(WORKSPACE, Thresholds(), rules.revision, "ann")

    await to_the_end(store)

    assert high == []
    assert await clusters(store) == [("c1", "c2"), ("c3", "c4")]
    found, _ = await store.clusters(WORKSPACE, ClustersWanted())
    assert {cluster.ruleset for cluster in found} == {(await store.rules(WORKSPACE)).version}


async def test_a_crowd_at_one_number_is_cut_into_parts_and_says_so(deliver: Deliver, store: MongoDedupeStore) -> None:
    everybody = [created(f"c{number:03}", ADA) for number in range(MOST_TOGETHER + 2)]
    await deliver(*everybody)

    found, _ = await store.clusters(WORKSPACE, ClustersWanted())

    members = [contact_id for cluster in found for contact_id in cluster.contact_ids]
    assert len(members) == len(set(members)) == len(everybody)
    assert all(cluster.left_out > 0 for cluster in found)


@pytest.mark.parametrize("seed", range(8))
async def test_in_any_order_and_repeated_the_same_clusters(
    seed: int, deliver: Deliver, store: MongoDedupeStore, database: Database
) -> None:
    chance = random.Random(seed)
    history = [
        created("c1", ADA, owner_id="ann"),
        created("c2", AGAIN, source=Source(type="import", id="run-1/2")),
        updated("c2", AGAIN, sequence=2, owner_id="bob", source=Source(type="import", id="run-1/2")),
        created("c3", ADA),
        updated("c3", GRACE, sequence=2),
        created("c4", GRACE),
        created("c5", ADA),
        took_in("c1", ADA, "c5"),
        merged_away("c5", "c1", ADA),
        created("c6", ADA),
        deleted("c6", ADA),
        created("c7", ADA, **kept_apart_from("c1")),
        created("c8", GRACE),
        erased("c8"),
        created("c9", AGAIN),
    ]
    events = chance.sample(history, len(history)) + chance.choices(history, k=4)
    while events:
        await deliver(*[events.pop() for _ in range(min(len(events), chance.randint(1, 3)))])

    kept, _ = await store.clusters(WORKSPACE, ClustersWanted())
    assert sorted(cluster.contact_ids for cluster in kept if "c3" in cluster.contact_ids) == [("c3", "c4")]
    assert await anew(store, database) == {cluster.cluster_id: cluster for cluster in kept}


async def test_two_who_join_a_cluster_at_the_same_instant_are_both_in_it(deliver: Deliver, store: MongoDedupeStore) -> None:
    for number in range(15):
        who = person(f"Ada Lovelace{number}", f"ada{number}@example.org", birth_date=f"19{10 + number}-12-10")
        await deliver(created(f"m{number}", who))
        await asyncio.gather(*(deliver(created(f"{side}{number}", who)) for side in "axz"))

        assert (f"a{number}", f"m{number}", f"x{number}", f"z{number}") in await clusters(store)


async def anew(store: MongoDedupeStore, database: Database) -> dict[str, Cluster]:
    """What a rescan makes of the same pairs where nothing was kept."""
    await database.collection("clusters").of(WORKSPACE).delete_many({})
    await store.want_rescan(WORKSPACE, "ann")
    await to_the_end(store)
    return {cluster.cluster_id: cluster for cluster in (await store.clusters(WORKSPACE, ClustersWanted()))[0]}


# ---- through the API ----------------------------------------------------------------------------------------------------------


@pytest.mark.req("KC5")
async def test_a_cluster_says_why_and_which_run_made_it(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(
        created("c1", ADA, owner_id="ann", source=Source(type="manual")),
        created("c2", ADA, source=Source(type="import", id="run-7/12")),
        created("c3", AGAIN, source=Source(type="import", id="run-7/13")),
    )

    [cluster] = await listed(client)

    assert cluster["id"] == cluster_id(["c1", "c2", "c3"])
    assert cluster["contact_ids"] == ["c1", "c2", "c3"] == [contact["id"] for contact in cluster["contacts"]]
    assert cluster["made_by"] == [
        {"source": "import", "run": "run-7", "contact_ids": ["c2", "c3"]},
        {"source": "manual", "run": None, "contact_ids": ["c1"]},
    ]
    assert cluster["score"] <= min(pair["score"] for pair in cluster["pairs"][:1])
    assert cluster["certain"]
    assert {tuple(pair["contact_ids"]) for pair in cluster["pairs"]} == {("c1", "c2"), ("c1", "c3"), ("c2", "c3")}
    assert all(pair["reasons"] for pair in cluster["pairs"])
    alone = (await client.get(f"/v1/duplicates/clusters/{cluster['id']}", headers=bearer())).json()
    assert alone == cluster


@pytest.mark.req("KC5")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [("a1", "a2"), ("b1", "b2")]),
        ({"run": "run-7"}, [("a1", "a2")]),
        ({"run": "hubspot", "source": "integration"}, [("b1", "b2")]),
        ({"source": "import"}, [("a1", "a2")]),
        ({"source": "form"}, []),
        ({"owner": "ann"}, [("b1", "b2")]),
    ],
)
async def test_clusters_by_source_run_and_owner(
    query: dict[str, Any], found: list[tuple[str, ...]], client: httpx.AsyncClient, deliver: Deliver
) -> None:
    await deliver(
        created("a1", person("Ada Lovelace", company="Acme"), source=Source(type="import", id="run-7/1")),
        created("a2", person("Ada Lovelace", "ada@acme.example", company="Acme")),
        created("b1", GRACE, source=Source(type="integration", id="hubspot")),
        created("b2", GRACE, owner_id="ann"),
    )

    counted = (await client.get("/v1/duplicates/clusters/count", params=query, headers=bearer())).json()
    assert sorted(tuple(cluster["contact_ids"]) for cluster in await listed(client, **query)) == found
    assert counted == {"count": len(found), "more": False}


async def test_pages_of_clusters_cover_all_of_them_once_the_likeliest_first(client: httpx.AsyncClient, deliver: Deliver) -> None:
    for number in range(5):
        who = person(f"Ada Lovelace{number}", f"ada{number}@example.org", birth_date=f"19{10 + number}-12-10")
        await deliver(created(f"a{number}", who), created(f"b{number}", who))
    seen: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        answer = (await client.get("/v1/duplicates/clusters", params=query, headers=bearer())).json()
        seen += answer["items"]
        if answer["next_cursor"] is None:
            break
        query["cursor"] = answer["next_cursor"]

    assert len({each["id"] for each in seen}) == len(seen) == 5
    assert await listed(client, min_score=seen[0]["score"]) == [each for each in seen if each["score"] == seen[0]["score"]]
    assert [each["score"] for each in seen] == sorted((each["score"] for each in seen), reverse=True)


@pytest.mark.req("CR3")
async def test_clusters_of_another_workspace_do_not_exist(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA, workspace="globex"), created("c2", ADA, workspace="globex"))
    [cluster] = await listed(client, "globex")

    assert await listed(client) == []
    problem(await client.get(f"/v1/duplicates/clusters/{cluster['id']}", headers=bearer()), 404)


async def test_a_change_of_owner_is_a_change_of_the_cluster(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", ADA))
    await deliver(updated("c2", ADA, owner_id="bob"))

    assert [cluster["contact_ids"] for cluster in await listed(client, owner="bob")] == [["c1", "c2"]]
