"""The store's own promises: writers that cross, the one indexed read, how far consumers are, policies."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.policy import Policy, PolicyChange, Severity
from outreach_guard.domain.question import Purpose
from outreach_guard.domain.verdict import Freshness
from outreach_guard.listening import Listening
from outreach_guard.mongo_store import MongoGuard
from outreach_guard.translate import told_by
from shared.messaging import Partition
from shared.mongo import Database, Remembered
from tests.outreach_guard.conftest import Deliver
from tests.support.guard_builders import (
    ADA,
    LIMIT,
    NOW,
    WORKSPACE,
    account_created,
    ago,
    calm,
    consented,
    contact_saved,
    facts_of,
    member_added,
    member_deactivated,
    ticket_created,
    ticket_status,
)
from tests.support.waiting import eventually


async def dossier(store: MongoGuard, contact_id: str = ADA) -> Dossier:
    found = await store.dossier(WORKSPACE, contact_id, NOW)
    assert found is not None
    return found


async def test_two_writers_of_one_fact_lose_nothing_of_each_other(store: MongoGuard, database: Database) -> None:
    created = ticket_created(priority="urgent")
    changes = [ticket_status(status) for status in ("pending", "on_hold", "reopened", "closed", "reopened")]

    await asyncio.gather(*(store.learn(WORKSPACE, told_by(event, "US")) for event in [created, *changes]))

    document = await database.collection("facts").of(WORKSPACE).get("ticket:t1")
    assert document is not None
    assert document["state"] == facts_of([created, *changes])["ticket:t1"].state


async def test_cards_and_surroundings_that_cross_are_joined(store: MongoGuard) -> None:
    events = [contact_saved(), member_added(), account_created(), contact_saved(), member_deactivated()]

    await asyncio.gather(store.follow(WORKSPACE, events[:1]), *(store.learn(WORKSPACE, told_by(event, "US")) for event in events))

    context = (await dossier(store)).card.context
    assert context.owner is not None
    assert (context.owner.active, [account.id for account in context.accounts]) == (False, ["a1"])


async def test_everybody_a_member_owned_hears_that_they_left(store: MongoGuard, deliver: Deliver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach_guard.mongo_store.surroundings.PAGE", 3)
    await deliver(member_added(), *(contact_saved(f"c{number}", emails=()) for number in range(8)))

    await deliver(member_deactivated())

    owners = [(await dossier(store, f"c{number}")).card.context.owner for number in range(8)]
    assert [owner.active for owner in owners if owner] == [False] * 8


@pytest.mark.req("BO14")
async def test_a_verdict_is_one_read_by_index(deliver: Deliver, database: Database) -> None:
    await deliver(*calm(), ticket_created())

    where = {"workspace": WORKSPACE, "contact_ids": ADA, "relevant_until": {"$gt": NOW}}
    plan: dict[str, Any] = await database.plumbing("facts").find({"$and": [where]}).explain()

    winning = plan["queryPlanner"]["winningPlan"]
    assert winning["stage"] == "FETCH"
    assert winning["inputStage"]["indexName"] == "workspace_1_contact_ids_1_relevant_until_1"


async def test_a_contact_nobody_told_about_is_not_there(store: MongoGuard, deliver: Deliver) -> None:
    await deliver(*calm())

    assert await store.dossier(WORKSPACE, "nobody", NOW) is None
    assert await store.dossier("globex", ADA, NOW) is None


@pytest.mark.req("BO9")
async def test_a_topic_is_heard_as_far_as_its_last_partition(store: MongoGuard) -> None:
    await store.note_heard({Partition("crm.tickets", 0, 2): NOW, Partition("crm.mail", 0, 1): NOW})
    await store.note_heard({Partition("crm.tickets", 1, 2): ago(minutes=9)})

    assert await store.heard() == {"crm.tickets": ago(minutes=9), "crm.mail": NOW}


@pytest.mark.req("BO9")
async def test_a_topic_with_a_partition_nobody_has_caught_up_with_is_not_heard(store: MongoGuard) -> None:
    await store.note_heard({Partition("crm.tickets", 0, 2): NOW})

    assert await store.heard() == {}
    assert Freshness(await store.heard(), LIMIT).as_of(("crm.tickets",)) is None


@pytest.mark.req("BO9")
async def test_what_a_dead_consumer_heard_stays_until_another_has_caught_up(store: MongoGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "_remembered_heard", Remembered(0))
    await store.note_heard({Partition("crm.tickets", 0, 1): ago(minutes=2)})
    assert await store.heard() == {"crm.tickets": ago(minutes=2)}

    await store.note_heard({Partition("crm.tickets", 0, 1): NOW})
    await store.note_heard({Partition("crm.tickets", 0, 1): ago(minutes=1)})  # a late report takes nothing back

    assert await store.heard() == {"crm.tickets": NOW}


@pytest.mark.req("BO9")
async def test_a_broker_set_up_anew_with_fewer_partitions_is_heard_by_those(store: MongoGuard) -> None:
    await store.note_heard({Partition("crm.tickets", number, 3): ago(days=1) for number in range(3)})
    await store.note_heard({Partition("crm.tickets", number, 2): NOW for number in range(2)})

    assert await store.heard() == {"crm.tickets": NOW}


class Consuming:
    """A consumer that has caught up with its partition of tickets."""

    def __init__(self) -> None:
        self.tickets_at = ago(minutes=1)

    def caught_up(self) -> Mapping[Partition, datetime]:
        return {Partition("crm.tickets", 0, 1): self.tickets_at}


@pytest.mark.req("BO9")
async def test_a_consumer_says_again_and_again_how_far_it_is(store: MongoGuard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach_guard.listening.EVERY_S", 0.01)
    monkeypatch.setattr(store, "_remembered_heard", Remembered(0))
    consuming = Consuming()
    listening = Listening(store, consuming)
    await listening.start()

    await eventually(lambda: _heard(store, {"crm.tickets": ago(minutes=1)}))
    consuming.tickets_at = NOW
    await eventually(lambda: _heard(store, {"crm.tickets": NOW}))

    assert (await listening.check()).ok
    await listening.stop()


async def _heard(store: MongoGuard, expected: Mapping[str, datetime]) -> bool:
    return await store.heard() == expected


async def test_a_policy_is_changed_by_whoever_read_the_newest(store: MongoGuard) -> None:
    milder = {"owner.other": {Purpose.SALES: Severity.INFO}}
    fewer = {"frequency.touches": 2}

    assert await store.policy(WORKSPACE) == Policy()
    assert await store.change_policy(WORKSPACE, PolicyChange(0, milder, fewer)) == Policy(milder, 1, fewer)
    assert await store.change_policy(WORKSPACE, PolicyChange(0, {}, {})) is None
    assert await store.policy(WORKSPACE) == Policy(milder, 1, fewer)
    assert await store.change_policy(WORKSPACE, PolicyChange(1, {}, {})) == Policy({}, 2)
    assert await store.policy("globex") == Policy()


async def test_limits_nobody_speaks_of_stay_as_they_are(store: MongoGuard) -> None:
    milder = {"owner.other": {Purpose.SALES: Severity.INFO}}
    fewer = {"frequency.touches": 2}
    await store.change_policy(WORKSPACE, PolicyChange(0, {}, fewer))

    assert await store.change_policy(WORKSPACE, PolicyChange(1, milder)) == Policy(milder, 2, fewer)
    assert await store.policy(WORKSPACE) == Policy(milder, 2, fewer)


async def test_a_policy_from_before_there_were_limits_has_none(store: MongoGuard, database: Database) -> None:
    await database.collection("policies").of(WORKSPACE).insert_new([{"_id": "policy", "rows": [], "revision": 4}])

    assert await store.policy(WORKSPACE) == Policy({}, 4)
    assert await store.change_policy(WORKSPACE, PolicyChange(4, {}, {"planned.days": 5})) == Policy({}, 5, {"planned.days": 5})


async def test_what_is_remembered_is_asked_again_after_a_while() -> None:
    numbers = itertools.count(1)

    async def ask() -> int:
        return next(numbers)

    patient, hasty = Remembered[int](60), Remembered[int](0)

    assert [await patient.get("a", ask), await patient.get("a", ask), await patient.get("b", ask)] == [1, 1, 2]
    patient.forget("a")
    assert await patient.get("a", ask) == 3
    assert [await hasty.get("a", ask), await hasty.get("a", ask)] == [4, 5]


async def test_facts_are_forgotten_by_the_read_when_their_time_is_over(store: MongoGuard, deliver: Deliver) -> None:
    await deliver(contact_saved(), consented(), ticket_created())

    later = await store.dossier(WORKSPACE, ADA, NOW + timedelta(days=10_000))

    assert later is not None
    assert {view.__name__ for view in later.views} == {"Consent", "Ticket"}
