"""Who publishes which outbox shard: leases on the database's clock, shared out evenly among the relays that are alive."""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime

from pymongo import ReturnDocument, UpdateOne

from shared.messaging.outbox import SHARDS
from shared.mongo import Database, Document

LEASE_S = 3.0


class Leases:
    """One relay's leases. They do not fence the broker: a relay that was paused may publish late, and consumers drop what is not newer."""

    def __init__(self, database: Database, owner: str) -> None:
        self._leases = database.plumbing("outbox_leases")
        self._relays = database.plumbing("outbox_relays")
        self._owner = owner
        self._until: dict[int, float] = {}

    def held(self) -> list[int]:
        """Shards whose lease has not run out by our own clock, counted from before it was asked for."""
        now = time.monotonic()
        return [shard for shard, until in self._until.items() if until > now]

    async def prepare(self) -> None:
        """A lease for every shard, free to take; those that exist are left alone."""
        free = {"$setOnInsert": {"expires": datetime.fromtimestamp(0, UTC), "epoch": 0}}
        await self._leases.bulk_write([UpdateOne({"_id": shard}, free, upsert=True) for shard in range(SHARDS)])

    async def renew(self) -> None:
        """Say that this relay lives, renew its leases, give away or take up to its fair share."""
        await self._relays.update_one({"_id": self._owner}, [{"$set": {"expires": _in_a_lease()}}], upsert=True)
        await self._relays.delete_many(_ran_out())
        await self._renew_held()
        fair = math.ceil(SHARDS / max(1, await self._relays.count_documents({})))
        for shard in self.held()[fair:]:
            await self._release(shard)
        for shard in sorted(set(range(SHARDS)) - set(self.held())):
            if len(self.held()) < fair:
                await self._take(shard)

    async def _renew_held(self) -> None:
        """All at once: who has run out is still ours while nobody else took it."""
        asked = time.monotonic()
        await self._leases.update_many({"owner": self._owner, "released": False}, [{"$set": {"expires": _in_a_lease()}}])
        held = await self._leases.find({"owner": self._owner, "released": False}, {"_id": 1}).to_list(None)
        self._until = {lease["_id"]: asked + LEASE_S for lease in held}

    async def release_all(self) -> None:
        """At the end of an orderly stop: others need not wait for the leases to run out."""
        for shard in list(self._until):
            await self._release(shard)
        await self._relays.delete_one({"_id": self._owner})

    async def _take(self, shard: int) -> None:
        asked = time.monotonic()
        lease = [{"$set": {"epoch": {"$add": ["$epoch", 1]}, "owner": self._owner, "expires": _in_a_lease(), "released": False}}]
        taken = await self._leases.find_one_and_update({"_id": shard, **_ran_out()}, lease, return_document=ReturnDocument.AFTER)
        if taken is None:
            self._until.pop(shard, None)
        else:
            self._until[shard] = asked + LEASE_S

    async def _release(self, shard: int) -> None:
        self._until.pop(shard, None)
        await self._leases.update_one({"_id": shard, "owner": self._owner}, [{"$set": {"expires": "$$NOW", "released": True}}])


def _in_a_lease() -> Document:
    return {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": int(LEASE_S * 1000)}}


def _ran_out() -> Document:
    return {"$expr": {"$lte": ["$expires", "$$NOW"]}}
