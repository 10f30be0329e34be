"""Timelines in MongoDB: `entries` and `notes` follow the directory of contacts, `heard` says how fresh each source is."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.contracts.envelope import Event
from shared.contracts.timeline import TOPIC
from shared.messaging import Outbox, Transaction
from shared.mongo import AlreadyThere, Database, Document, Index, Scoped, Update
from shared.parties import BY_PARTY, Directory, Follower, Known, PartyIndex, contact_key, email_key, mark, resolved
from timeline.domain import Count, Dependents, Entry, Filters, NewEntry, Note, Position, Tally, Whose
from timeline.mongo_store import records
from timeline.mongo_store.documents import entry_document, entry_from, note_document, note_from
from timeline.mongo_store.erasure import kept_entry, kept_note
from timeline.translate import without_text


class MongoTimeline:
    """The TimelineStore of a database."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        self._database = database
        self._outbox = outbox
        of_records = (records.BY_ADDRESS, records.BY_RECORD)
        self._entries = database.collection("entries", Index("contact_ids", ("at", -1), ("_id", -1)), *BY_PARTY, *of_records)
        self._notes = database.collection("notes", Index("contact_ids", ("created_at", -1), ("_id", -1)), *BY_PARTY)
        self._heard = database.collection("heard")
        self._directory = Directory.of(database)
        self._following_entries = Follower(self._entries, kept_entry)
        self._following_notes = Follower(self._notes, kept_note, version=("keys", "version"), forgetting=self._forget_told)
        self._parties = PartyIndex(self._directory, self._following_entries, self._following_notes)

    async def prepare(self) -> None:
        await self._directory.prepare()
        await self._database.prepare(self._entries, self._notes)

    # ---- what comes in -------------------------------------------------------------------------------------------------

    async def record(self, workspace: str, entries: Sequence[NewEntry], heard: Mapping[str, datetime]) -> None:
        sources = [Update(source, {"$max": {"at": at}}, upsert=True) for source, at in heard.items()]
        if entries:
            await self._parties.insert(workspace, self._following_entries, [entry_document(entry) for entry in entries])
        await self._heard.of(workspace).write(sources)  # last: what is not recorded was not heard

    async def follow(self, workspace: str, contact_events: Sequence[Event]) -> None:
        await self._parties.on_contacts(workspace, contact_events)

    async def _forget_told(self, workspace: str, note_ids: Sequence[str]) -> None:
        """What our outbox still holds of notes that go with their contact."""
        await self._outbox.forget(TOPIC, workspace, note_ids, without_text)

    # ---- timelines -----------------------------------------------------------------------------------------------------

    async def whose(self, workspace: str, contact_id: str) -> Whose | None:
        return (await self.whose_are(workspace, [contact_id])).get(contact_id)

    async def whose_are(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, Whose]:
        known = await self._directory.about(workspace, [contact_key(contact_id) for contact_id in contact_ids])
        return {contact_id: _whose(contact_id, known) for contact_id in contact_ids if not known.forgotten(contact_id)}

    async def entries(self, workspace: str, whose: Whose, filters: Filters, after: Position | None, limit: int) -> list[Entry]:
        where = {**_of(whose), **_matching(filters)}
        return [entry_from(document) for document in await _page(self._entries.of(workspace), where, "at", after, limit)]

    async def about_whom(self, workspace: str, entry_ids: Collection[str]) -> Mapping[str, Sequence[str]]:
        found = await self._entries.of(workspace).get_many(entry_ids, fields=["contact_ids"])
        return {document["_id"]: document["contact_ids"] for document in found}

    async def count(self, workspace: str, whose: Whose) -> Count:
        scoped = self._entries.of(workspace)
        entries, newest = await asyncio.gather(
            scoped.count(_of(whose), limit=records.COUNTED),
            scoped.find_one(_of(whose), sort=[("at", -1), ("_id", -1)], fields=["_id"]),
        )
        return Count(entries, newest["_id"] if newest else None)

    # ---- records ---------------------------------------------------------------------------------------------------------

    async def tallies(self, workspace: str, whose: Whose) -> Mapping[str, Tally]:
        return await records.tallies(self._entries.of(workspace), _of(whose))

    async def named_with(self, workspace: str, email: str) -> Collection[str]:
        key = email_key(email)
        return await records.named_with(self._entries.of(workspace), mark(key)) if key else []

    async def dependents(self, workspace: str, email: str, but: Collection[str]) -> list[Dependents]:
        key = email_key(email)
        return await records.dependents(self._entries.of(workspace), mark(key), but) if key else []

    async def waiting(self, workspace: str, email: str) -> Mapping[str, Tally]:
        key = email_key(email)
        if key is None or (await self._directory.about(workspace, [key])).resolve([key]):
            return {}
        return await records.tallies(self._entries.of(workspace), {"keys": key})

    async def heard(self, workspace: str) -> Mapping[str, datetime]:
        return {document["_id"]: document["at"] for document in await self._heard.of(workspace).find()}

    # ---- notes ---------------------------------------------------------------------------------------------------------

    async def note(self, workspace: str, note_id: str) -> Note | None:
        return _there(await self._notes.of(workspace).get(note_id))

    async def note_met(self, workspace: str, note_id: str) -> Note | None:
        async with self._database.as_met() as session:
            return _there(await self._notes.of(workspace).get(note_id, session=session))

    async def notes(self, workspace: str, whose: Whose, after: Position | None, limit: int) -> list[Note]:
        where = {**_of(whose), "deleted": False}
        return [note_from(document) for document in await _page(self._notes.of(workspace), where, "created_at", after, limit)]

    async def write(self, workspace: str, note: Note, event: Event, entry: NewEntry) -> bool:
        keys = set(entry.keys)
        known = await self._directory.about(workspace, keys)
        if any(known.is_gone(key, entry.at) for key in keys):  # erased since the request came
            return False
        notes, entries = self._notes.of(workspace), self._entries.of(workspace)
        note_row, entry_row = resolved(note_document(note, entry.keys), known), resolved(entry_document(entry), known)

        async def work(tx: Transaction) -> bool:
            if note.version == 1:
                await notes.insert(note_row, session=tx.session)
            elif not await notes.update(
                note.id, {"$set": _written(note_row)}, where={"version": note.version - 1, "deleted": False}, session=tx.session
            ):
                return False
            await entries.insert(entry_row, session=tx.session)
            tx.publish(event)
            return True

        try:
            written = await self._outbox.transact(work)
        except AlreadyThere:  # a first version of a note that is there, or was
            return False
        if written:
            await self._parties.settle(workspace, self._following_notes, [note.id], keys, known)
            await self._parties.settle(workspace, self._following_entries, [entry.id], keys, known)
        return written


def _there(document: Document | None) -> Note | None:
    return None if document is None or document["deleted"] else note_from(document)


def _written(note_row: Document) -> Document:
    """What a new version changes; to whom the note belongs is the directory's to say."""
    return {name: note_row[name] for name in ("text", "updated_at", "version", "deleted", "history")}


def _whose(contact_id: str, known: Known) -> Whose:
    survivor = known.survivor(contact_id)
    stands = survivor or contact_id
    audience = known.audience(stands)
    return Whose(stands, survivor is not None, audience.visibility, audience.owner_id, audience.team)


def _of(whose: Whose) -> Document:
    """Of a contact not heard of yet: what names it."""
    return {"contact_ids": whose.contact_id} if whose.known else {"keys": contact_key(whose.contact_id)}


def _matching(filters: Filters) -> Document:
    where: dict[str, Any] = {}
    if filters.kinds:
        where["kind"] = {"$in": list(filters.kinds)}
    if filters.sources:
        where["source"] = {"$in": list(filters.sources)}
    if filters.actor is not None:
        where["actor.id"] = {"$eq": filters.actor}
    between = {"$gte": filters.since, "$lt": filters.until}
    if at := {operator: moment for operator, moment in between.items() if moment is not None}:
        where["at"] = at
    return where


async def _page(scoped: Scoped, where: Document, time: str, after: Position | None, limit: int) -> list[Document]:
    if after is not None:
        older = [{time: {"$lt": after.at}}, {time: after.at, "_id": {"$lt": after.id}}]
        where = {"$and": [where, {time: {"$lte": after.at}}, {"$or": older}]}
    return await scoped.find(where, sort=[(time, -1), ("_id", -1)], limit=limit)
