"""Messages in: what happened to contacts."""

from __future__ import annotations

from collections.abc import Mapping

from dedupe.domain.indexed import IndexedContact, newest_of
from dedupe.domain.pairs import Pair
from dedupe.judging import judge
from dedupe.store import DedupeStore
from dedupe.translate import indexed_from, partings_from, told_because_of
from dedupe.turns import in_turns
from shared.contracts import contacts
from shared.contracts.envelope import Event
from shared.messaging import Batch, Subscriptions

subscriptions = Subscriptions(group="dedupe")


@subscriptions.on(contacts.TOPIC)
async def on_contacts(batch: Batch, store: DedupeStore) -> None:
    """Index what changed, then look who it is like.

    The index is written and committed first, and everybody looks afterwards. So of two look-alikes that two processes handle at the
    same instant, the one whose index entry came last sees the other.
    """
    await store.remember(batch.workspace, await _indexed(batch), [parting for event in batch for parting in partings_from(event)])
    async with store.handling(batch) as judging:
        causes = {event.subject: event for event in judging.fresh}
        told = await judge(judging, causes.keys())
        if erased := [event.subject for event in judging.fresh if isinstance(event.data, contacts.ContactErased)]:
            await judging.forget(erased)
        async for pair in in_turns(told):
            judging.publish(told_because_of(pair, _cause(pair, causes)))


async def _indexed(batch: Batch) -> list[IndexedContact]:
    return newest_of([contact async for event in in_turns(batch) if (contact := indexed_from(event)) is not None])


def _cause(pair: Pair, causes: Mapping[str, Event]) -> Event:
    """The later of the events of its contacts."""
    return max((causes[contact_id] for contact_id in pair.contact_ids if contact_id in causes), key=lambda event: event.time)
