"""Contacts' events in, pairs out."""

from __future__ import annotations

import asyncio
import gc
import random
import time

import pytest

from dedupe.domain.pairs import Status
from dedupe.domain.ruleset import Rules
from dedupe.mongo_store import MongoDedupeStore
from dedupe.store import Wanted
from shared.contracts.contacts import JobStarted
from shared.contracts.dedupe import PairDismissed, PairSuspected
from shared.contracts.envelope import Event
from tests.support.dedupe_builders import WORKSPACE, Deliver, Told, created, deleted, erased, event, merged_away, person, updated

ADA = person("Ada Lovelace", "ada@example.org")
AGAIN = person("Ada L. Lovelace", "ADA@example.org", company="Acme")
SURNAMES = (
    "Abel Babbage Cooper Dijkstra Euler Fermat Gauss Hopper Iverson Jacobi Knuth Lamport Mead Noether Ohm Pascal Quine Ritchie Shor Turing"
)
GRACE = person("Grace Hopper", "grace@example.org")


async def test_two_look_alikes_are_suspected_and_said_so(deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    await deliver(created("c1", ADA), created("c3", GRACE))
    cause = created("c2", AGAIN)
    await deliver(cause)

    [suspected] = await told()

    assert isinstance(suspected.data, PairSuspected)
    assert suspected.data.contact_ids == ("c1", "c2")
    assert suspected.data.certain
    assert "email" in {reason.field for reason in suspected.data.reasons}
    assert suspected.data.ruleset_version == Rules().version
    assert (suspected.sequence, suspected.causationid, suspected.correlationid) == (1, cause.id, "corr-1")
    assert await pairs(store) == {("c1", "c2"): Status.SUSPECTED}


async def test_look_alikes_in_one_batch_find_each_other(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", GRACE))

    assert await pairs(store) == {("c1", "c2"): Status.SUSPECTED}


async def test_redelivery_changes_nothing(deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    events = created("c1", ADA), created("c2", AGAIN)
    await deliver(*events)
    before = await told()
    await deliver(*events)
    await deliver(events[0])

    assert await told() == before
    assert await pairs(store) == {("c1", "c2"): Status.SUSPECTED}


async def test_an_edit_that_ends_the_likeness_withdraws_the_pair(deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    await deliver(updated("c2", GRACE))

    _, withdrawn = await told()

    assert isinstance(withdrawn.data, PairDismissed)
    assert (withdrawn.sequence, withdrawn.data.decided_by, withdrawn.actortype) == (2, None, "system")
    assert await pairs(store) == {("c1", "c2"): Status.WITHDRAWN}


@pytest.mark.parametrize("gone", [deleted("c2", AGAIN), erased("c2")], ids=["deleted", "erased"])
async def test_who_is_gone_is_suspected_no_more(gone: Event, deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    await deliver(gone)

    assert await pairs(store) == {("c1", "c2"): Status.WITHDRAWN}


async def test_a_restored_contact_is_suspected_again(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), deleted("c2", AGAIN))
    await deliver(updated("c2", AGAIN, sequence=3))

    assert await pairs(store) == {("c1", "c2"): Status.SUSPECTED}


@pytest.mark.req("CR3")
async def test_look_alikes_of_two_workspaces_never_meet(deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    await deliver(created("c1", ADA))
    await deliver(created("c2", ADA, workspace="globex"))

    assert await told() == []
    assert await pairs(store) == await pairs(store, "globex") == {}


async def test_news_of_a_job_is_no_contact(deliver: Deliver, store: MongoDedupeStore) -> None:
    await deliver(event(JobStarted(job_id="j1", kind="import"), "j1"))

    assert await store.contacts(WORKSPACE, ["j1"]) == {}


@pytest.mark.parametrize("seed", range(8))
async def test_in_any_order_of_delivery_the_same_pairs(seed: int, deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    events = [
        created("c1", ADA),
        updated("c1", GRACE, sequence=2),
        updated("c1", ADA, sequence=3),
        created("c2", AGAIN),
        created("c3", GRACE),
        updated("c3", AGAIN, sequence=2),
        deleted("c3", AGAIN, sequence=3),
        created("c4", GRACE),
        updated("c4", AGAIN, sequence=2),
        created("c5", person("Ada Lovelace", phone="4155551234")),
        merged_away("c5", "c2", ADA, sequence=2),
    ]
    shuffled = random.Random(seed)
    while events:
        shuffled.shuffle(events)
        await deliver(*[events.pop() for _ in range(min(len(events), shuffled.randint(1, 3)))])

    kept = await pairs(store)
    last = {each.subject: each for each in await told()}

    suspected = {("c1", "c2"), ("c1", "c4"), ("c2", "c4")}
    assert {ids for ids, status in kept.items() if status is Status.SUSPECTED} == suspected
    assert {each.data.contact_ids for each in last.values() if isinstance(each.data, PairSuspected)} == suspected


async def test_each_version_of_a_pair_is_told_once_and_without_gaps(deliver: Deliver, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    for sequence in range(2, 8):
        await deliver(updated("c2", GRACE if sequence % 2 == 0 else AGAIN, sequence=sequence))

    assert [each.sequence for each in await told()] == list(range(1, 8))


# ---- at the same instant ------------------------------------------------------------------------------------------------------


async def test_two_look_alikes_at_the_same_instant_are_suspected(deliver: Deliver, store: MongoDedupeStore) -> None:
    couples = [
        (f"a{number}", f"b{number}", person("Ada Lovelace", f"ada{number}@example.org", birth_date=day(number))) for number in range(40)
    ]

    for one, other, who in couples:
        await asyncio.gather(deliver(created(one, who)), deliver(created(other, who)))

    assert {(one, other) for one, other, _ in couples} <= (await pairs(store)).keys()


async def test_edits_of_both_at_the_same_instant_end_in_what_is_true_of_both(deliver: Deliver, store: MongoDedupeStore, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    for number in range(30):
        sequence = 2 * number + 2
        await asyncio.gather(deliver(updated("c1", GRACE, sequence=sequence)), deliver(updated("c2", GRACE, sequence=sequence)))
        assert await pairs(store) == {("c1", "c2"): Status.SUSPECTED}, number
        await asyncio.gather(
            deliver(updated("c1", ADA, sequence=sequence + 1)), deliver(updated("c2", person("Alan Turing"), sequence=sequence + 1))
        )
        assert await pairs(store) == {("c1", "c2"): Status.WITHDRAWN}, number

    versions = [each.sequence for each in await told()]
    assert versions == list(range(1, len(versions) + 1))


async def test_a_batch_lets_others_have_their_turn(deliver: Deliver) -> None:
    """500 contacts, many of them alike: nothing else of the process waits for long; measured, it is 10 ms of CPU."""
    people = [person(f"Ada {SURNAMES.split()[number % 20]}", f"ada{number % 125}@example.org", company="Acme") for number in range(500)]
    events = [created(f"c{number}", who) for number, who in enumerate(people)]
    gc.collect()
    gc.freeze()  # a full collection of everything the test run holds is not this service's doing
    working = asyncio.ensure_future(deliver(*events))
    longest = 0.0

    while not working.done():
        began = time.thread_time()  # this thread's own, so that a busy machine makes no difference
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - began)

    gc.unfreeze()
    await working
    assert longest < 0.05


async def pairs(store: MongoDedupeStore, workspace: str = WORKSPACE) -> dict[tuple[str, str], Status]:
    found = [pair for status in Status for pair in (await store.pairs(workspace, Wanted(status, limit=1_000)))[0]]
    return {pair.contact_ids: pair.status for pair in found}


def day(number: int) -> str:
    return f"1990-{number // 28 + 1:02d}-{number % 28 + 1:02d}"
