"""Cursors: where the next page of a list begins, opaque to clients.

A cursor names a place in one list and nothing else. Workspace, caller and filters come with each request, so one that somebody makes up,
or brings from another workspace, can only begin elsewhere in what they may read anyway; it is checked for its form, not signed.
Whatever is wrong with it, the answer is the same 400.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Generic, TypeVar

from pydantic_core import from_json, to_json

from shared.problem import FieldError, Problem

Place = TypeVar("Place")


class Cursors(Generic[Place]):
    """The cursors of the list called `of`. `told` says a place in words, `found` makes it of them again.

    `found` raises ValueError for words that are no place; unpacking the wrong number of them does.
    """

    def __init__(
        self, of: str, told: Callable[[Place], Sequence[str]], found: Callable[[Sequence[str]], Place], parameter: str = "cursor"
    ) -> None:
        self._of = of
        self._told = told
        self._found = found
        self._parameter = parameter

    def after(self, place: Place | None) -> str | None:
        """The cursor to answer with; None after the last page."""
        if place is None:
            return None
        return base64.urlsafe_b64encode(to_json([self._of, *self._told(place)])).decode().rstrip("=")

    def place(self, cursor: str | None) -> Place | None:
        """Where to go on; None at the beginning. Raises the 400 that says what a client has to do."""
        if cursor is None:
            return None
        try:
            return self._found(self._words(cursor))
        except ValueError:
            error = FieldError(self._parameter, "This was not given out by this list; begin again without it.")
            raise Problem(400, "bad-cursor", "This cursor belongs to no page of this list.", errors=[error]) from None

    def _words(self, cursor: str) -> list[str]:
        said = from_json(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(said, list) or said[:1] != [self._of] or not all(isinstance(word, str) for word in said):
            raise ValueError("a cursor is the list's name and words")
        return said[1:]


def moment(word: str) -> datetime:
    """A time that was told by `isoformat`, as one of UTC. Raises ValueError for any other, also for one that no calendar has."""
    time = datetime.fromisoformat(word)
    if time.tzinfo is None:
        raise ValueError("a moment has an offset")
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("a moment is in a year") from error
