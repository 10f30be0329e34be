"""Who shares a blocking key, with a bound on blocks that grow: a key a hundred contacts have says nothing alone.

A crowded key is marked when it is met, and left out from then on; a pair that has another key in common is still found by that one. So
a block is at most as large as one batch makes it, and looking stays as cheap in a workspace of a million contacts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from dedupe.domain.indexed import IndexedContact
from dedupe.mongo_store.documents import COMPARED, contact_from
from shared.mongo import Scoped, Session

CROWD = 100
MOST_ALIKE = 150
"""A check compares no more than this many contacts, which bounds it to a few milliseconds of CPU."""

_OWN = ("email:", "phone:")


class Blocks:
    """The blocks of one workspace."""

    def __init__(self, contacts: Scoped, crowded: Scoped) -> None:
        self._contacts = contacts
        self._crowded = crowded

    async def alike(self, keys: Collection[str]) -> list[IndexedContact]:
        """Addresses and numbers first: what they find is never crowded out by namesakes."""
        own = [key for key in keys if key.startswith(_OWN)]
        found = await self._contacts.find({"keys": {"$in": own}}, limit=MOST_ALIKE) if own else []
        others = await self._telling([key for key in keys if not key.startswith(_OWN)])
        if others and len(found) < MOST_ALIKE:
            known = [document["_id"] for document in found]
            where = {"keys": {"$in": others}, "_id": {"$nin": known}}
            found += await self._contacts.find(where, limit=MOST_ALIKE - len(found))
        return [contact_from(document) for document in found]

    async def near(
        self, contacts: Collection[IndexedContact], session: Session
    ) -> tuple[Mapping[str, IndexedContact], Mapping[str, frozenset[str]]]:
        """Everybody near one of `contacts` by id, and who is near whom."""
        keys = await self._telling({key for contact in contacts for key in contact.keys})
        if not keys:
            return {}, {}
        documents = await self._contacts.find({"keys": {"$in": keys}}, fields=COMPARED, session=session)
        found = {document["_id"]: contact_from(document) for document in documents}
        members = _members(found, frozenset(keys))
        await self._mark([key for key, ids in members.items() if len(ids) > CROWD])
        telling = {key: ids for key, ids in members.items() if len(ids) <= CROWD}
        near = {
            contact.contact_id: frozenset(other for key in contact.keys for other in telling.get(key, ())) - {contact.contact_id}
            for contact in contacts
        }
        return found, near

    async def _telling(self, keys: Collection[str]) -> list[str]:
        crowded = {document["_id"] for document in await self._crowded.get_many(keys)}
        return sorted(key for key in keys if key not in crowded)

    async def _mark(self, keys: Collection[str]) -> None:
        # Outside the transaction that noticed: a mark is true whatever becomes of that one, and two who notice must not conflict.
        await self._crowded.insert_new([{"_id": key} for key in keys])


def _members(found: Mapping[str, IndexedContact], keys: frozenset[str]) -> Mapping[str, list[str]]:
    members: dict[str, list[str]] = {}
    for contact in found.values():
        for key in contact.keys & keys:
            members.setdefault(key, []).append(contact.contact_id)
    return members
