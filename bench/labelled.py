"""Labelled records: a directory with contacts.csv, and what is known of them.

truth_pairs.csv (id_l, id_r) has the true pairs, truth_clusters.csv (id, cluster_id) who is one person. hard_negatives.csv (id_l, id_r,
kind) is there where people are known who look alike and are two.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from pathlib import Path

from dedupe.domain.person import Person
from dedupe.evaluate.contacts_file import person_of, rows

Ids = tuple[str, str]
"""A pair, the lesser id first."""


@dataclass(frozen=True)
class Labelled:
    """One set, each file read when it is asked for and kept."""

    directory: Path

    @property
    def name(self) -> str:
        return self.directory.name

    @property
    def contacts(self) -> Path:
        return self.directory / "contacts.csv"

    @cached_property
    def people(self) -> Mapping[str, Person]:
        return {row[0]: person_of(row) for row in rows(self.contacts)}

    @cached_property
    def truth(self) -> frozenset[Ids]:
        return frozenset(pair_of(row) for row in table(self.directory / "truth_pairs.csv"))

    @cached_property
    def clusters(self) -> Mapping[str, str]:
        """The person that each record is of."""
        return {row["id"]: row["cluster_id"] for row in table(self.directory / "truth_clusters.csv")}

    @cached_property
    def hard_negatives(self) -> Mapping[Ids, str]:
        """Pairs that are two people, and what makes them look alike."""
        path = self.directory / "hard_negatives.csv"
        return {pair_of(row): row["kind"] for row in table(path)} if path.exists() else {}

    @cached_property
    def _sources(self) -> Mapping[str, str]:
        return {row["id"]: row.get("source", "") for row in table(self.contacts)}

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The values of `source` where two lists were to be linked: then nothing is known of pairs within one. Empty elsewhere."""
        sources = self._sources
        names = sorted(set(sources.values()))
        linked = len(names) == 2 and all(sources[one] != sources[other] for one, other in self.truth)
        return tuple(names) if linked else ()

    def countable(self, pairs: Iterable[Ids]) -> set[Ids]:
        """Those of which the truth is known."""
        if not self.lists:
            return set(pairs)
        return {(one, other) for one, other in pairs if self._sources[one] != self._sources[other]}


@dataclass(frozen=True)
class Quality:
    """How many of the found pairs are right, and how many of the true ones are found."""

    precision: float
    recall: float

    @classmethod
    def of(cls, found: set[Ids], truth: frozenset[Ids]) -> Quality:
        right = len(found & truth)
        return cls(right / len(found) if found else 1.0, right / len(truth) if truth else 1.0)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall) if self.precision + self.recall else 0.0


def pairs_within(clusters: Mapping[str, str]) -> set[Ids]:
    """All pairs of ids that have the same cluster."""
    members = defaultdict(list)
    for record, cluster in clusters.items():
        members[cluster].append(record)
    return {pair for group in members.values() for pair in combinations(sorted(group), 2)}


def matched_by_kind(hard_negatives: Mapping[Ids, str], found: set[Ids]) -> dict[str, tuple[int, int]]:
    """For each kind, how many of them were taken for one person, and how many there are."""
    there = Counter(hard_negatives.values())
    wrong = Counter(kind for pair, kind in hard_negatives.items() if pair in found)
    return {kind: (wrong[kind], there[kind]) for kind in sorted(there)}


def table(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        yield from csv.DictReader(file)


def pair_of(row: Mapping[str, str]) -> Ids:
    first, second = sorted((row["id_l"], row["id_r"]))
    return first, second
