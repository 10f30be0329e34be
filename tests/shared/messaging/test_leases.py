"""Who publishes which shard, on a real database and its clock: leases are set back instead of waiting for them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.messaging.leases import LEASE_S, Leases
from shared.messaging.outbox import SHARDS
from shared.mongo import Database

ALL = list(range(SHARDS))


@pytest.fixture
async def leases(database: Database) -> Leases:
    leases = Leases(database, "one")
    await leases.prepare()
    return leases


async def lease(database: Database, shard: int = 0) -> dict[str, Any]:
    found = await database.plumbing("outbox_leases").find_one({"_id": shard})
    assert found is not None
    return found


async def run_out(database: Database, collection: str, **where: Any) -> None:
    await database.plumbing(collection).update_many(where, {"$set": {"expires": datetime.now(UTC) - timedelta(seconds=1)}})


async def test_there_is_a_lease_for_every_shard_and_one_that_is_held_stays(database: Database, leases: Leases) -> None:
    free = await database.plumbing("outbox_leases").find().sort("_id", 1).to_list(None)
    assert free == [{"_id": shard, "expires": datetime.fromtimestamp(0, UTC), "epoch": 0} for shard in ALL]
    await leases.renew()
    held = await lease(database)

    await Leases(database, "two").prepare()

    assert await lease(database) == held


async def test_a_relay_alone_holds_all_shards(database: Database, leases: Leases) -> None:
    assert leases.held() == []
    before = datetime.now(UTC)

    await leases.renew()

    assert leases.held() == ALL
    held = await lease(database, 5)
    assert (held["owner"], held["released"], held["epoch"]) == ("one", False, 1)
    assert before + timedelta(seconds=LEASE_S - 1) < held["expires"] < datetime.now(UTC) + timedelta(seconds=LEASE_S + 1)


async def test_renewing_a_lease_prolongs_it_and_takes_nothing_anew(database: Database, leases: Leases) -> None:
    await leases.renew()
    first = await lease(database)

    await leases.renew()

    again = await lease(database)
    assert (again["epoch"], leases.held()) == (1, ALL)
    assert again["expires"] > first["expires"]


async def test_relays_share_evenly_and_nobody_takes_what_another_holds(database: Database, leases: Leases) -> None:
    others = [Leases(database, name) for name in ("two", "three")]
    await leases.renew()
    for relay in [*others, leases, *others, leases, *others]:
        await relay.renew()

    shares = [relay.held() for relay in (leases, *others)]
    assert sorted(len(share) for share in shares) == [2, 3, 3]
    assert sorted(shard for share in shares for shard in share) == ALL


async def test_a_relay_that_gives_shards_away_keeps_the_first(database: Database, leases: Leases) -> None:
    await leases.renew()
    await Leases(database, "two").renew()

    await leases.renew()

    assert leases.held() == [0, 1, 2, 3]
    assert (await lease(database, 3))["released"] is False
    assert (await lease(database, 4))["released"] is True


async def test_what_a_dead_relay_held_is_taken_over_when_its_lease_has_run_out(database: Database, leases: Leases) -> None:
    await leases.renew()
    other = Leases(database, "two")
    await run_out(database, "outbox_relays", _id="one")
    await other.renew()
    assert other.held() == []

    await run_out(database, "outbox_leases")
    await other.renew()

    assert other.held() == ALL
    assert (await lease(database))["epoch"] == 2


async def test_a_lease_that_ran_out_is_still_its_holders_while_nobody_took_it(database: Database, leases: Leases) -> None:
    await leases.renew()
    await run_out(database, "outbox_leases")

    await leases.renew()

    assert leases.held() == ALL
    assert (await lease(database))["epoch"] == 1


async def test_a_relay_that_lost_its_shards_knows_it_when_it_renews(database: Database, leases: Leases) -> None:
    await leases.renew()
    await run_out(database, "outbox_relays")
    await run_out(database, "outbox_leases")
    await Leases(database, "two").renew()

    await leases.renew()

    assert leases.held() == []
    assert (await lease(database))["owner"] == "two"


async def test_a_relay_that_does_not_renew_holds_nothing_after_a_while(leases: Leases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.messaging.leases.LEASE_S", 0.5)
    await leases.renew()
    await leases.renew()
    assert leases.held() == ALL

    await asyncio.sleep(0.5)

    assert leases.held() == []


async def test_a_relay_that_stops_leaves_its_shards_to_others_at_once(database: Database, leases: Leases) -> None:
    await leases.renew()
    other = Leases(database, "two")

    await leases.release_all()
    await other.renew()

    assert (leases.held(), other.held()) == ([], ALL)
    assert [relay["_id"] async for relay in database.plumbing("outbox_relays").find()] == ["two"]


async def test_releasing_leaves_a_shard_alone_that_another_has_by_now(database: Database, leases: Leases) -> None:
    await leases.renew()
    await run_out(database, "outbox_relays")
    await run_out(database, "outbox_leases")
    await Leases(database, "two").renew()

    await leases.release_all()

    taken = await lease(database)
    assert (taken["owner"], taken["released"]) == ("two", False)
