"""The third step: who belongs together. What no link connects is clustered apart, so that many processes share it."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from itertools import groupby

from dedupe.domain.clustering import parts_of
from dedupe.domain.clusters import clusters_of
from dedupe.evaluate.comparing import Comparison, Pairs
from dedupe.evaluate.packed import PARTS, parted

LINKS_AT_ONCE = 2_000

Link = tuple[int, int, float, float]
"""Two contacts, the score of the pair and its bits."""
Cluster = tuple[int, ...]


def connected(pairs: Pairs, contacts: int, suspected: float) -> Iterator[list[Link]]:
    """The links among the pairs, many at a time; those that are connected are never apart."""
    places = array("I", (place for place, score in enumerate(pairs.scores) if score >= suspected))
    root_of = _roots(pairs, places, contacts)
    batch: list[Link] = []
    for part in parted(places, lambda place: root_of[pairs.ones[place]] % PARTS):
        together = sorted(part, key=lambda place: root_of[pairs.ones[place]])
        for _, group in groupby(together, lambda place: root_of[pairs.ones[place]]):
            batch += [(pairs.ones[place], pairs.others[place], pairs.scores[place], pairs.bits[place]) for place in group]
            if len(batch) >= LINKS_AT_ONCE:
                yield batch
                batch = []
    if batch:
        yield batch


def _roots(pairs: Pairs, places: Sequence[int], contacts: int) -> array[int]:
    """For every contact one of those it is connected with, the same for all of them."""
    towards = array("I", range(contacts))

    def root(contact: int) -> int:
        while towards[contact] != contact:
            towards[contact] = contact = towards[towards[contact]]
        return contact

    for place in places:
        towards[root(pairs.ones[place])] = root(pairs.others[place])
    return array("I", map(root, range(contacts)))


def clusters(comparison: Comparison, links: Sequence[Link]) -> list[Cluster]:
    """The clusters among linked contacts. They are named by the order of their contents: where something is a tie, ids don't decide."""
    profiles = comparison.people.profiles
    numbers = sorted({contact for link in links for contact in link[:2]}, key=profiles.__getitem__)
    names = {number: f"{place:09}" for place, number in enumerate(numbers)}
    known = {frozenset((names[one], names[other])): bits for one, other, _, bits in links}

    def bits(one: str, other: str) -> float:
        pair = frozenset((one, other))
        if pair not in known:
            known[pair] = comparison.between(numbers[int(one)], numbers[int(other)])
        return known[pair]

    parts = parts_of((names[one], names[other], score) for one, other, score, _ in links)
    return [tuple(numbers[int(name)] for name in cluster) for part in parts for cluster in clusters_of(part.links, bits)]
