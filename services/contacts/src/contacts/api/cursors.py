"""Cursors: where the next page begins, opaque to clients.

A cursor names a place in an order and nothing else. Workspace and filters come with each request, so one that somebody makes up can only
begin elsewhere in what they may read anyway; it is checked for its form, not signed.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime

from contacts.store import Position
from shared.web import Problem


def encoded(order: str, position: Position | None) -> str | None:
    """None after the last page."""
    if position is None:
        return None
    value = position.value.isoformat() if isinstance(position.value, datetime) else position.value
    return base64.urlsafe_b64encode(json.dumps([order, value, position.id]).encode()).decode().rstrip("=")


def decoded(order: str, cursor: str | None, *, is_time: bool = False) -> Position | None:
    """Raises the 400 that says what a client has to do."""
    if cursor is None:
        return None
    try:
        match json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)):
            case [str(said), str(value), str(last)] if said == order:
                return Position(_time(value) if is_time else value, last)
    except (binascii.Error, ValueError):  # ValueError: not JSON, not UTF-8, not a time
        pass
    raise Problem(400, "bad-cursor", "This cursor belongs to no page of this list; begin again without one.")


def _time(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment has an offset")
    return moment
