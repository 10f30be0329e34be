"""The index and the pairs in the database."""

from __future__ import annotations

import pytest

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.look_alikes import Alike
from dedupe.domain.pairs import Pair, Status, pair_id
from dedupe.domain.retrieval import CROWD, MOST_ALIKE
from dedupe.domain.ruleset import DEFAULT
from dedupe.mongo_store import MongoDedupeStore, blocks
from dedupe.store import Judgement, Position, Wanted
from shared.mongo import Database
from tests.support.dedupe_builders import WORKSPACE, indexed, person

ADA = indexed(
    "c1",
    person(
        "Ada B. Lovelace", "ada@example.org", phone="4155551234", company="Acme", street="1 Elm St", postcode="1", birth_date="1815-12-10"
    ),
)


async def test_what_is_remembered_comes_back_whole(store: MongoDedupeStore) -> None:
    await store.remember(WORKSPACE, [ADA])

    assert await store.contacts(WORKSPACE, ["c1", "c9"]) == {"c1": ADA}


async def test_an_older_version_changes_nothing(store: MongoDedupeStore) -> None:
    newer = indexed("c1", person("Ada King"), sequence=5)
    await store.remember(WORKSPACE, [newer])
    await store.remember(WORKSPACE, [ADA])

    assert (await store.contacts(WORKSPACE, ["c1"]))["c1"] == newer


async def test_who_is_gone_keeps_nothing_personal_and_does_not_come_back(store: MongoDedupeStore) -> None:
    await store.remember(WORKSPACE, [ADA])
    await store.remember(WORKSPACE, [IndexedContact.away("c1", 2)])
    await store.remember(WORKSPACE, [ADA])

    assert await store.contacts(WORKSPACE, ["c1"]) == {"c1": IndexedContact("c1", 2, gone=True)}
    assert await alike(store) == Alike([])


@pytest.mark.req("CR3")
async def test_no_workspace_finds_anybody_of_another(store: MongoDedupeStore) -> None:
    await store.remember(WORKSPACE, [ADA])

    assert await alike(store, workspace="globex") == Alike([])
    assert await store.contacts("globex", ["c1"]) == {}


async def test_namesakes_do_not_crowd_out_who_has_the_same_address(store: MongoDedupeStore) -> None:
    namesakes = [
        indexed(f"n{number}", person("Ada Lovelace", birth_date=f"19{number % 90 + 10}-01-01")) for number in range(MOST_ALIKE + 20)
    ]
    await store.remember(WORKSPACE, [*namesakes, indexed("zz", person("Augusta", "ada@example.org"))])

    found = await alike(store)

    assert found.contacts[0].contact_id == "zz"
    assert len(found.contacts) == MOST_ALIKE
    assert found.beyond == len(namesakes) + 1 - MOST_ALIKE, "and it says how many were not compared"


async def test_several_are_looked_up_as_each_would_be(store: MongoDedupeStore) -> None:
    known = [indexed(f"c{number}", person(f"Ada Lovelace{number // 3}", f"ada{number // 2}@example.org")) for number in range(12)]
    await store.remember(WORKSPACE, known)
    wanted = [contact.keys for contact in known]

    together = await store.alike(WORKSPACE, wanted)

    one_by_one = [alike for keys in wanted for alike in await store.alike(WORKSPACE, [keys])]
    assert [ids(alike) for alike in together] == [ids(alike) for alike in one_by_one]
    assert all(contact.contact_id in ids(alike) for contact, alike in zip(known, together, strict=True))


async def test_of_a_crowd_nobody_is_read_to_the_end(store: MongoDedupeStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MOST_NEAR", CROWD + 1)
    crowd = [indexed(f"n{number}", person("Ada Lovelace", birth_date="1815-12-10")) for number in range(CROWD + 5)]
    few = [indexed(f"f{number}", person("Augusta King", "ada@example.org")) for number in range(30)]
    await store.remember(WORKSPACE, [*crowd, *few, ADA])

    async def near(judging: Judgement) -> frozenset[str]:
        return (await judging.neighbourhood(["c1"], DEFAULT)).near["c1"]

    assert await store.judging(WORKSPACE, near) == {contact.contact_id for contact in few}


async def test_a_key_that_a_crowd_has_is_named_by_its_kind(store: MongoDedupeStore) -> None:
    crowd = [indexed(f"n{number}", person("Ada Lovelace")) for number in range(CROWD + 1)]
    await store.remember(WORKSPACE, [*crowd, ADA])

    async def notice(judging: Judgement) -> None:
        await judging.neighbourhood(["c1"], DEFAULT)

    await store.judging(WORKSPACE, notice)

    assert "name" in (await alike(store)).crowded


async def test_crowded_keys_are_counted_by_kind_and_workspace(store: MongoDedupeStore, database: Database) -> None:
    marks = ["name:ada:lovelace", "name:grace", "phone:+14155551234", "acme:acme"]
    await database.collection("crowded").of(WORKSPACE).insert_new([{"_id": key} for key in marks])
    await database.collection("crowded").of("globex").insert_new([{"_id": "name:ada"}])

    assert await store.crowded(WORKSPACE) == {"acme": 1, "name": 2, "phone": 1}
    assert await store.crowded("globex") == {"name": 1}
    assert await store.crowded("initech") == {}


async def test_a_key_that_a_crowd_has_is_left_out_from_then_on(store: MongoDedupeStore) -> None:
    crowd = [indexed(f"n{number}", person("Ada Lovelace")) for number in range(CROWD + 1)]
    await store.remember(WORKSPACE, [*crowd, ADA, indexed("c2", person("Ada Lovelace", "ada@example.org"))])

    async def near(judging: Judgement) -> frozenset[str]:
        return (await judging.neighbourhood(["c1"], DEFAULT)).near["c1"]

    first, second = await store.judging(WORKSPACE, near), await store.judging(WORKSPACE, near)

    assert first == second == {"c2"}


async def test_a_pair_judged_on_contents_that_changed_meanwhile_is_judged_again(store: MongoDedupeStore) -> None:
    await store.remember(WORKSPACE, [ADA, indexed("c2", person("Ada Lovelace", "ada@example.org"))])
    judged_at: list[int] = []

    async def judge(judging: Judgement) -> None:
        around = await judging.neighbourhood(["c1", "c2"], DEFAULT)
        judged_at.append(around.contacts["c2"].sequence)
        if len(judged_at) == 1:
            await store.remember(WORKSPACE, [indexed("c2", person("Grace Hopper"), sequence=2)])
        await judging.save([pair("c1", "c2", 0.9)])

    await store.judging(WORKSPACE, judge)

    assert judged_at == [1, 2]


async def test_who_stands_for_an_id_is_found_along_a_chain_of_merges_and_out_of_a_circle(store: MongoDedupeStore) -> None:
    chain = [IndexedContact.away(f"c{number}", 2, f"c{number + 1}") for number in range(2, 5)]
    circle = [IndexedContact.away("a", 2, "b"), IndexedContact.away("b", 2, "a")]
    await store.remember(WORKSPACE, [ADA, indexed("c5", person("Ada Lovelace")), *chain, *circle])

    found = await store.survivors(WORKSPACE, ["c1", "c2", "c4", "nobody", "a"])

    assert {**found, "a": "a"} == {"c1": "c1", "c2": "c5", "c4": "c5", "nobody": "nobody", "a": "a"}
    assert found["a"] in {"a", "b"}
    assert await store.survivor(WORKSPACE, "c3") == "c5"
    assert await store.survivors("globex", ["c2"]) == {"c2": "c2"}


async def test_pairs_come_in_pages_the_likeliest_first(store: MongoDedupeStore) -> None:
    await _keep(store, pair("c1", "c2", 0.7), pair("c1", "c3", 0.9), pair("c2", "c3", 0.7), pair("c4", "c5", 0.6))

    everything, _ = await store.pairs(WORKSPACE, Wanted())
    first, following = await store.pairs(WORKSPACE, Wanted(limit=2))
    second, end = await store.pairs(WORKSPACE, Wanted(limit=2, after=following))

    assert [each.score for each in everything] == [0.9, 0.7, 0.7, 0.6]
    assert [*first, *second] == everything
    assert following == Position(first[1].score, first[1].pair_id)
    assert end is None


async def test_pairs_of_one_contact_above_a_score(store: MongoDedupeStore) -> None:
    await _keep(store, pair("c1", "c2", 0.7), pair("c1", "c3", 0.9), pair("c2", "c3", 0.95), pair("c1", "c4", 0.99, Status.DISMISSED))

    found, _ = await store.pairs(WORKSPACE, Wanted(contact_id="c1", min_score=0.8))

    assert [each.contact_ids for each in found] == [("c1", "c3")]


async def alike(store: MongoDedupeStore, workspace: str = WORKSPACE) -> Alike:
    [found] = await store.alike(workspace, [ADA.keys])
    return found


def ids(found: Alike) -> set[str]:
    return {contact.contact_id for contact in found.contacts}


def pair(one: str, other: str, score: float, status: Status = Status.SUSPECTED) -> Pair:
    return Pair(pair_id(one, other), (one, other), 1, status, score)


async def _keep(store: MongoDedupeStore, *pairs: Pair) -> None:
    async def keep(judging: Judgement) -> None:
        await judging.save(pairs)

    await store.judging(WORKSPACE, keep)
