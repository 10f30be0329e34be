"""Where the next page of each list of this service begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from contacts.store import Order, Position
from shared.web.cursors import Cursors, moment


def _told(position: Position) -> Sequence[str]:
    value = position.value
    return value.isoformat() if isinstance(value, datetime) else value, position.id


def _by_text(words: Sequence[str]) -> Position:
    value, last = words
    return Position(value, last)


def _by_time(words: Sequence[str]) -> Position:
    value, last = words
    return Position(moment(value), last)


CONTACTS: Mapping[Order, Cursors[Position]] = {
    "updated": Cursors("updated", _told, _by_time),
    "name": Cursors("name", _told, _by_text),
}
ACCOUNTS = Cursors("accounts", _told, _by_text)
PEOPLE = Cursors("people", _told, _by_text)
MEMBERS = Cursors("members", _told, _by_text)
NOTICES = Cursors("notices", _told, _by_time)
REVIEW = Cursors("review", _told, _by_time)
HISTORY = Cursors("history", _told, _by_time)
MERGES = Cursors("merges", _told, _by_time)
