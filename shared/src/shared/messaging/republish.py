"""Publishing again what was sent: after a broker lost its data, or to rebuild a projection anywhere. Consumers drop what they have."""

from __future__ import annotations

from datetime import UTC, datetime

from shared.messaging.outbox import Outbox

AT_ONCE = 1_000  # a single update of everything would run into the time limit of a database call


async def republish(outbox: Outbox, since: datetime, *, at_once: int = AT_ONCE) -> int:
    """Everything sent at or after `since` (as far back as rows are kept) is pending again; returns how many. The relay does the rest."""
    # what a running relay sends again meanwhile is not meant; what was sent in this very millisecond is
    window = {"sent_at": {"$gte": since, "$lte": datetime.now(UTC)}}
    count = 0
    while rows := await outbox.rows.find(window, {"_id": 1}).limit(at_once).to_list(None):
        ids = [row["_id"] for row in rows]
        sent = await outbox.rows.update_many({"_id": {"$in": ids}}, {"$set": {"pending": True}, "$unset": {"sent_at": ""}})
        count += int(sent.modified_count)
    return count


async def pending(outbox: Outbox) -> int:
    """Rows that no broker has acknowledged yet."""
    return int(await outbox.rows.count_documents({"pending": True}))
