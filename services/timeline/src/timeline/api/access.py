"""What every route needs: who looks, at whose timeline, from where on."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import Path, Query

from shared.auth import Principal, Role
from shared.problem import FieldError, Problem
from timeline.domain import Count, Position, Viewer, Whose
from timeline.store import TimelineStore

Now = Callable[[], datetime]

ContactId = Annotated[str, Path(min_length=1, max_length=200)]
Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=1_000, description="`next_cursor` of the page before")]


async def whose(store: TimelineStore, caller: Principal, contact_id: str) -> Whose:
    """The timeline asked for. One not heard of is no error: events of a new contact may still be on their way."""
    found = await store.whose(caller.workspace, contact_id)
    if found is None:
        raise Problem(410, "erased", "This contact was erased.")
    return found


def viewer_of(caller: Principal) -> Viewer:
    return Viewer(caller.subject, frozenset(role.value for role in Role if caller.role.covers(role)))


def position_of(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    try:
        at, _, entry_id = _opened(cursor).partition(" ")
        return Position(_aware(at), entry_id)
    except ValueError:
        raise not_acceptable("cursor", "This is not a cursor this service gave out.") from None


def cursor_of(position: Position) -> str:
    return _closed(f"{position.at.isoformat()} {position.id}")


def count_of(token: str) -> Count:
    try:
        entries, _, newest = _opened(token).partition(" ")
        return Count(int(entries), newest or None)
    except ValueError:
        raise not_acceptable("after", "This is not a position this service gave out.") from None


def token_of(count: Count) -> str:
    return _closed(f"{count.entries} {count.newest or ''}")


def not_acceptable(field: str, message: str) -> Problem:
    return Problem(422, "validation", "Some fields are not acceptable.", errors=[FieldError(field, message)])


def _closed(text: str) -> str:
    """Opaque, so that nobody builds one."""
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _opened(text: str) -> str:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(text) from error


def _aware(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
