"""The second step: everybody against those they share a key with, each pair once."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field

from dedupe.domain.match import Match, compare
from dedupe.domain.ruleset import Rules
from dedupe.evaluate.index import Index
from dedupe.evaluate.normalising import People
from dedupe.evaluate.packed import unpacked

LEAST = 0.05
"""Pairs at or below it are not told."""


@dataclass(slots=True)
class Pairs:
    """Scored pairs, by the numbers of their contacts; `compared` counts those that were not worth keeping too."""

    ones: array[int] = field(default_factory=lambda: array("I"))
    others: array[int] = field(default_factory=lambda: array("I"))
    scores: array[float] = field(default_factory=lambda: array("d"))
    bits: array[float] = field(default_factory=lambda: array("d"))
    compared: int = 0

    def __len__(self) -> int:
        return len(self.ones)

    def append(self, one: int, other: int, match: Match) -> None:
        self.ones.append(one)
        self.others.append(other)
        self.scores.append(match.score)
        self.bits.append(match.bits)

    def extend(self, more: Pairs) -> None:
        self.ones.extend(more.ones)
        self.others.extend(more.others)
        self.scores.extend(more.scores)
        self.bits.extend(more.bits)
        self.compared += more.compared


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody, how they are found, and by what they are scored."""

    people: People
    index: Index
    rules: Rules

    def match(self, one: int, other: int) -> Match:
        """What comes first is decided by the contents: a comparison that is not quite symmetrical must not follow the order of rows."""
        profiles = self.people.profiles
        first, second = sorted((profiles[one], profiles[other]))
        return compare(unpacked(first), unpacked(second), self.rules)

    def pairs(self, numbers: range) -> Pairs:
        """Of these contacts with all that come after them."""
        found = Pairs()
        for one in numbers:
            near = self.index.near(self.people.keys_of(one), after=one)
            found.compared += len(near)
            for other in near:
                match = self.match(one, other)
                if match.score > LEAST:
                    found.append(one, other, match)
        return found
