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
from shared.mongo import Delete, Document, Update
from shared.parties.directory import Changed, Directory
from shared.parties.followers import Follower, resolved
from shared.parties.keys import contact_key, mark
from shared.parties.known import Known

PAGE = 1_000
"""Documents resolved at once."""


class PartyIndex:
    """The directory and the documents of a service that follow it."""

    def __init__(self, directory: Directory, *followers: Follower) -> None:
        self.directory = directory
        self._followers = followers

    async def insert(self, workspace: str, follower: Follower, documents: Sequence[Document]) -> set[str]:
        """Insert documents that have `keys`, resolved; those there already are left alone. Returns the ids of the new ones.

        Of what names somebody erased, what is left of it; nothing where it names nobody else.
        """
        keys = _named(follower, documents)
        known = await self.directory.about(workspace, keys)
        documents = [left for document in documents if (left := follower.kept(document, known)) is not None]
        new = await follower.collection.of(workspace).insert_new([resolved(document, known, follower.names) for document in documents])
        ids = [document["_id"] for document in documents]
        # One that was there may be left from a writer that died before it could look again: nobody knows what it was resolved with.
        await self.settle(workspace, follower, ids, keys, known if len(new) == len(set(ids)) else None)
        return new

    async def settle(self, workspace: str, follower: Follower, ids: Sequence[str], keys: Bag[str], used: Known | None) -> None:
        """To be called after documents were written (and committed) that were resolved with `used`; None resolves them anew."""
        while used is None or used.revision != await self.directory.revision(workspace):
            used = await self.directory.about(workspace, keys)
            await _place(workspace, follower, ids, used)

    async def on_contacts(self, workspace: str, events: Sequence[Event]) -> None:
        """Take in events of crm.contacts: first the directory, then every document with a key that now leads elsewhere."""
        changes = await self.directory.learn(workspace, events)
        if not changes:
            return
        keys = await self._affected(workspace, changes)
        erased = [changed.person for changed in changes if changed.person.erased]
        marks = {sign for person in erased for sign in (*person.marks, mark(contact_key(person.contact_id)))}
        for follower in self._followers:
            await self._resolve_again(workspace, follower, {"keys": {"$in": sorted(keys)}})
            if marks:
                await self._resolve_again(workspace, follower, {"marks": {"$in": sorted(marks)}})
        await self.directory.followed(workspace, changes)

    async def _affected(self, workspace: str, changes: Sequence[Changed]) -> set[str]:
        keys = {key for changed in changes for key in changed.person.standing.differing(changed.before)}
        moved = [changed.person.contact_id for changed in changes if changed.person.standing.into != changed.before.into]
        for person in await self.directory.merged_into(workspace, moved):
            keys |= person.standing.now | person.standing.past
        return keys | await self.directory.persons_behind(workspace, keys)

    async def _resolve_again(self, workspace: str, follower: Follower, where: Document) -> None:
        found = await follower.collection.of(workspace).find(where, fields=follower.told)
        for start in range(0, len(found), PAGE):
            page = found[start : start + PAGE]
            await self.settle(workspace, follower, [document["_id"] for document in page], _named(follower, page), None)


async def _place(workspace: str, follower: Follower, ids: Sequence[str], known: Known) -> None:
    """Only where nobody changed them meanwhile: whoever did has settled the document itself."""
    scoped = follower.collection.of(workspace)
    whole = await scoped.get_many(ids) if known.any_erased() else []
    left = [(document, follower.kept(document, known)) for document in whole]
    gone = [document for document, kept in left if kept is None]
    if gone and follower.forgetting is not None:
        await follower.forgetting(workspace, [document["_id"] for document in gone])
    less = [(document, kept) for document, kept in left if kept is not None and kept is not document]
    reduced = {document["_id"] for document, _ in less}
    rest = whole or await scoped.get_many(ids, fields=(*follower.told, "contact_ids"))
    moved = [(document, resolved(document, known, follower.names)) for document in rest if document["_id"] not in reduced]
    await scoped.write(
        [
            *(Delete(document["_id"], where=_as_read(document, follower.version)) for document in gone),
            *(_rewritten(document, resolved(kept, known, follower.names), follower.version) for document, kept in less),
            *(
                Update(after["_id"], {"$set": {"contact_ids": after["contact_ids"]}}, where=_as_read(before, ["keys"]))
                for before, after in moved
                if before.get("contact_ids") != after["contact_ids"]
            ),
        ]
    )


def _rewritten(before: Document, after: Document, version: Sequence[str]) -> Update:
    fields = {name: value for name, value in after.items() if name != "_id"}
    return Update(before["_id"], {"$set": fields}, where=_as_read(before, version))


def _as_read(document: Document, fields: Sequence[str]) -> Document:
    return {field: document[field] for field in fields}


def _named(follower: Follower, documents: Iterable[Document]) -> set[str]:
    return {key for document in documents for key in follower.names(document)}
