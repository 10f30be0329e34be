"""What is learned from: candidate pairs of a set of records, what is found between them, and whether they are one person."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import Any

from bench.labelled import Labelled
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.commonness import WEIGHED, Commonness
from dedupe.domain.evidence import findings
from dedupe.domain.person import Person, Profile, profile_of
from dedupe.domain.retrieval import crowd_of
from dedupe.domain.ruleset import RULES

Ids = tuple[str, str]

ALIKE = 3.5
"""For how much a pair of two people counts who look alike: taking them for one is the mistake that costs most."""


@dataclass(frozen=True)
class Records:
    """Records and who each of them is of."""

    name: str
    people: Mapping[str, Person]
    person_of: Mapping[str, str]
    countable: Callable[[Iterable[Ids]], set[Ids]] = set
    alike: frozenset[Ids] = frozenset()
    """Pairs of two people who look alike."""

    @classmethod
    def of(cls, labelled: Labelled) -> Records:
        return cls(labelled.name, labelled.people, labelled.clusters, labelled.countable, frozenset(labelled.hard_negatives))

    def only(self, *kept: str) -> Records:
        """With no more than these fields of a person."""
        gone: dict[str, Any] = {field.name: field.default for field in fields(Person) if field.name not in kept}
        people = {record: replace(person, **gone) for record, person in self.people.items()}
        return replace(self, name=f"{self.name}, only {'/'.join(kept)}", people=people)

    def fewer(self, share: float) -> Records:
        """A share of the people, with all their records."""
        return self._kept(f"{self.name}, {share:.0%} of it", (r for r in self.people if _within(self.person_of[r], share)))

    def fewer_duplicates(self, share: float) -> Records:
        """A share of the people keep all their records, others one."""
        kept: dict[str, str] = {}
        for record in sorted(self.people, key=lambda one: zlib.crc32(one.encode())):
            person = self.person_of[record]
            if person not in kept.values() or _within(person, share):
                kept[record] = person
        return self._kept(f"{self.name}, {share:.0%} with duplicates", kept)

    def _kept(self, name: str, records: Iterable[str]) -> Records:
        return replace(self, name=name, people={record: self.people[record] for record in records})


def _within(person: str, share: float) -> bool:
    return zlib.crc32(f"kept {person}".encode()) % 1_000 < share * 1_000


@dataclass(frozen=True, slots=True)
class Example:
    """A candidate pair: what is found, the bits of rarity by field, whether it is one person, whose, and for how much it counts."""

    found: tuple[tuple[str, str], ...]
    rarity: tuple[float, ...]
    true: bool
    person: str
    counts: float


@dataclass(frozen=True, eq=False)
class Examples:
    """All of a set. `missed` are its true pairs that share no blocking key."""

    name: str
    contacts: int
    size: int
    examples: list[Example]
    missed: int

    @property
    def duplicates(self) -> float:
        return (sum(example.true for example in self.examples) + self.missed) / self.contacts

    @classmethod
    def of(cls, records: Records) -> Examples:
        profiles = {record: profile_of(person) for record, person in records.people.items()}
        commonness = Commonness.of(profiles.values())
        truth = records.countable(_pairs_within(records.person_of, profiles))
        candidates = records.countable(_candidates(profiles))
        examples = [
            Example(
                *_seen(profiles[one], profiles[other], commonness),
                true=(one, other) in truth,
                person=records.person_of[one],
                counts=ALIKE if (one, other) in records.alike else 1.0,
            )
            for one, other in sorted(candidates)
        ]
        return cls(records.name, len(profiles), commonness.size, examples, len(truth - candidates))


def _seen(one: Profile, other: Profile, commonness: Commonness) -> tuple[tuple[tuple[str, str], ...], tuple[float, ...]]:
    found = tuple(findings(one, other))
    bits = dict.fromkeys(WEIGHED, 0.0)
    for name in (name for finding in found if finding in RULES for name in RULES[finding].rare_by):
        bits[name] += commonness.rarity(name, one, other)
    return found, tuple(bits.values())


def _candidates(profiles: Mapping[str, Profile]) -> set[Ids]:
    blocks: dict[str, list[str]] = defaultdict(list)
    for record, profile in profiles.items():
        for key in blocking_keys(profile):
            blocks[key].append(record)
    return {
        (one, other)
        for key, block in blocks.items()
        if len(block) <= crowd_of(key, len(profiles))
        for one, other in combinations(sorted(block), 2)
    }


def _pairs_within(person_of: Mapping[str, str], records: Iterable[str]) -> set[Ids]:
    people: dict[str, list[str]] = defaultdict(list)
    for record in records:
        people[person_of[record]].append(record)
    return {(one, other) for group in people.values() for one, other in combinations(sorted(group), 2)}
