"""From a file to pairs and clusters, step by step, each shared by as many processes as there are cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Protocol

from dedupe.domain.ruleset import Rules
from dedupe.evaluate.comparing import Comparison, Pairs
from dedupe.evaluate.contacts_file import Row, rows
from dedupe.evaluate.grouping import Cluster, Link, clusters, connected
from dedupe.evaluate.index import Entries, Index, Neighbours
from dedupe.evaluate.normalising import Normalised, People, Some, normalised
from dedupe.evaluate.packed import Strings
from dedupe.evaluate.workers import Workers, workers

RECOUNTS = 3
KEPT = 0.002
"""Pairs at or below it can not become worth telling, however many duplicates there are."""

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
    known = known_from(path, progress, fewest=2)  # a key that one contact has finds nobody in a file
    people, rules = known.people, known.rules
    comparison = Comparison(people, Neighbours.of(known.index, len(people.ids)), rules, KEPT)
    crowded = known.index.crowded
    del known  # before the workers are forked: what they inherit counts for each of them
    with workers(comparison) as at_work:
        compared = _pairs(len(people.ids), progress, at_work)
    settled = _settled(rules, compared, len(people.ids))
    pairs = compared.scored(settled.prior - rules.prior)
    comparison = replace(comparison, rules=settled)
    with workers(comparison) as at_work:
        found = _clusters(pairs, comparison, progress, at_work)
    return Evaluation(people.ids, settled, pairs, found, crowded)


def _settled(rules: Rules, pairs: Pairs, contacts: int) -> Rules:
    """By how many duplicates there are, which follows from scores that follow from it: as a workspace that is counted time and again."""
    settled = rules
    for _ in range(RECOUNTS):
        duplicates = pairs.likely_duplicates(settled.prior - rules.prior) / max(1, contacts)
        settled = replace(rules, commonness=replace(rules.commonness, duplicates=duplicates))
    return settled


@dataclass(frozen=True, slots=True)
class Known:
    """Everybody in a file, how they are found, and by what they are scored."""

    people: People
    index: Index
    rules: Rules


def known_from(path: Path, progress: Progress, *, fewest: int) -> Known:
    """`fewest` contacts have a key that is in the index."""
    with workers(None) as at_work:
        made = Normalised()
        with progress("Normalising", path.stat().st_size) as advance:
            for more in at_work.map(normalised, _some(rows(path, advance))):
                made.extend(more)
        index = Index()
        with progress("Indexing", len(made.entries)) as advance:
            for part in at_work.map(partial(_index, fewest=fewest, counted=len(made.people.ids)), made.entries):
                index.extend(part)
                advance(1)
    return Known(made.people, index, Rules(commonness=made.counting.counted()))


def _index(_: None, entries: Entries, *, fewest: int, counted: int) -> Index:
    return Index.of(entries, fewest=fewest, counted=counted)


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
    suspected = comparison.rules.suspected
    found: list[Cluster] = []
    with progress("Clustering", sum(score >= suspected for score in pairs.scores)) as advance:

        def told(tasks: Iterable[list[Link]]) -> Iterator[list[Link]]:
            for links in tasks:
                advance(len(links))
                yield links

        for more in at_work.map(clusters, told(connected(pairs, len(comparison.people.ids), suspected))):
            found += more
    return found
