"""How much mail went to and from addresses that are nobody's contact yet, or wait for a review: three counts each.

Bounded in time: what was not heard of for long is forgotten, and so is every address of somebody who was reviewed.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from contacts.domain.quality import Correspondent
from shared.mongo import Index, Scoped, Session

REMEMBER = timedelta(days=180)

CORRESPONDENT_INDEXES = (Index("counted_at", ttl=int(REMEMBER.total_seconds())),)


async def counted(correspondents: Scoped, more: Correspondent, session: Session) -> Correspondent:
    """With what is added. Writing it, even to add nothing, makes all who handle arrivals from one address queue."""
    counts = more.model_dump(exclude={"address"})
    document = await correspondents.update(
        more.address, {"$inc": counts, "$set": {"counted_at": datetime.now(UTC)}}, upsert=True, session=session
    )
    return Correspondent.model_validate({**(document or {}), "address": more.address})


async def forgotten(correspondents: Scoped, addresses: Collection[str], session: Session) -> None:
    if addresses:
        await correspondents.delete_many({"_id": {"$in": sorted(addresses)}}, session=session)
