"""Merges on MongoDB: what was merged into whom, and what there was before.

`contacts` are all who took part. What people picked is a list and no object: `custom.size` would not be one key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from contacts.domain.contact import Contact
from contacts.domain.merging import Merge
from contacts.mongo_store.finding import after as beyond
from contacts.store import EarlierMerge, KeyUsedError, Once, Page, Position
from shared.mongo import AlreadyThere, Database, Document, Filter, Index, Scoped, Session

ONCE = "once.key"
BY_CONTACT = Index("contacts", ("at", -1), ("_id", -1))
BY_TIME = Index(("at", -1), ("_id", -1))


class MongoMerges:
    """All merges, of every workspace."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._merges = database.collection("merges", BY_CONTACT, BY_TIME, Index(ONCE, unique=True, where={ONCE: {"$exists": True}}))

    async def prepare(self) -> None:
        await self._database.prepare(self._merges)

    def of(self, workspace: str, session: Session | None = None) -> MongoMergesOf:
        return MongoMergesOf(self._merges.of(workspace), session)


class MongoMergesOf:
    """Implements `contacts.store.Merges`."""

    def __init__(self, merges: Scoped, session: Session | None = None) -> None:
        self._merges = merges
        self._session = session

    async def get(self, merge_id: str) -> Merge | None:
        document = await self._merges.get(merge_id, session=self._session)
        return _merge(document) if document else None

    async def page(self, contact_id: str | None, after: Position | None, limit: int) -> Page[Merge]:
        where: list[Filter] = [{"contacts": {"$eq": contact_id}}] if contact_id is not None else []
        where += beyond(after, "at", -1) if after else []
        found = await self._merges.find(
            {"$and": where} if where else None,
            sort=[("at", -1), ("_id", -1)],
            limit=limit + 1,
            index=(BY_TIME if contact_id is None else BY_CONTACT).name,
            session=self._session,
        )
        merges = [_merge(document) for document in found[:limit]]
        return Page(merges, Position(merges[-1].at, merges[-1].id) if len(found) > limit else None)

    async def standing(self, survivor_id: str) -> Sequence[Merge]:
        merges = await self._not_undone({"contacts": {"$eq": survivor_id}, "survivor_id": {"$eq": survivor_id}})
        return sorted(merges, key=lambda merge: merge.before.version)

    async def that_took(self, contact_id: str) -> Merge | None:
        merges = await self._not_undone({"contacts": {"$eq": contact_id}, "merged_ids": {"$eq": contact_id}})
        return merges[0] if merges else None

    async def earlier(self, once: Once) -> EarlierMerge | None:
        document = await self._merges.find_one({ONCE: once.key}, session=self._session)
        return EarlierMerge(document["once"]["fingerprint"], _merge(document)) if document else None

    async def keep(self, merge: Merge, once: Once | None = None) -> None:
        document = _document(merge, once)
        try:
            await self._merges.update(document.pop("_id"), {"$set": document}, upsert=True, session=self._session)
        except AlreadyThere as there:
            if ONCE in there.keys:
                raise KeyUsedError from None
            raise

    async def forget(self, contact_ids: Collection[str]) -> None:
        """Those in which one of these took part, with the images they hold of everybody."""
        await self._merges.delete_many({"contacts": {"$in": list(contact_ids)}}, session=self._session)

    async def _not_undone(self, where: Filter) -> list[Merge]:
        found = await self._merges.find({**where, "undone_at": None}, index=BY_CONTACT.name, session=self._session)
        return [_merge(document) for document in found]


def _document(merge: Merge, once: Once | None) -> Document:
    fields = merge.model_dump(exclude={"id", "choices"})
    choices = [{"field": field, "contact_id": contact_id} for field, contact_id in merge.choices.items()]
    own = {"_id": merge.id, "contacts": [merge.survivor_id, *merge.merged_ids], "choices": choices}
    return {**fields, **own, **({"once": vars(once)} if once else {})}


def _merge(document: Document) -> Merge:
    choices = {row["field"]: row["contact_id"] for row in document["choices"]}
    images = {name: Contact.model_validate(document[name]) for name in ("before", "after")}
    return Merge.model_validate({**document, **images, "id": document["_id"], "choices": choices})
