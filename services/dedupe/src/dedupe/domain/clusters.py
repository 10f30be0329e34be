"""From pairs to people: who belongs together when three and more records are alike.

Links are followed from the likeliest to the weakest, and two groups become one only if all that is known between them, link or not,
speaks for one person on average (agglomerative clustering by average linkage). So one weak link does not chain two people together,
and the more records somebody has, the more has to agree before others are drawn in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

STRONGEST = 12.0
"""Bits one comparison counts for at most, so that one address in common does not outvote all else."""


def clusters_of(links: Iterable[tuple[str, str, float]], bits: Callable[[str, str], float]) -> list[tuple[str, ...]]:
    """The clusters of two and more, each sorted, in order.

    `links` are (id, id, score) of the pairs that are suspected; `bits` tells what is between any two of the linked ids, -inf where they
    are two people. The order of the links makes no difference.
    """
    groups: dict[str, list[str]] = {}
    for one, other, _ in sorted(links, key=lambda link: (-link[2], *sorted(link[:2]))):
        ours, theirs = groups.setdefault(one, [one]), groups.setdefault(other, [other])
        if ours is theirs or _between(ours, theirs, bits) < 0:
            continue
        joined = ours + theirs
        for member in joined:
            groups[member] = joined
    return sorted(tuple(sorted(group)) for group in {id(group): group for group in groups.values()}.values() if len(group) > 1)


def _between(ours: list[str], theirs: list[str], bits: Callable[[str, str], float]) -> float:
    return sum(min(bits(one, other), STRONGEST) for one in ours for other in theirs)
