"""Events in: what is told becomes facts, and events of contacts move facts to whom they are about."""

from __future__ import annotations

from outreach_guard.store import GuardStore
from outreach_guard.translate import CONTACTS, TOPICS, told_by
from shared.messaging import Batch, Subscriptions

subscriptions = Subscriptions(group="outreach-guard")


@subscriptions.on(*TOPICS)
async def on_events(batch: Batch, store: GuardStore, region: str) -> None:
    """Take in what happened."""
    await store.learn(batch.workspace, [told for event in batch for told in told_by(event, region)])


@subscriptions.on(CONTACTS)
async def on_contacts(batch: Batch, store: GuardStore, region: str) -> None:
    """Learn who is who, then what their cards say now."""
    await store.follow(batch.workspace, batch.events)
    await store.learn(batch.workspace, [told for event in batch for told in told_by(event, region)])
