"""Rules that change, and everybody judged anew because of it: in the background, in steps, from wherever it was."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import httpx
import pytest

from dedupe.domain.commonness import FEWEST, Commonness
from dedupe.domain.pairs import Status
from dedupe.domain.person import Person
from dedupe.domain.rescan import State
from dedupe.domain.retrieval import CROWD
from dedupe.domain.ruleset import VERSION, Rules
from dedupe.domain.workspace import Thresholds, outgrown
from dedupe.handlers import subscriptions
from dedupe.judging import judge
from dedupe.mongo_store import MongoDedupeStore
from dedupe.rescanning import STEP, Rescanning
from dedupe.store import Judgement, Wanted
from shared.auth import Role
from shared.contracts.dedupe import PairDismissed
from shared.messaging import Inbox, Outbox
from shared.mongo import Database
from tests.support.dedupe_builders import NOON, WORKSPACE, Deliver, Told, created, deleted, indexed, person, updated
from tests.support.http import problem
from tests.support.tokens import bearer

ADA = person("Ada Lovelace", "ada@example.org", phone="4155551234")
AGAIN = person("Ada Lovelace", "ada@example.org", phone="4155551234", company="Acme")
LIKE_HER = person("Ada Lovelace", "al@globex.example", phone="4155551234")
NEVER = Thresholds(certain=1.1, suspected=1.1)
"""More than any score."""


def somebody(number: int) -> Person:
    return person(f"Ada Lovelace{number}", f"ada{number}@example.org")


def rescanning(store: MongoDedupeStore) -> Rescanning:
    return Rescanning(store, lambda: NOON, look_every_s=0)


async def to_the_end(store: MongoDedupeStore) -> int:
    """Steps it took."""
    worker, steps = rescanning(store), 0
    while await worker.turn():
        steps += 1
    return steps


async def pairs(store: MongoDedupeStore) -> dict[tuple[str, str], tuple[Status, str]]:
    found = [pair for status in Status for pair in (await store.pairs(WORKSPACE, Wanted(status, limit=1_000)))[0]]
    return {pair.contact_ids: (pair.status, pair.ruleset) for pair in found}


async def changed_to(store: MongoDedupeStore, thresholds: Thresholds) -> Rules:
    changed = await store.set_thresholds(WORKSPACE, thresholds, (await store.rules(WORKSPACE)).revision, "ann")
    assert changed is not None
    return changed


# ---- what is judged anew ------------------------------------------------------------------------------------------------------


async def test_where_rules_did_not_change_there_is_nothing_to_do(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))

    assert await to_the_end(store) == 0


async def test_other_thresholds_judge_every_pair_anew_and_say_so(deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    await deliver(*[created(f"c{number:03}", somebody(number // 2)) for number in range(STEP + 30)])
    await deliver(created("a1", ADA), created("a2", AGAIN))
    before = await pairs(store)
    rules = await changed_to(store, NEVER)

    await to_the_end(store)

    after = await pairs(store)
    assert before["a1", "a2"] == (Status.SUSPECTED, Rules().version)
    assert {version for _, version in after.values()} == {rules.version} == {f"{VERSION}/1"}
    assert {status for status, _ in after.values()} == {Status.WITHDRAWN}
    withdrawn = [event for event in await told() if isinstance(event.data, PairDismissed) and event.data.ruleset_version == rules.version]
    assert len(withdrawn) == len(before)
    assert {event.actortype for event in withdrawn} == {"system"}


async def test_a_pair_nobody_suspected_by_the_rules_before_is_found(deliver: Deliver, store: MongoDedupeStore) -> None:
    await changed_to(store, NEVER)
    await deliver(created("c1", ADA), created("c2", LIKE_HER))
    await changed_to(store, Thresholds(suspected=0.05))

    await to_the_end(store)

    assert (await pairs(store))["c1", "c2"][0] is Status.SUSPECTED


async def test_what_another_ruleset_made_comparable_is_made_so_anew(deliver: Deliver, store: MongoDedupeStore, database: Database) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", person("Grace Hopper")))
    contacts = database.collection("contacts").of(WORKSPACE)
    whole = await store.contacts(WORKSPACE, ["c1"])
    stale = {"profile": {"given": "adda", "gone_since": "an earlier version"}, "keys": ["what:ever"], "ruleset": "2020.1"}
    await contacts.update("c1", {"$set": stale})
    await database.collection("rescans").of("*").update(WORKSPACE, {"$set": {"rules_version": "2020.1/0", "normalised_by": "2020.1"}})

    await to_the_end(store)

    assert await store.contacts(WORKSPACE, ["c1"]) == whole
    assert (await pairs(store))["c1", "c2"][0] is Status.SUSPECTED


async def test_an_index_from_before_rescans_were_kept_is_judged_anew(deliver: Deliver, store: MongoDedupeStore, database: Database) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    await database.collection("rescans").of("*").delete(WORKSPACE)
    later = await another_process(database)
    await later.remember(WORKSPACE, [indexed("c3", person("Grace Hopper"))])

    assert await to_the_end(later) > 0
    assert (await store.rescan(WORKSPACE)).state is State.DONE


async def test_a_crowded_key_is_looked_at_again(deliver: Deliver, store: MongoDedupeStore, database: Database) -> None:
    crowd = [indexed(f"c{number}", person("Ada Lovelace")) for number in range(CROWD + 1)]
    await store.remember(WORKSPACE, crowd)
    still = sorted(crowd[0].keys)[0]
    await database.collection("crowded").of(WORKSPACE).insert_new([{"_id": "name:whatever"}, {"_id": still}])
    await store.want_rescan(WORKSPACE, "ann")

    await rescanning(store).turn()

    assert [mark["_id"] for mark in await database.collection("crowded").of(WORKSPACE).find()] == [still]


# ---- in the background --------------------------------------------------------------------------------------------------------


async def test_one_that_was_cut_off_goes_on_where_it_was(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(*[created(f"c{number:03}", somebody(number)) for number in range(2 * STEP + 10)])
    await changed_to(store, Thresholds(suspected=0.4))
    worker = rescanning(store)
    await worker.turn()  # begins
    await worker.turn()  # a first step
    cut_off = await store.rescan(WORKSPACE)

    steps = await to_the_end(store)

    ended = await store.rescan(WORKSPACE)
    assert (cut_off.state, cut_off.done, cut_off.total) == (State.JUDGING, STEP, 2 * STEP + 10)
    assert steps == 3, "the two that were left, and the end"
    assert (ended.state, ended.done, ended.ended_at) == (State.DONE, 2 * STEP + 10, NOON)


async def test_rules_that_change_again_begin_it_anew(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    await changed_to(store, NEVER)
    await rescanning(store).turn()
    rules = await changed_to(store, Thresholds(suspected=0.4))

    await to_the_end(store)

    assert await pairs(store) == {("c1", "c2"): (Status.SUSPECTED, rules.version)}
    assert (await store.rescan(WORKSPACE)).rules_version == rules.version


async def test_a_workspace_is_done_by_one_process_at_a_time(deliver: Deliver, store: MongoDedupeStore, database: Database) -> None:
    await deliver(created("c1", ADA))
    await changed_to(store, NEVER)
    await rescanning(store).turn()

    assert not await rescanning(await another_process(database)).turn()


async def test_who_judges_by_the_rules_of_before_while_they_are_changed_judges_again(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA))
    await store.remember(WORKSPACE, [indexed("c2", AGAIN)])
    judged_by: list[str] = []

    async def work(judging: Judgement) -> None:
        judged_by.append((await judging.rules()).version)
        if len(judged_by) == 1:
            await changed_to(store, NEVER)
            await to_the_end(store)
        await judge(judging, ["c2"])

    await store.judging(WORKSPACE, work)

    assert judged_by == [f"{VERSION}/0", f"{VERSION}/1"]
    assert all(ruleset == f"{VERSION}/1" for _, ruleset in (await pairs(store)).values())


@pytest.mark.parametrize("seed", range(6))
async def test_in_any_order_of_news_rules_and_steps_the_same_pairs(seed: int, deliver: Deliver, store: MongoDedupeStore) -> None:
    chance = random.Random(seed)
    news = [
        created("c1", ADA),
        created("c2", AGAIN),
        created("c3", LIKE_HER),
        updated("c3", person("Grace Hopper"), sequence=2),
        updated("c3", AGAIN, sequence=3),
        created("c4", ADA),
        deleted("c4", ADA),
    ]
    chance.shuffle(news)
    thresholds = [NEVER, Thresholds(suspected=0.9), Thresholds(suspected=0.4)]
    worker = rescanning(store)
    while news or thresholds:
        if news and chance.random() < 0.5:
            await deliver(news.pop())
        elif thresholds and chance.random() < 0.5:
            await changed_to(store, thresholds.pop(0))
        await worker.turn()
    await to_the_end(store)

    of_two = {ids: status for ids, (status, _) in (await pairs(store)).items() if status is Status.SUSPECTED}
    assert set(of_two) == {("c1", "c2"), ("c1", "c3"), ("c2", "c3")}
    assert {ruleset for ids, (_, ruleset) in (await pairs(store)).items() if ids in of_two} == {f"{VERSION}/3"}


# ---- counts of names ----------------------------------------------------------------------------------------------------------


def test_names_are_counted_anew_when_a_workspace_is_another_one_and_has_settled() -> None:
    few, many = FEWEST - 1, 10 * FEWEST

    assert not outgrown(0, few, few)
    assert outgrown(0, FEWEST, FEWEST)
    assert not outgrown(0, FEWEST, few // 2), "an import is under way"
    assert not outgrown(many, many + FEWEST, many + FEWEST)
    assert outgrown(many, many + 2 * FEWEST, many + 2 * FEWEST)
    assert outgrown(many, few, few), "it shrank"


async def test_counts_are_kept_with_the_rules_and_everybody_is_judged_by_them(
    deliver: Deliver, store: MongoDedupeStore, database: Database
) -> None:
    contact_ids = [f"c{number}" for number in range(FEWEST)]
    await store.remember(WORKSPACE, [indexed(each, person(f"Ada Love{each[-2:]}.$x")) for each in contact_ids])
    worker = rescanning(store)

    await worker.turn()  # sees how many there are
    await worker.turn()  # and that they stay as many

    profiles = [contact.profile for contact in (await store.contacts(WORKSPACE, contact_ids)).values()]
    rules = await store.rules(WORKSPACE)
    assert rules.commonness == replace(Commonness.of(profiles), duplicates=0.0)
    assert rules.commonness.contacts == FEWEST
    assert rules.revision == 1
    assert (await (await another_process(database)).rules(WORKSPACE)) == rules
    assert (await store.rescan(WORKSPACE)).rules_version == rules.version


async def test_how_many_duplicates_there_are_is_taken_from_the_scores_of_its_pairs(deliver: Deliver, store: MongoDedupeStore) -> None:
    await store.remember(WORKSPACE, [indexed(f"x{number}", person(f"Somebody Else{number}")) for number in range(FEWEST)])
    await deliver(created("c1", ADA), created("c2", ADA))

    await store.count_names(WORKSPACE)

    assert (await store.rules(WORKSPACE)).commonness.duplicates == pytest.approx(1 / (FEWEST + 2), rel=0.01)


async def test_thresholds_leave_the_counts_as_they_are(store: MongoDedupeStore) -> None:
    await store.remember(WORKSPACE, [indexed(f"c{number}", person("Ada Lovelace")) for number in range(3)])
    await store.count_names(WORKSPACE)

    rules = await changed_to(store, NEVER)

    assert (rules.commonness.contacts, rules.revision) == (3, 2)


# ---- through the API ----------------------------------------------------------------------------------------------------------


async def put_rules(client: httpx.AsyncClient, role: Role = Role.ADMIN, **wanted: object) -> httpx.Response:
    return await client.put("/v1/duplicates/rules", json=wanted, headers=bearer(role=role))


async def test_an_admin_sets_the_thresholds_and_everybody_sees_them(client: httpx.AsyncClient) -> None:
    answer = await put_rules(client, revision=0, certain=0.99, suspected=0.6)

    read = (await client.get("/v1/duplicates/rules", headers=bearer(role=Role.VIEWER))).json()
    assert answer.json() == read
    assert (read["version"], read["revision"], read["certain"], read["suspected"]) == (f"{VERSION}/1", 1, 0.99, 0.6)


async def test_the_check_goes_by_them_at_once(client: httpx.AsyncClient, deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA))
    await store.rules(WORKSPACE)
    await changed_to(store, NEVER)

    answer = await client.post("/v1/duplicates/check", json={"first_name": "Ada", "emails": ["ada@example.org"]}, headers=bearer())

    assert answer.json()["ruleset_version"] == f"{VERSION}/1"
    assert [match["certain"] for match in answer.json()["matches"]] == [False]


async def test_rules_that_somebody_else_changed_meanwhile_are_not_overwritten(client: httpx.AsyncClient) -> None:
    await put_rules(client, revision=0, certain=0.99)

    assert problem(await put_rules(client, revision=0, certain=0.97), 409)["type"] == "urn:problem:stale"


async def test_the_same_thresholds_again_are_no_change(client: httpx.AsyncClient) -> None:
    assert (await put_rules(client, revision=0)).json()["revision"] == 0


@pytest.mark.parametrize(("wanted", "field"), [({"certain": 0.4}, "body"), ({"certain": 1.5}, "certain"), ({"suspected": 0}, "suspected")])
async def test_thresholds_that_make_no_sense_are_refused(client: httpx.AsyncClient, wanted: dict[str, Any], field: str) -> None:
    assert [error["field"] for error in problem(await put_rules(client, revision=0, **wanted), 422)["errors"]] == [field]


async def test_who_may_not(client: httpx.AsyncClient) -> None:
    problem(await put_rules(client, Role.MANAGER, revision=0), 403)
    problem(await client.post("/v1/duplicates/rescan", headers=bearer(role=Role.MEMBER)), 403)


async def test_a_manager_has_everybody_judged_anew_and_sees_how_far_it_is(
    client: httpx.AsyncClient, deliver: Deliver, store: MongoDedupeStore, database: Database
) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    await database.collection("crowded").of(WORKSPACE).insert({"_id": "name:whatever"})

    asked = (await client.post("/v1/duplicates/rescan", headers=bearer(role=Role.MANAGER))).json()
    await to_the_end(store)
    ended = (await client.get("/v1/duplicates/rescan", headers=bearer(role=Role.VIEWER))).json()

    assert (asked["state"], asked["wanted_version"], asked["crowded"]) == ("waiting", Rules().version, {"name": 1})
    assert (ended["state"], ended["done"], ended["total"], ended["rules_version"]) == ("done", 2, 2, Rules().version)
    assert ended["started_at"] is not None
    assert ended["ended_at"] is not None


async def test_a_rescan_is_of_one_workspace(client: httpx.AsyncClient, deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA))
    await deliver(created("c2", ADA, workspace="globex"))
    await client.post("/v1/duplicates/rescan", headers=bearer("globex", Role.MANAGER))

    await to_the_end(store)

    assert (await store.rescan(WORKSPACE)).ended_at is None
    assert (await store.rescan("globex")).ended_at == NOON


async def another_process(database: Database) -> MongoDedupeStore:
    return MongoDedupeStore(database, Outbox(database), Inbox(database, subscriptions.group))
