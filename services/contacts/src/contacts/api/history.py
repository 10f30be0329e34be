"""What became of a contact: every change, field by field."""

from __future__ import annotations

from fastapi import APIRouter

from contacts.api.bodies import HistoryPage, HistoryRow
from contacts.api.cursors import HISTORY
from contacts.api.present import present
from contacts.api.requests import ContactsStore, Cursor, Limit, Reader
from contacts.store import Entry

router = APIRouter(prefix="/v1/contacts", tags=["history"])


@router.get("/{contact_id}/history")
async def read_history(contact_id: str, caller: Reader, contacts: ContactsStore, cursor: Cursor = None, limit: Limit = 50) -> HistoryPage:
    """The newest first, of those merged into it too. `limit` counts changes; the rows of one change stay together."""
    contact = await present(contacts, caller.workspace, contact_id)
    page = await contacts.history(caller.workspace, (contact.id, *contact.merged_ids), HISTORY.place(cursor), limit)
    return HistoryPage(items=[row for entry in page.items for row in _rows(entry)], next_cursor=HISTORY.after(page.next))


def _rows(entry: Entry) -> list[HistoryRow]:
    cause = entry.cause
    return [
        HistoryRow(
            contact_id=entry.contact_id,
            version=entry.version,
            field=field,
            old=change.old,
            new=change.new,
            actor_id=cause.actor_id,
            actor_type=cause.actor_type,
            source=cause.origin,
            reason=cause.reason,
            time=cause.at,
            correlation_id=cause.correlation_id,
        )
        for field, change in entry.changes.items()
    ]
