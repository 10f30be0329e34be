"""Keeps `contact_ids` on a service's documents in step with the directory.

Two writers can cross: one resolves a new document while the other changes who its address belongs to. Each therefore looks again after it
wrote. A writer inserts with the resolution it read, and if the directory's revision has changed since, resolves again; a change of the
directory is written first, then the revision raised, and only then are the documents with its keys resolved, in the same way. So with
majority reads on the primary, whoever wrote last resolved with the newest directory, or the newest change has yet to come to that document.
"""

from __future__ import annotations

from collections.abc import Collection as Bag
from collections.abc import Iterable, Sequence

from shared.contracts.envelope import Event
from shared.mongo import Collection, Document, Index, Scoped, Update
from shared.parties.directory import Changed, Directory
from shared.parties.known import Known

BY_KEY = Index("keys")
"""The index every follower needs: documents by party key."""

BY_CONTACT = Index("contact_ids")
"""And the one for what belongs to a contact, where the service has no better one of its own."""

PAGE = 1_000
"""Documents resolved at once."""


class PartyIndex:
    """Documents that are about somebody: they hold `keys` as told, and `contact_ids` as resolved (none: parked)."""

    def __init__(self, directory: Directory, *followers: Collection) -> None:
        self.directory = directory
        self._followers = followers

    async def insert(self, workspace: str, follower: Collection, documents: Sequence[Document]) -> set[str]:
        """Insert documents that have `keys`, resolved; those there already are left alone. Returns the ids of the new ones.

        What comes about an erased contact alone is dropped.
        """
        keys = _keys(documents)
        known = await self.directory.about(workspace, keys)
        documents = [document for document in documents if not known.forgotten(document["keys"])]
        new = await follower.of(workspace).insert_new([resolved(document, known) for document in documents])
        ids = [document["_id"] for document in documents]
        # One that was there may be left from a writer that died before it could look again: nobody knows what it was resolved with.
        await self.settle(workspace, follower, ids, keys, known if len(new) == len(set(ids)) else None)
        return new

    async def settle(self, workspace: str, follower: Collection, ids: Sequence[str], keys: Bag[str], used: Known | None) -> None:
        """To be called after documents were written (and committed) that were resolved with `used`; None resolves them anew."""
        scoped = follower.of(workspace)
        while used is None or used.revision != await self.directory.revision(workspace):
            used = await self.directory.about(workspace, keys)
            await _place(scoped, await scoped.get_many(ids, fields=["keys", "contact_ids"]), used)

    async def on_contacts(self, workspace: str, events: Sequence[Event]) -> None:
        """Take in events of crm.contacts: first the directory, then every document with a key that now leads elsewhere."""
        changes = await self.directory.learn(workspace, events)
        if not changes:
            return
        keys = await self._affected(workspace, changes)
        for follower in self._followers:
            await self._resolve_again(workspace, follower, sorted(keys))
        await self.directory.followed(workspace, changes)

    async def _affected(self, workspace: str, changes: Sequence[Changed]) -> set[str]:
        keys = {key for changed in changes for key in changed.person.standing.differing(changed.before)}
        moved = [changed.person.contact_id for changed in changes if changed.person.standing.into != changed.before.into]
        for person in await self.directory.merged_into(workspace, moved):
            keys |= person.standing.now | person.standing.past
        return keys | await self.directory.persons_behind(workspace, keys)

    async def _resolve_again(self, workspace: str, follower: Collection, keys: Sequence[str]) -> None:
        found = await follower.of(workspace).find({"keys": {"$in": keys}}, fields=["keys"])
        for start in range(0, len(found), PAGE):
            page = found[start : start + PAGE]
            await self.settle(workspace, follower, [document["_id"] for document in page], _keys(page), None)


def resolved(document: Document, known: Known) -> Document:
    return {**document, "contact_ids": list(known.resolve(document["keys"]))}


async def _place(scoped: Scoped, documents: Iterable[Document], known: Known) -> None:
    """Only where the keys are still those resolved: whoever changed them has settled the document itself."""
    again = [(document, resolved(document, known)) for document in documents]
    await scoped.write(
        [
            Update(after["_id"], {"$set": {"contact_ids": after["contact_ids"]}}, where={"keys": before["keys"]})
            for before, after in again
            if before.get("contact_ids") != after["contact_ids"]
        ]
    )


def _keys(documents: Iterable[Document]) -> set[str]:
    return {key for document in documents for key in document["keys"]}
