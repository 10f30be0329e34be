"""How many are looked at: what bounds the work of a comparison with everybody, however large a workspace grows."""

from __future__ import annotations

from collections.abc import Mapping

from dedupe.domain.commonness import FEWEST

CROWD = 100
"""A key that more contacts have says nothing alone: it is left out, and reported. Pairs with another key in common are still found."""

CROWDS: Mapping[str, int] = {"name": 20, "home": 20, "born": 20, "near": 10, "town": 10, "start": 10, "local": 10}
"""The same for kinds of keys that say little: of a hundred contacts found by one of them hardly one is the same person. In a small
workspace a crowd is a sign of records that were entered again and again, and looking at all of them costs nothing."""

MOST_ALIKE = 150
"""A check compares no more than this many contacts, which bounds it to a few milliseconds of CPU."""


def crowd_of(key: str, counted: int) -> int:
    """How many contacts may have this key before it is crowded, in a workspace in which so many were counted (0: too few to count)."""
    return CROWDS.get(key.partition(":")[0], CROWD) if counted >= FEWEST else CROWD
