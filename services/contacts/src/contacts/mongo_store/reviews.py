"""The review queue on MongoDB: items, the evidence behind them, and how much mail went to and from addresses before they are a contact's.

An item about a new contact is written by whatever changes the contact, in the same transaction (`follow`): nothing leaves the queue, or
stays in it, behind its back. Each kind of document has a module that knows it: `evidence`, `correspondents`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from contacts.domain.arrivals import Evidence
from contacts.domain.contact import Contact
from contacts.domain.quality import Correspondent, Hint, Ours, Traffic, domain_of
from contacts.domain.reviewing import Item, item_of
from contacts.domain.revisions import Revision
from contacts.mongo_store.correspondents import CORRESPONDENT_INDEXES, counted, forgotten
from contacts.mongo_store.evidence import EVIDENCE_INDEXES, evidence_document, evidence_of, newest_evidence, trimmed
from contacts.mongo_store.finding import after
from contacts.store import Page, Position, ReviewWanted
from shared.mongo import Database, Document, Filter, Index, Scoped, Session

BY_TIME = Index("state", ("at", -1), ("_id", -1))
OPEN_UPDATES = Index("contact_id", where={"kind": "update"})

FOLLOWED = frozenset({"state", "address", "domain", "decision", "by", "decided_at", "reason", "update_of"})
"""What of an item follows from the contact; the rest was so when it came in."""


class MongoReviews:
    """Implements `contacts.store.Reviews`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._items = database.collection("reviews", BY_TIME, OPEN_UPDATES)
        self._evidence = database.collection("evidence", *EVIDENCE_INDEXES)
        self._correspondents = database.collection("correspondents", *CORRESPONDENT_INDEXES)

    async def prepare(self) -> None:
        await self._database.prepare(self._items, self._evidence, self._correspondents)

    async def count(self, workspace: str, wanted: ReviewWanted, most: int) -> int:
        return await self._items.of(workspace).count({"$and": _filters(wanted)}, limit=most, index=BY_TIME.name)

    async def page(self, workspace: str, wanted: ReviewWanted) -> Page[Item]:
        where = _filters(wanted)
        if wanted.after is not None:
            where += after(wanted.after, "at", -1)
        order = [("at", -1), ("_id", -1)]
        found = await self._items.of(workspace).find({"$and": where}, sort=order, limit=wanted.limit + 1, index=BY_TIME.name)
        items = [_item(document) for document in found[: wanted.limit]]
        last = items[-1] if len(found) > wanted.limit else None
        return Page(items, Position(last.at, last.id) if last else None)

    async def evidence(self, workspace: str, items: Sequence[Item]) -> Mapping[str, Sequence[Evidence]]:
        return await newest_evidence(self._evidence.of(workspace), items)

    def within(self, workspace: str, session: Session) -> MongoQueue:
        return MongoQueue(self._items.of(workspace), self._evidence.of(workspace), self._correspondents.of(workspace), session)


class MongoQueue:
    """Implements `contacts.store.Queue`."""

    def __init__(self, items: Scoped, evidence: Scoped, correspondents: Scoped, session: Session) -> None:
        self._items = items
        self._evidence = evidence
        self._correspondents = correspondents
        self._session = session

    async def item(self, item_id: str) -> Item | None:
        document = await self._items.get(item_id, session=self._session)
        return _item(document) if document else None

    async def put(self, item: Item) -> None:
        document = _document(item)
        await self._items.update(document.pop("_id"), {"$set": document}, upsert=True, session=self._session)

    async def withdraw(self, item_id: str) -> None:
        undecided = {"kind": "update", "by": None, "state": {"$in": ["pending", "rejected"]}}
        await self._items.delete(item_id, where=undecided, session=self._session)

    async def open_updates(self, contact_id: str) -> Sequence[Item]:
        where = {"contact_id": contact_id, "kind": "update", "state": "pending"}
        return [_item(document) for document in await self._items.find(where, session=self._session)]

    async def rate(self, contact_id: str, traffic: Traffic | None) -> None:
        await self._items.update(contact_id, {"$set": {"traffic": traffic}}, session=self._session)

    async def noted(self, evidence_id: str) -> Evidence | None:
        document = await self._evidence.get(evidence_id, session=self._session)
        return evidence_of(document) if document else None

    async def evidence_of(self, contact_id: str) -> Sequence[Evidence]:
        found = await self._evidence.find({"contact_id": contact_id}, session=self._session)
        return [evidence_of(document) for document in found]

    async def keep(self, evidence: Evidence) -> None:
        document = evidence_document(evidence)
        await self._evidence.update(document.pop("_id"), {"$set": document}, upsert=True, session=self._session)
        if evidence.contact_id is not None:
            await trimmed(self._evidence, evidence.contact_id, self._session)

    async def count(self, more: Correspondent) -> Correspondent:
        return await counted(self._correspondents, more, self._session)

    async def settle(self, addresses: Collection[str]) -> None:
        await forgotten(self._correspondents, addresses, self._session)

    async def erase(self, contact_ids: Collection[str], addresses: Collection[str]) -> None:
        among = {"contact_id": {"$in": list(contact_ids)}}
        await self._items.delete_many(among, session=self._session)
        await self._evidence.delete_many(among, session=self._session)
        await forgotten(self._correspondents, addresses, self._session)

    async def follow(self, revision: Revision) -> None:
        """Keep the queue as the contact is now, and forget the mail of addresses that need no hint any more."""
        was, now = item_of(revision.before) if revision.before is not None else None, item_of(revision.after)
        if now is not None and (was is None or (was.state, was.address) != (now.state, now.address)):
            document = _document(now)
            followed = {name: value for name, value in document.items() if name in FOLLOWED}
            first = {name: value for name, value in document.items() if name not in FOLLOWED | {"_id"}}
            await self._items.update(now.id, {"$set": followed, "$setOnInsert": first}, upsert=True, session=self._session)
        await self.settle(_settled(revision.before, revision.after))
        await self._show(revision.before, revision.after)

    async def _show(self, before: Contact | None, after: Contact) -> None:
        """Items about the contact, and those it took in, are for whoever may view it. For one merged away the survivor's change does it."""
        if before is None or after.merged_into is not None or _audience(before) == _audience(after):
            return
        about, seen = {"$in": [after.id, *after.merged_ids]}, {"$set": {"viewers": after.viewers}}
        await self._items.update_many({"_id": about}, seen, session=self._session)
        await self._items.update_many({"contact_id": about, "kind": "update"}, seen, session=self._session)


def _audience(contact: Contact) -> tuple[object, ...]:
    return contact.viewers, contact.merged_into, contact.merged_ids


def _settled(before: Contact | None, after: Contact) -> set[str]:
    """The addresses that became those of somebody who does not wait for a review.

    Not of a new contact: creating one is not to pay for it, and time forgets what is no longer counted.
    """
    if before is None or _waits(after):
        return set()
    known = set() if _waits(before) else {email.normalised for email in before.emails}
    return {email.normalised for email in after.emails} - known


def _waits(contact: Contact) -> bool:
    item = item_of(contact)
    return item is not None and item.state == "pending"


def _filters(wanted: ReviewWanted) -> list[Filter]:
    exact = {"state": wanted.state, "kind": wanted.kind, "source.type": wanted.source_type, "source.id": wanted.source_id}
    filters: list[Filter] = [{field: {"$eq": value}} for field, value in exact.items() if value is not None]
    if wanted.viewer is not None:
        filters.append({"viewers": {"$in": [None, wanted.viewer]}})
    return filters + (_of_quality(wanted.quality, wanted.ours) if wanted.quality else [])


def _of_quality(hint: Hint, us: Ours) -> list[Filter]:
    """The same as `quality` says of each: who works here goes before how much was written."""
    colleagues: list[Filter] = [{"address": {"$in": [*us.addresses, *us.mailboxes]}}, {"domain": {"$in": list(us.domains)}}]
    if hint == "colleague":
        return [{"traffic": {"$ne": None}}, {"$or": colleagues}]
    return [{"traffic": {"$eq": hint}}, {"$nor": colleagues}]


def _document(item: Item) -> Document:
    fields = item.model_dump(exclude={"id"})
    return {"_id": item.id, **fields, "domain": domain_of(item.address) if item.address else None}


def _item(document: Document) -> Item:
    return Item.model_validate({**document, "id": document["_id"]})
