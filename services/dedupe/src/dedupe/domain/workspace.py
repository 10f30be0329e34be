"""What a workspace decides about its scores, and when its names have to be counted anew."""

from __future__ import annotations

from dataclasses import dataclass

from dedupe.domain.commonness import FEWEST
from dedupe.domain.ruleset import CERTAIN, SUSPECTED

LEAST, MOST = 0.05, 1.0
"""Between which a threshold can be chosen: below it nearly everything that is compared would be shown."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Pairs at or above `suspected` are shown to people, those at or above `certain` are as good as sure."""

    certain: float = CERTAIN
    suspected: float = SUSPECTED


def outgrown(counted: int, contacts: int, seen_before: int) -> bool:
    """Whether a workspace of so many contacts is another one than when its names were counted: by a fifth, up or down.

    Not while it changes fast: an import would have names counted, and pairs judged anew, again and again.
    """
    settled = abs(contacts - seen_before) * 50 <= contacts
    return settled and max(counted, contacts) >= FEWEST and abs(contacts - counted) * 5 >= counted
