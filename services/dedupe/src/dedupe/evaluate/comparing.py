"""The second step: everybody against those they share a key with, each pair once."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everybody, who is near whom, and by what they are scored."""

    people: People
    neighbours: Neighbours
    rules: Rules

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
                if (score := score_of(bits)) > LEAST:
                    found.append(one, other, score, bits)
        return found

    def _bits(self, packed: bytes, profile: Profile, other_packed: bytes, other: Profile) -> float:
        """The contents say which comes first: should a comparison not be quite symmetrical, it is not for the order of rows to decide."""
        return bits_between(profile, other, self.rules) if packed <= other_packed else bits_between(other, profile, self.rules)


def _opened(packed: bytes) -> tuple[bytes, Profile]:
    return packed, unpacked(packed)
