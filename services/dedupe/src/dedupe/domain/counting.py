"""Counting the names of a workspace in portions, as they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from dedupe.domain.commonness import Commonness
from dedupe.domain.person import Profile


class Counting:
    """Ends in what `Commonness.of` says of everybody at once."""

    def __init__(self) -> None:
        self._contacts = 0
        self._given: Counter[str] = Counter()
        self._surnames: Counter[str] = Counter()

    def add(self, profiles: Iterable[Profile]) -> None:
        for profile in profiles:
            self._contacts += 1
            self._given[profile.given] += 1
            self._surnames[profile.surname] += 1

    def counted(self) -> Commonness:
        return Commonness(self._contacts, _repeated(self._given), _repeated(self._surnames))


def _repeated(counts: Counter[str]) -> Mapping[str, int]:
    return {name: times for name, times in counts.items() if name and times > 1}
