"""From a file to pairs and clusters, step by step, each shared by as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from dedupe.domain.retrieval import CROWD
from dedupe.domain.ruleset import Rules
from dedupe.evaluate.comparing import Comparison, Pairs
from dedupe.evaluate.contacts_file import Row, rows
from dedupe.evaluate.grouping import Cluster, clusters, connected
from dedupe.evaluate.index import Entries, Index
from dedupe.evaluate.normalising import Normalised, Some, normalised
from dedupe.evaluate.packed import Strings
from dedupe.evaluate.workers import Workers, workers

AT_ONCE = 1_000
"""Contacts in one task of a worker."""


class Progress(Protocol):
    """A bar for one step, made with its name and its length; what it gives is told of every advance."""

    def __call__(self, label: str, length: int, /) -> AbstractContextManager[Callable[[int], None]]: ...


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the rules say of a file. Contacts are numbers, `ids` has what the file calls them."""

    ids: Strings
    rules: Rules
    pairs: Pairs
    clusters: list[Cluster]
    crowded_keys: int


def evaluate(path: Path, progress: Progress) -> Evaluation:
    comparison = _prepared(path, progress)
    people, rules = comparison.people, comparison.rules
    with workers(comparison) as at_work:
        pairs = _pairs(len(people.ids), progress, at_work)
        found = _clusters(pairs, comparison, progress, at_work)
    return Evaluation(people.ids, rules, pairs, found, comparison.index.crowded)


def _prepared(path: Path, progress: Progress) -> Comparison:
    with workers(None) as at_work:
        made = Normalised()
        with progress("Normalising", path.stat().st_size) as advance:
            for more in at_work.map(normalised, _some(rows(path, advance))):
                made.extend(more)
        index = Index()
        with progress("Indexing", len(made.entries)) as advance:
            for part in at_work.map(_index, made.entries):
                index.extend(part)
                advance(1)
    return Comparison(made.people, index, Rules(commonness=made.names.commonness(len(made.people.ids))))


def _index(_: None, entries: Entries) -> Index:
    """Only blocks of two and more: in a file, a key that one contact has finds nobody."""
    return Index.of(entries, fewest=2, most=CROWD)


def _some(contacts: Iterable[Row]) -> Iterator[Some]:
    left, first = iter(contacts), 0
    while some := list(islice(left, AT_ONCE)):
        yield first, some
        first += len(some)


def _pairs(contacts: int, progress: Progress, at_work: Workers[Comparison]) -> Pairs:
    pairs = Pairs()
    with progress("Comparing", contacts) as advance:
        for more in at_work.map(Comparison.pairs, (range(first, min(contacts, first + AT_ONCE)) for first in range(0, contacts, AT_ONCE))):
            pairs.extend(more)
            advance(AT_ONCE)
    return pairs


def _clusters(pairs: Pairs, comparison: Comparison, progress: Progress, at_work: Workers[Comparison]) -> list[Cluster]:
    tasks = list(connected(pairs, len(comparison.people.ids), comparison.rules.suspected))
    found: list[Cluster] = []
    with progress("Clustering", len(tasks)) as advance:
        for more in at_work.map(clusters, tasks):
            found += more
            advance(1)
    return found
