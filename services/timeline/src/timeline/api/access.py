"""What every route needs: who looks, at whose timeline, from where on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query

from shared.auth import Principal, Role, may_view, not_yours, sees_all
from shared.problem import Problem
from shared.web.cursors import Cursors, moment
from timeline.domain import COMPARING, Count, Entry, Position, Viewer, Whose, outlined
from timeline.store import TimelineStore

COUNT_DIGITS = 12

Now = Callable[[], datetime]

ContactId = Annotated[str, Path(min_length=1, max_length=200)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=1_000, description="`next_cursor` of the page before")]


async def whose(store: TimelineStore, caller: Principal, contact_id: str) -> Whose:
    """The timeline asked for. One not heard of is no error: events of a new contact may still be on their way."""
    found = await store.whose(caller.workspace, contact_id)
    if found is None:
        raise Problem(410, "erased", "This contact was erased.")
    if not is_for(caller, found):
        raise not_yours(found.owner_id)
    return found


def is_for(caller: Principal, whose: Whose) -> bool:
    return may_view(caller, whose.visibility, whose.team)


async def not_for(store: TimelineStore, caller: Principal, contact_ids: Collection[str]) -> frozenset[str]:
    """Those of them that the caller may not view."""
    if not contact_ids or sees_all(caller):
        return frozenset()
    found = await store.whose_are(caller.workspace, contact_ids)
    return frozenset(contact_id for contact_id, whose in found.items() if not is_for(caller, whose))


async def told_to(store: TimelineStore, caller: Principal, page: Sequence[Entry]) -> Iterable[Entry]:
    """The entries, without why somebody is alike whom the caller may not view. Only where there are such lines it is asked whom they
    are about."""
    comparing = [entry.id for entry in page if entry.kind in COMPARING]
    if not comparing or sees_all(caller):
        return page
    about = await store.about_whom(caller.workspace, comparing)
    hidden = await not_for(store, caller, {one for contact_ids in about.values() for one in contact_ids})
    return [entry if hidden.isdisjoint(about.get(entry.id, ())) else outlined(entry) for entry in page]


def viewer_of(caller: Principal) -> Viewer:
    return Viewer(caller.subject, frozenset(role.value for role in Role if caller.role.covers(role)))


def _told(position: Position) -> Sequence[str]:
    return position.at.isoformat(), position.id


def _found(words: Sequence[str]) -> Position:
    at, entry_id = words
    return Position(moment(at), entry_id)


def _count(words: Sequence[str]) -> Count:
    entries, *newest = words
    if not entries.isdecimal() or len(entries) > COUNT_DIGITS or len(newest) > 1:
        raise ValueError("a number of entries, and the newest if there is one")
    return Count(int(entries), newest[0] if newest else None)


ENTRIES = Cursors("timeline", _told, _found)
NOTES = Cursors("notes", _told, _found)
COUNTS = Cursors[Count]("count", lambda count: [str(count.entries), *([count.newest] if count.newest else [])], _count, parameter="after")
