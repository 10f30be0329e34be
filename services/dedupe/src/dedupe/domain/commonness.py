"""How common things are in a workspace: that two are both called Maria Müller says little where there are hundreds of them.

Agreement on a rare value is worth more than on a common one (W. E. Winkler, Frequency-Based Matching in Fellegi-Sunter Model of Record
Linkage, 2000). Counts are taken of everybody at once and kept until they are taken anew, so that a score does not depend on the order of
news.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from dedupe.domain.person import Profile

COUNTED = ("given", "surname", "born", "postcode", "city", "companies", "numbers")
"""Fields of a profile whose values are counted."""

WEIGHED = (*COUNTED, "mailboxes")
"""Fields whose rarity counts. A mailbox is one person's own: how rare it is follows from how many people there are."""

FEWEST = 1_000
"""Contacts without which counts say nothing."""

SMALLEST = 5_000
"""Contacts of the smallest workspace that scores know of; fewer are scored as if they were so many, for they will be."""

RARE = 2
"""How often a value is taken to be met that is not among the common ones."""

UNCOUNTED = 8
"""How often one is taken to be met in a workspace whose values were not counted."""

MOST_VALUES = 20_000
"""Values kept of a field, those met most often."""

USUAL_DUPLICATES = 1 / 8
"""Pairs of one person there are for each contact, where nobody looked yet."""


@dataclass(frozen=True, slots=True)
class Commonness:
    """How often values are met among so many contacts, by field; and `duplicates`: how many pairs of one person there are per contact."""

    contacts: int = 0
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    duplicates: float = USUAL_DUPLICATES

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> Commonness:
        counting = Counting()
        counting.add(profiles)
        return counting.counted()

    @property
    def size(self) -> int:
        return max(self.contacts, SMALLEST)

    def rarity(self, field_: str, one: Profile, other: Profile) -> float:
        """In bits, how surprising it is that the two agree: one contact in 2^rarity has the commonest of the values they share."""
        counts = self.counts.get(field_)
        if not counts:
            return math.log2(self.size / UNCOUNTED)
        met = max([counts.get(value, RARE) for value in _in_common(getattr(one, field_), getattr(other, field_))], default=RARE)
        return math.log2(self.size / met)


def _in_common(one: Any, other: Any) -> Iterable[str]:
    """Of single values both: where they are taken for the same, one may be mistyped, which is always rare."""
    if isinstance(one, str):
        return one, other
    return set(one).intersection(other) or (*one, *other)


NOTHING_COUNTED = Commonness()


class Counting:
    """Counts in portions, as contacts are read."""

    def __init__(self) -> None:
        self._contacts = 0
        self._counts: dict[str, Counter[str]] = {name: Counter() for name in COUNTED}

    def add(self, profiles: Iterable[Profile]) -> None:
        for profile in profiles:
            self._contacts += 1
            for name, counts in self._counts.items():
                value = getattr(profile, name)
                if isinstance(value, tuple):
                    counts.update(value)
                elif value:
                    counts[value] += 1

    def extend(self, others: Self) -> None:
        self._contacts += others._contacts
        for name, counts in self._counts.items():
            counts.update(others._counts[name])

    def counted(self, duplicate_pairs: float | None = None) -> Commonness:
        """`duplicate_pairs` of those counted are one person, where somebody knows."""
        if self._contacts < FEWEST:
            return Commonness(self._contacts)
        duplicates = USUAL_DUPLICATES if duplicate_pairs is None else duplicate_pairs / self._contacts
        return Commonness(self._contacts, {name: _common(counts) for name, counts in self._counts.items()}, duplicates)


def _common(counts: Counter[str]) -> Mapping[str, int]:
    """Ties are broken by the value: which of them are kept is no accident."""
    often = sorted(((value, times) for value, times in counts.items() if times > RARE), key=lambda one: (-one[1], one[0]))
    return dict(often[:MOST_VALUES])
