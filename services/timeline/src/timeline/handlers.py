"""Events in: every event becomes an entry, and events of contacts move entries to whom they are about."""

from __future__ import annotations

from shared.contracts import contacts
from shared.contracts.all import ALL_TOPICS
from shared.messaging import Batch, Subscriptions
from timeline.store import TimelineStore
from timeline.translate import entries_from, heard_from

subscriptions = Subscriptions(group="timeline")


@subscriptions.on(*(topic for topic in ALL_TOPICS if topic != contacts.TOPIC))
async def on_events(batch: Batch, store: TimelineStore, region: str) -> None:
    """Record what happened."""
    await store.record(batch.workspace, entries_from(batch, region), heard_from(batch))


@subscriptions.on(contacts.TOPIC)
async def on_contacts(batch: Batch, store: TimelineStore, region: str) -> None:
    """Learn who is who, then record what happened to them."""
    await store.follow(batch.workspace, batch.events)
    await store.record(batch.workspace, entries_from(batch, region), heard_from(batch))
