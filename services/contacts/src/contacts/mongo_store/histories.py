"""The history of a contact, and of those who are the same person, on MongoDB: the newest first, each contact's by its versions.

The first entry of each lies in the contact's own document, the later ones are documents whose ids begin with the contact's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contacts.mongo_store.documents import entry_id, entry_of, history_ids
from contacts.mongo_store.finding import after
from contacts.store import Entry, Page, Position
from shared.mongo import Filter, Scoped


async def history_page(history: Scoped, contacts: Scoped, contact_ids: Sequence[str], place: Position | None, limit: int) -> Page[Entry]:
    where: list[Filter] = [{"$or": [{"_id": history_ids(contact_id)} for contact_id in contact_ids]}]
    where += after(place, "at", -1) if place else []
    later = await history.find({"$and": where}, sort=[("at", -1), ("_id", -1)], limit=limit + 1)
    entries = [entry_of(document, document["_id"].rpartition(":")[0]) for document in later]
    made = [entry_of(document["first"], document["_id"]) for document in await contacts.get_many(contact_ids, fields=["first"])]
    entries += [entry for entry in made if place is None or _place(entry) < (place.value, place.id)]
    entries.sort(key=_place, reverse=True)
    more = Position(*_place(entries[limit - 1])) if len(entries) > limit else None
    return Page(entries[:limit], more)


def _place(entry: Entry) -> tuple[datetime, str]:
    return entry.at, entry_id(entry.contact_id, entry.version)
