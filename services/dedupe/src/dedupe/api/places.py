"""Where a page of what is listed by score begins."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dedupe.store import Position
from shared.web.cursors import Cursors


def placed(of: str) -> Cursors[Position]:
    """The cursors of the list called so."""
    return Cursors(of, lambda position: (str(position.score), position.last_id), _place)


def _place(words: Sequence[str]) -> Position:
    score, last_id = words
    if not math.isfinite(float(score)):
        raise ValueError("a score is a number")
    return Position(float(score), last_id)
