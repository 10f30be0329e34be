"""The history of a contact, and of those who are the same person, on MongoDB: the newest first, each contact's by its versions.

The first entry of each lies in the contact's own document, the later ones are documents whose ids begin with the contact's. Versions and
times of one contact go up together, so each is read from the end of its ids, and no further than a page.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from contacts.mongo_store.documents import entry_id, entry_of, history_ids
from contacts.mongo_store.finding import after
from contacts.store import Entry, Page, Position
from shared.mongo import Filter, Scoped


@dataclass(frozen=True)
class Histories:
    """Of one workspace."""

    history: Scoped
    contacts: Scoped

    async def page(self, contact_ids: Sequence[str], place: Position | None, limit: int, field: str | None) -> Page[Entry]:
        """With a field, the entries in which it changed."""
        told: list[Filter] = [{"changes.field": {"$eq": field}}] if field else []
        told += after(place, "at", -1) if place else []
        later = await asyncio.gather(*(self._later(contact_id, told, limit + 1) for contact_id in contact_ids))
        entries = [*(entry for each in later for entry in each), *await self._first(contact_ids, place, field)]
        entries.sort(key=_place, reverse=True)
        more = Position(*_place(entries[limit - 1])) if len(entries) > limit else None
        return Page(entries[:limit], more)

    async def _later(self, contact_id: str, where: Sequence[Filter], limit: int) -> list[Entry]:
        found = await self.history.find({"$and": [{"_id": history_ids(contact_id)}, *where]}, sort=[("_id", -1)], limit=limit)
        return [entry_of(document, contact_id) for document in found]

    async def _first(self, contact_ids: Sequence[str], place: Position | None, field: str | None) -> list[Entry]:
        made = [entry_of(document["first"], document["_id"]) for document in await self.contacts.get_many(contact_ids, fields=["first"])]
        behind = [entry for entry in made if place is None or _place(entry) < (place.value, place.id)]
        return [entry for entry in behind if field is None or field in entry.changes]


def _place(entry: Entry) -> tuple[datetime, str]:
    return entry.at, entry_id(entry.contact_id, entry.version)
