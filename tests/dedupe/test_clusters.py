"""From pairs to people."""

from __future__ import annotations

import math
from itertools import permutations

from dedupe.domain.clusters import clusters_of

LINKS = [("ann", "ann-2", 0.99), ("ann-2", "ann-3", 0.9), ("bob", "bob-2", 0.8)]


def between(one: str, other: str) -> float:
    known = {("ann", "ann-2"): 7.0, ("ann-2", "ann-3"): 4.0, ("bob", "bob-2"): 2.0}
    first, second = sorted((one, other))
    return known.get((first, second), -1.0)


def test_all_records_of_a_person_become_one_cluster_and_others_their_own() -> None:
    assert clusters_of(LINKS, between) == [("ann", "ann-2", "ann-3"), ("bob", "bob-2")]


def test_the_order_of_the_links_makes_no_difference() -> None:
    turned = [(other, one, score) for one, other, score in LINKS]

    assert {tuple(clusters_of(links, between)) for links in (*permutations(LINKS), *permutations(turned))} == {
        (("ann", "ann-2", "ann-3"), ("bob", "bob-2"))
    }


def test_one_weak_link_does_not_chain_two_people_together() -> None:
    def father_and_son(one: str, other: str) -> float:
        return {"ff": 8.0, "ss": 8.0}.get(one[0] + other[0], 1.0 if {one, other} == {"f1", "s1"} else -5.0)

    links = [("f1", "f2", 0.99), ("s1", "s2", 0.99), ("f1", "s1", 0.6)]

    assert clusters_of(links, father_and_son) == [("f1", "f2"), ("s1", "s2")]


def test_who_was_said_to_be_two_people_is_never_in_one_cluster() -> None:
    def told(one: str, other: str) -> float:
        return -math.inf if {one, other} == {"a", "c"} else 9.0

    assert clusters_of([("a", "b", 0.99), ("b", "c", 0.98)], told) == [("a", "b")]


def test_whoever_joins_must_fit_all_who_are_there() -> None:
    def shared_mailbox(one: str, other: str) -> float:
        return 40.0 if {one, other} == {"a", "c"} else -8.0 if {one, other} == {"b", "c"} else 9.0

    assert clusters_of([("a", "b", 0.999), ("a", "c", 0.99)], shared_mailbox) == [("a", "b", "c")]
    assert clusters_of([("a", "b", 0.999), ("a", "c", 0.99)], lambda *ids: min(shared_mailbox(*ids), 7.0)) == [("a", "b")]
