"""Who shares a blocking key, with a bound on blocks that grow: a key that a crowd has says nothing alone.

A crowded key is marked when it is met, and left out from then on; a pair that has another key in common is still found by that one. So
a block is at most as large as one batch makes it, and looking stays as cheap in a workspace of a million contacts.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.look_alikes import Alike
from dedupe.domain.retrieval import MOST_ALIKE, crowd_of
from dedupe.mongo_store.documents import COMPARED, contact_from, shown_from
from dedupe.turns import in_turns, portions
from shared.mongo import Document, Index, Scoped, Session

MOST_COUNTED = 1_000
"""Beyond it nobody wants to know how many more there are."""

KEYS_AT_ONCE = 500
"""Decoding what they find holds up everything else in the process."""

MOST_NEAR = 5_000
"""Contacts read at once. It is more than a crowd, so one key alone that is not crowded is always read whole."""

BY_KEY = Index("keys")
SHOWN = ("profile", "card")
_OWN = ("email:", "phone:")


class Blocks:
    """The blocks of one workspace."""

    def __init__(self, contacts: Scoped, crowded: Scoped) -> None:
        self._contacts = contacts
        self._crowded = crowded

    async def alike(self, wanted: Sequence[Collection[str]]) -> list[Alike]:
        """For each set of keys, who has one of them. Addresses and numbers first: what they find is never crowded out by namesakes."""
        keys = frozenset(key for keys in wanted for key in keys)
        own = {key for key in keys if key.startswith(_OWN)}
        fields = SHOWN if len(wanted) == 1 else (*SHOWN, "keys")
        most = MOST_ALIKE * len(wanted)
        crowded, found = await asyncio.gather(self._crowded_of(keys), self._having(own, fields, most))
        if len(found) < most:
            found += await self._having(keys - own - crowded, fields, most - len(found), but=found)
        if len(wanted) == 1:
            return [await self._answer(found, keys, crowded, capped=len(found) >= most)]
        near = _by_key(found)
        return [await self._answer(_first(keys, near), keys, crowded & frozenset(keys), capped=len(found) >= most) for keys in wanted]

    async def near(
        self, contacts: Collection[IndexedContact], counted: int, session: Session
    ) -> tuple[Mapping[str, IndexedContact], Mapping[str, frozenset[str]]]:
        """Everybody near one of `contacts` by id, and who is near whom."""
        keys = frozenset(key for contact in contacts for key in contact.keys)
        telling = keys - await self._crowded_of(keys)
        found: dict[str, IndexedContact] = {}
        for portion in portions(sorted(telling), KEYS_AT_ONCE):
            documents, crowded = await self._near_any(portion, counted, session)
            telling -= crowded
            found |= {document["_id"]: contact_from(document) async for document in in_turns(documents)}
        members = await _members(found, telling)
        await self._mark([key for key, ids in members.items() if len(ids) > crowd_of(key, counted)])
        small = {key: ids for key, ids in members.items() if len(ids) <= crowd_of(key, counted)}
        near = {
            contact.contact_id: frozenset(other for key in contact.keys for other in small.get(key, ())) - {contact.contact_id}
            async for contact in in_turns(contacts)
        }
        return found, near

    async def small_again(self, counted: int) -> None:
        """Take the marks from those keys that a crowd has no longer."""
        for mark in await self._crowded.find(fields=["_id"]):
            if not await self._is_crowded(mark["_id"], counted):
                await self._crowded.delete(mark["_id"])

    async def _near_any(self, keys: Sequence[str], counted: int, session: Session) -> tuple[list[Document], frozenset[str]]:
        """Who has one of these keys, and which of them turned out to be crowded: of a crowd nobody is read to the end."""
        found = await self._contacts.find({"keys": {"$in": keys}}, fields=COMPARED, limit=MOST_NEAR, session=session)
        if len(found) < MOST_NEAR:
            return found, frozenset()
        crowded = frozenset([key for key in keys if await self._is_crowded(key, counted)])
        await self._mark(crowded)
        others = [key for key in keys if key not in crowded]
        middle = len(others) // 2
        found = []
        for half in filter(None, (others[:middle], others[middle:])):
            documents, more = await self._near_any(half, counted, session)
            found, crowded = found + documents, crowded | more
        return found, crowded

    async def _is_crowded(self, key: str, counted: int) -> bool:
        crowd = crowd_of(key, counted)
        return await self._contacts.count({"keys": key}, limit=crowd + 1, index=BY_KEY.name) > crowd

    async def _having(self, keys: Collection[str], fields: Sequence[str], limit: int, but: Iterable[Document] = ()) -> list[Document]:
        if not keys:
            return []
        known = [document["_id"] for document in but]
        where = {"keys": {"$in": sorted(keys)}, **({"_id": {"$nin": known}} if known else {})}
        return await self._contacts.find(where, fields=fields, limit=limit)

    async def _answer(self, found: Sequence[Document], keys: Collection[str], crowded: Collection[str], *, capped: bool) -> Alike:
        compared = [shown_from(document) for document in found[:MOST_ALIKE]]
        beyond = 0
        if capped or len(found) > MOST_ALIKE:
            telling = sorted(key for key in keys if key not in crowded or key.startswith(_OWN))
            beyond = max(0, await self._contacts.count({"keys": {"$in": telling}}, limit=MOST_COUNTED) - len(compared))
        return Alike(compared, frozenset(key.partition(":")[0] for key in crowded if not key.startswith(_OWN)), beyond)

    async def _crowded_of(self, keys: Collection[str]) -> frozenset[str]:
        return frozenset(document["_id"] for document in await self._crowded.get_many(keys))

    async def _mark(self, keys: Collection[str]) -> None:
        # Outside the transaction that noticed: a mark is true whatever becomes of that one, and two who notice must not conflict.
        await self._crowded.insert_new([{"_id": key} for key in keys])


def _by_key(found: Iterable[Document]) -> Mapping[str, list[Document]]:
    by_key: dict[str, list[Document]] = defaultdict(list)
    for document in found:
        for key in document["keys"]:
            by_key[key].append(document)
    return by_key


def _first(keys: Iterable[str], by_key: Mapping[str, list[Document]]) -> list[Document]:
    """Each once, those who share an address or a number before the others."""
    ordered = sorted(keys, key=lambda key: not key.startswith(_OWN))
    return list({document["_id"]: document for key in ordered for document in by_key.get(key, ())}.values())


async def _members(found: Mapping[str, IndexedContact], keys: frozenset[str]) -> Mapping[str, list[str]]:
    members: dict[str, list[str]] = {}
    async for contact in in_turns(found.values()):
        for key in contact.keys & keys:
            members.setdefault(key, []).append(contact.contact_id)
    return members
