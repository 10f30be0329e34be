"""Messages in: what happened to contacts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import TypeVar

from dedupe.domain.indexed import IndexedContact, newest_of
from dedupe.domain.pairs import Neighbourhood, Pair, judged, pair_id
from dedupe.store import DedupeStore
from dedupe.translate import indexed_from, partings_from, told_because_of
from shared.contracts import contacts
from shared.contracts.envelope import Event
from shared.messaging import Batch, Subscriptions

Item = TypeVar("Item")

subscriptions = Subscriptions(group="dedupe")

SLICE = 50
"""Contacts normalised, or couples judged, before others get their turn: a few milliseconds of CPU."""


@subscriptions.on(contacts.TOPIC)
async def on_contacts(batch: Batch, store: DedupeStore) -> None:
    """Index what changed, then look who it is like.

    The index is written and committed first, and everybody looks afterwards. So of two look-alikes that two processes handle at the
    same instant, the one whose index entry came last sees the other.
    """
    await store.remember(batch.workspace, await _indexed(batch), [parting for event in batch for parting in partings_from(event)])
    async with store.handling(batch) as judging:
        causes = {event.subject: event for event in judging.fresh}
        around = await judging.neighbourhood(causes.keys())
        changed = await _changed(around)
        await judging.save(changed)
        if erased := [event.subject for event in judging.fresh if isinstance(event.data, contacts.ContactErased)]:
            await judging.forget(erased)
        async for pair in _in_slices(changed):
            judging.publish(told_because_of(pair, _cause(pair, causes)))


async def _indexed(batch: Batch) -> list[IndexedContact]:
    return newest_of([contact async for event in _in_slices(batch) if (contact := indexed_from(event)) is not None])


async def _changed(around: Neighbourhood) -> list[Pair]:
    changed: list[Pair] = []
    async for one, other in _in_slices(around.couples()):
        of_both = pair_id(one.contact_id, other.contact_id)
        known = around.pairs.get(of_both)
        pair = judged(one, other, known, around.partings.get(of_both, ()))
        if pair is not None and pair is not known:
            changed.append(pair)
    return changed


def _cause(pair: Pair, causes: Mapping[str, Event]) -> Event:
    """The later of the events of its contacts."""
    return max((causes[contact_id] for contact_id in pair.contact_ids if contact_id in causes), key=lambda event: event.time)


async def _in_slices(items: Iterable[Item]) -> AsyncIterator[Item]:
    for number, item in enumerate(items, start=1):
        yield item
        if number % SLICE == 0:
            await asyncio.sleep(0)
