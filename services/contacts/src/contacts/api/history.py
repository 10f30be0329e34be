"""What became of a contact: every change, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query

from contacts.api.bodies import HistoryPage, HistoryRow
from contacts.api.cursors import HISTORY
from contacts.api.present import present
from contacts.api.requests import ContactsStore, Cursor, Limit, Reader
from contacts.domain.contact import CUSTOM
from contacts.domain.revisions import Changes, FieldChange
from contacts.store import Entry

FieldAsked = Annotated[str | None, Query(max_length=200, description="only the changes of this field; `custom.<key>` of one custom field")]

router = APIRouter(prefix="/v1/contacts", tags=["history"])


@router.get("/{contact_id}/history")
async def read_history(
    *, contact_id: str, caller: Reader, contacts: ContactsStore, field: FieldAsked = None, cursor: Cursor = None, limit: Limit = 50
) -> HistoryPage:
    """The newest first, of those merged into it too. `limit` counts changes; the rows of one change stay together."""
    contact = await present(contacts, caller, contact_id)
    of_all = field and field.partition(".")[0]  # custom fields are one field of a change
    page = await contacts.history(caller.workspace, (contact.id, *contact.merged_ids), HISTORY.place(cursor), limit, of_all)
    return HistoryPage(items=[row for entry in page.items for row in _rows(entry, field)], next_cursor=HISTORY.after(page.next))


def _rows(entry: Entry, asked: str | None) -> list[HistoryRow]:
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
        for field, change in _asked_of(entry.changes, asked)
    ]


def _asked_of(changes: Changes, asked: str | None) -> Iterable[tuple[str, FieldChange]]:
    """All of them, or the one that was asked for; of custom fields that one alone, where it became another."""
    if asked is None or not asked.startswith(CUSTOM):
        return [(field, change) for field, change in changes.items() if asked in (None, field)]
    key, whole = asked.removeprefix(CUSTOM), changes[CUSTOM.rstrip(".")]
    part = FieldChange((whole.old or {}).get(key), (whole.new or {}).get(key))
    return [(asked, part)] if part.old != part.new else []
