"""How common names are in a workspace: that two are both called Maria Müller says little where there are hundreds of them.

Counts are taken of everybody at once and kept until they are taken anew, so that a score does not depend on the order of news.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

from dedupe.domain.person import Profile

FEWEST = 1_000
"""Contacts without which counts say nothing about how common a name is: with fewer, no name counts as common."""


@dataclass(frozen=True, slots=True)
class Commonness:
    """How often names are met, by the profile's given name and surname; those met once need not be there."""

    contacts: int = 0
    given: Mapping[str, int] = field(default_factory=dict)
    surnames: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, profiles: Iterable[Profile]) -> Self:
        contacts, given, surnames = 0, Counter[str](), Counter[str]()
        for profile in profiles:
            contacts += 1
            given[profile.given] += 1
            surnames[profile.surname] += 1
        return cls(contacts, _repeated(given), _repeated(surnames))

    def namesakes(self, given: str, surname: str) -> float:
        """How many contacts are expected to have both names by chance, given names and surnames being met independently."""
        if self.contacts < FEWEST:
            return 0.0
        return self.given.get(given, 1) * self.surnames.get(surname, 1) / self.contacts


NOTHING_COUNTED = Commonness()


def _repeated(counts: Counter[str]) -> Mapping[str, int]:
    return {name: count for name, count in counts.items() if name and count > 1}
