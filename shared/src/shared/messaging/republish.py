"""Publishing again what was sent: after a broker lost its data, or to rebuild a projection anywhere. Consumers drop what they have."""

from __future__ import annotations

from datetime import datetime

from shared.messaging.outbox import Outbox


async def republish(outbox: Outbox, since: datetime) -> int:
    """Everything sent at or after `since` (as far back as rows are kept) is pending again; returns how many. The relay does the rest."""
    sent = await outbox.rows.update_many({"sent_at": {"$gte": since}}, {"$set": {"pending": True}, "$unset": {"sent_at": ""}})
    return int(sent.modified_count)


async def pending(outbox: Outbox) -> int:
    """Rows that no broker has acknowledged yet."""
    return int(await outbox.rows.count_documents({"pending": True}))
