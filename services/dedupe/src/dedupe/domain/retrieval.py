"""How many are looked at: what bounds the work of a comparison with everybody, however large a workspace grows."""

from __future__ import annotations

CROWD = 100
"""A key that more contacts have says nothing alone: it is left out, and reported. Pairs with another key in common are still found."""

MOST_ALIKE = 150
"""A check compares no more than this many contacts, which bounds it to a few milliseconds of CPU."""
