"""What the caller is to know."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from contacts.api.cursors import NOTICES
from contacts.api.requests import ContactsStore, Cursor, Limit, NoticesStore, Reader
from contacts.api.viewing import viewable
from contacts.domain.drafts import Given, Id
from contacts.domain.notices import NoticeKind
from contacts.domain.search import full_name

router = APIRouter(prefix="/v1/contacts/notices", tags=["notices"])

NAMED = 3
"""Contacts of a notice that are called by their names; of a digest nobody reads more."""


class NamedContact(BaseModel):
    """Without a name where the caller may not view it, or not any more."""

    id: str
    name: str | None


class ShownNotice(BaseModel):
    """`assigned`: the caller owns these contacts from now on; `unassigned`: no longer."""

    id: str
    kind: NoticeKind
    contact_ids: tuple[str, ...]
    contacts: Annotated[list[NamedContact], Field(description=f"the first {NAMED}, with their names")]
    by: str | None
    at: datetime
    reason: str | None
    unread: bool


class NoticePage(BaseModel):
    items: list[ShownNotice]
    unread: Annotated[int, Field(description="in all; 1000 is many")]
    next_cursor: str | None


class NoticesRead(Given):
    ids: Annotated[tuple[Id, ...] | None, Field(max_length=200, description="null: all")] = None


class Unread(BaseModel):
    unread: int


@router.get("")
async def read_notices(
    caller: Reader, notices: NoticesStore, contacts: ContactsStore, cursor: Cursor = None, limit: Limit = 50
) -> NoticePage:
    """The caller's own, the newest first."""
    page = await notices.page(caller.workspace, caller.subject, NOTICES.place(cursor), limit)
    people = await viewable(contacts, caller, {one for told in page.items for one in told.notice.contact_ids[:NAMED]})
    names = {contact_id: full_name(contact) for contact_id, contact in people.items()}
    items = [
        ShownNotice(
            id=told.id,
            kind=told.notice.kind,
            contact_ids=told.notice.contact_ids,
            contacts=[NamedContact(id=one, name=names.get(one)) for one in told.notice.contact_ids[:NAMED]],
            by=told.notice.by,
            at=told.notice.at,
            reason=told.notice.reason,
            unread=told.unread,
        )
        for told in page.items
    ]
    unread = await notices.unread(caller.workspace, caller.subject)
    return NoticePage(items=items, unread=unread, next_cursor=NOTICES.after(page.next))


@router.post("/read")
async def mark_read(body: NoticesRead, caller: Reader, notices: NoticesStore) -> Unread:
    await notices.read(caller.workspace, caller.subject, body.ids)
    return Unread(unread=await notices.unread(caller.workspace, caller.subject))
