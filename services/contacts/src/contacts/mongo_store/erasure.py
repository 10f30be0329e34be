"""Erasing people on MongoDB: everything of theirs in this database goes in one transaction, and in it others are told to forget too.

What is left in place of a contact is its tombstone: a document without anything a list, a search or an address could find.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict

from contacts.domain.contact import Contact
from contacts.domain.erasure import Erased, ReachedAt, Tombstone, reached_at
from contacts.domain.revisions import Cause, Changes
from contacts.mongo_store.documents import BY_EMAIL, BY_PHONE, CONTACT_FIELDS, EMAIL, ERASED, PHONE, contact_of, entry_of, history_ids
from contacts.mongo_store.merges import MongoMerges
from contacts.mongo_store.notices import MongoNotices
from contacts.mongo_store.reviews import MongoReviews
from contacts.telling import emptied, erasure_of, marks_of, told_of_erasure
from shared.contracts.contacts import TOPIC
from shared.messaging import Erasures, Outbox, Transaction
from shared.mongo import Database, Document, Index, Put, Scoped, Session


class MongoErasure:
    """Implements `contacts.store.Erasing`."""

    def __init__(self, database: Database, outbox: Outbox, erasures: Erasures, reviews: MongoReviews, notices: MongoNotices) -> None:
        self._contacts = database.collection("contacts")
        self._history = database.collection("history")
        self._outbox = outbox
        self._erasures = erasures
        self._reviews = reviews
        self._notices = notices
        self._merges = MongoMerges(database)

    async def erase(self, workspace: str, contact_id: str, check: Callable[[Contact], None], cause: Cause) -> Erased | None:
        """`check` raises where it must not be. None where there is no such contact."""

        async def work(transaction: Transaction) -> Erased | None:
            documents = await self._people(workspace, contact_id, transaction.session)
            if not documents:
                return None
            check(contact_of(documents[0]))
            return await self._forget(workspace, documents, cause, transaction)

        return await self._outbox.transact(work)

    async def _forget(self, workspace: str, documents: Sequence[Document], cause: Cause, transaction: Transaction) -> Erased:
        session, contacts = transaction.session, self._contacts.of(workspace)
        ids = [document["_id"] for document in documents]
        people = [contact_of(document) for document in documents]
        theirs = reached_at(people, await self._changes(workspace, documents, session))
        others = await self._others(contacts, ids, theirs, session)
        marks = marks_of(theirs.without(reached_at(others)))
        graves = [Tombstone(person.id, person.version + 1, cause.at, cause.actor_id, cause.reason) for person in people]

        await contacts.write([Put(_document(grave)) for grave in graves], session=session)
        for contact_id in ids:
            await self._history.of(workspace).delete_many({"_id": history_ids(contact_id)}, session=session)
        await self._merges.of(workspace, session).forget(ids)
        await self._notices.forget(workspace, ids, session)
        await self._reviews.within(workspace, session).erase(ids, theirs.emails)
        await self._outbox.forget(TOPIC, workspace, ids, emptied, session=session)
        await self._erasures.note([erasure_of(grave, marks, workspace) for grave in graves], session=session)
        transaction.publish(*(told_of_erasure(grave, marks, cause, workspace) for grave in graves))
        return Erased(tuple(graves), tuple(sorted(_having(others, theirs))))

    async def _people(self, workspace: str, contact_id: str, session: Session) -> list[Document]:
        """The contact first, then everybody who was merged into it."""
        contacts, fields = self._contacts.of(workspace), (*CONTACT_FIELDS, "first", ERASED)
        asked = await contacts.get(contact_id, fields=fields, session=session)
        if asked is None:
            return []
        merged = await contacts.get_many(contact_of(asked).merged_ids, fields=fields, session=session)
        return [asked, *(document for document in merged if ERASED not in document)]

    async def _changes(self, workspace: str, documents: Sequence[Document], session: Session) -> list[Changes]:
        changes = [entry_of(document["first"], document["_id"]).changes for document in documents if "first" in document]
        for document in documents:
            later = await self._history.of(workspace).find({"_id": history_ids(document["_id"])}, session=session)
            changes += [entry_of(entry, document["_id"]).changes for entry in later]
        return changes

    @staticmethod
    async def _others(contacts: Scoped, ids: Sequence[str], theirs: ReachedAt, session: Session) -> list[Contact]:
        """Everybody else who has one of these, deleted contacts too: they can be restored."""
        asked: tuple[tuple[str, Index, Collection[str]], ...] = ((EMAIL, BY_EMAIL, theirs.emails), (PHONE, BY_PHONE, theirs.phones))
        found: dict[str, Document] = {}
        for field, index, values in asked:
            where = {field: {"$in": sorted(values)}, "_id": {"$nin": list(ids)}}
            documents = await contacts.find(where, fields=CONTACT_FIELDS, index=index.name, session=session) if values else []
            found |= {document["_id"]: document for document in documents}
        return [contact_of(document) for document in found.values()]


def _having(others: Sequence[Contact], theirs: ReachedAt) -> set[str]:
    return {other.id for other in others if reached_at([other]) != reached_at([other]).without(theirs)}


def _document(grave: Tombstone) -> Document:
    fields = asdict(grave)
    return {"_id": fields.pop("contact_id"), "version": fields.pop("version"), ERASED: fields}
