"""What members are to know, and whether they have seen it. Nobody reads what is older than a quarter of a year."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from contacts.domain.notices import Notice
from contacts.mongo_store.finding import after
from contacts.store import Page, Position, Told
from shared.contracts.ids import new_id
from shared.mongo import Database, Document, Filter, Index, Session

KEPT = timedelta(days=90)
MOST_UNREAD = 1_000
"""A count goes no further: more than a thousand is many."""

BY_MEMBER = Index("member_id", ("at", -1), ("_id", -1))
UNREAD = Index("member_id", where={"unread": True})


class MongoNotices:
    """Implements `contacts.store.Notices`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._notices = database.collection("notices", BY_MEMBER, UNREAD, Index("at", ttl=int(KEPT.total_seconds())))

    async def prepare(self) -> None:
        await self._database.prepare(self._notices)

    async def tell(self, workspace: str, notices: Sequence[Notice], session: Session) -> None:
        for notice in notices:  # most changes tell nobody, one told tells two
            await self._notices.of(workspace).insert({"_id": new_id(), **vars(notice), "unread": True}, session=session)

    async def forget(self, workspace: str, contact_ids: Collection[str], session: Session) -> None:
        """Notices about nobody else go, the others lose these. The reason is of the whole, so it goes too."""
        notices, among = self._notices.of(workspace), {"$in": list(contact_ids)}
        less = {"$pull": {"contact_ids": among}, "$set": {"reason": None}}
        await notices.update_many({"contact_ids": among}, less, session=session)
        await notices.delete_many({"contact_ids": []}, session=session)

    async def page(self, workspace: str, member_id: str, position: Position | None, limit: int) -> Page[Told]:
        where: list[Filter] = [{"member_id": {"$eq": member_id}}, *(after(position, "at", -1) if position else [])]
        order = [("at", -1), ("_id", -1)]
        found = await self._notices.of(workspace).find({"$and": where}, sort=order, limit=limit + 1, index=BY_MEMBER.name)
        told = [_told(document) for document in found[:limit]]
        return Page(told, Position(told[-1].notice.at, told[-1].id) if len(found) > limit else None)

    async def unread(self, workspace: str, member_id: str) -> int:
        where = {"member_id": {"$eq": member_id}, "unread": True}
        return await self._notices.of(workspace).count(where, limit=MOST_UNREAD, index=UNREAD.name)

    async def read(self, workspace: str, member_id: str, ids: Collection[str] | None) -> None:
        among: Filter = {} if ids is None else {"_id": {"$in": list(ids)}}
        where = {"member_id": {"$eq": member_id}, "unread": True, **among}
        await self._notices.of(workspace).update_many(where, {"$unset": {"unread": True}})


def _told(document: Document) -> Told:
    notice = Notice(
        member_id=document["member_id"],
        kind=document["kind"],
        contact_ids=tuple(document["contact_ids"]),
        by=document["by"],
        at=document["at"],
        reason=document["reason"],
    )
    return Told(document["_id"], notice, unread="unread" in document)
