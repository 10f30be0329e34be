"""The second step: everybody against those they share a key with, each pair once."""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass, field

from dedupe.domain.match import bits_between, score_of
from dedupe.domain.person import Profile
from dedupe.domain.ruleset import Rules
from dedupe.evaluate.index import Neighbours
from dedupe.evaluate.normalising import People
from dedupe.evaluate.packed import unpacked

LEAST = 0.05
"""Pairs at or below it are not told."""

HARDLY = 0.2
"""Pairs below it do not count when it is asked how many duplicates there are: many hardly likely ones are not some."""


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

    def append(self, one: int, other: int, score: float, bits: float) -> None:
        self.ones.append(one)
        self.others.append(other)
        self.scores.append(score)
        self.bits.append(bits)

    def extend(self, more: Pairs) -> None:
        self.ones.extend(more.ones)
        self.others.extend(more.others)
        self.scores.extend(more.scores)
        self.bits.extend(more.bits)
        self.compared += more.compared

    def scored(self, shift: float) -> Pairs:
        """With so many bits more each; without those that are not worth telling."""
        told = Pairs(compared=self.compared)
        for one, other, bits in zip(self.ones, self.others, self.bits, strict=True):
            if (score := score_of(bits + shift)) > LEAST:
                told.append(one, other, score, bits + shift)
        return told

    def likely_duplicates(self, shift: float) -> float:
        """How many of them are one person, with so many bits more each."""
        return math.fsum(score for bits in self.bits if (score := score_of(bits + shift)) > HARDLY)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody, who is near whom, and by what they are scored."""

    people: People
    neighbours: Neighbours
    rules: Rules
    least: float = LEAST
    """Pairs scored at or below it are not kept."""

    def between(self, one: int, other: int) -> float:
        """The bits between two contacts."""
        profiles = self.people.profiles
        return self._bits(*_opened(profiles[one]), *_opened(profiles[other]))

    def pairs(self, numbers: range) -> Pairs:
        """Of these contacts with all that come after them."""
        found, profiles = Pairs(), self.people.profiles
        for one in numbers:
            near = self.neighbours.after(one)
            if not near:
                continue
            found.compared += len(near)
            ours = _opened(profiles[one])
            for other in near:
                bits = self._bits(*ours, *_opened(profiles[other]))
                if (score := score_of(bits)) > self.least:
                    found.append(one, other, score, bits)
        return found

    def _bits(self, packed: bytes, profile: Profile, other_packed: bytes, other: Profile) -> float:
        """The contents say which comes first: should a comparison not be quite symmetrical, it is not for the order of rows to decide."""
        return bits_between(profile, other, self.rules) if packed <= other_packed else bits_between(other, profile, self.rules)


def _opened(packed: bytes) -> tuple[bytes, Profile]:
    return packed, unpacked(packed)
