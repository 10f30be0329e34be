"""What is kept of a cluster, and which contacts have to be looked at together to find it.

Clusters are made of suspected pairs. What a cluster is depends on its own contacts and on those they hang together with by suspected
pairs, and on nothing else: so it is made anew whenever one of these changes.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from dedupe.domain.audience import audience_of, in_order, who_sees_any, who_sees_both
from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.match import MOST_BITS, bits_between
from dedupe.domain.pairs import LINKING, Pair, Parting, Status, Verdict, in_force, pair_id
from dedupe.domain.ruleset import Rules

Link = tuple[str, str, float]

MOST_TOGETHER = 64
"""Where more than so many hang together (a switchboard, a shared mailbox), their weakest links are left out, and counted."""


@dataclass(frozen=True, slots=True)
class Part:
    """Contacts to find clusters among, and the links between them. `left_out` are those to others, or between these and others."""

    contact_ids: tuple[str, ...]
    links: tuple[Link, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Origin:
    """What one record is chosen by, and for whom it is (None: everybody)."""

    source: str
    run: str
    owner: str
    shown_to: tuple[str, ...] | None

    @classmethod
    def of(cls, card: Card) -> Self:
        return cls(card.source, card.run, card.owner_id, in_order(audience_of(card)))


@dataclass(frozen=True, slots=True)
class Cluster:
    """Contacts that are one person, as far as anybody can tell. Its id is that of its least contact's cluster, whoever joins it.

    `score` is how sure the least sure of them is: the likeliest pair each is in, and of these the least likely.
    `shown_to` are those who may view two of them that are linked, None where that is everybody; whoever sees all sees it in any case. Where
    one of them is not everybody's, `origins` tell each apart: nobody finds a cluster by a record they may not view.
    """

    cluster_id: str
    contact_ids: tuple[str, ...]
    score: float
    certain: bool
    ruleset: str
    sources: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    left_out: int = 0
    shown_to: tuple[str, ...] | None = None
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Together:
    """Some contacts with all they hang together with, all that is known between these, and the clusters any of them is in so far."""

    contacts: Mapping[str, IndexedContact]
    pairs: Mapping[str, Pair]
    """By pair id: those that link them, and those somebody decided about."""
    partings: Mapping[str, Sequence[Parting]] = field(default_factory=dict)
    """By pair id."""
    clusters: Mapping[str, Cluster] = field(default_factory=dict)

    def links(self) -> list[Link]:
        return [(*pair.contact_ids, pair.strength) for pair in self.pairs.values() if pair.status in LINKING]

    def bits(self, one_id: str, other_id: str, rules: Rules) -> float:
        """What is between two of them: what people said counts more than what they are like."""
        one, other = self.contacts[one_id], self.contacts[other_id]
        of_both = pair_id(one_id, other_id)
        pair = self.pairs.get(of_both)
        decision = in_force(one, other, pair, self.partings.get(of_both, ()))
        if one.is_kept_apart_from(other) or (decision is not None and decision.verdict is Verdict.TWO_PEOPLE):
            return -math.inf
        if pair is not None and pair.status is Status.TO_MERGE:
            return MOST_BITS
        return bits_between(one.profile, other.profile, rules)

    def cluster(self, contact_ids: Sequence[str], part: Part, rules: Rules) -> Cluster:
        links = [link for link in part.links if link[0] in contact_ids and link[1] in contact_ids]
        score = least_sure(links)
        cards = [self.contacts[contact_id].card for contact_id in contact_ids]
        audiences = {contact_id: audience_of(self.contacts[contact_id].card) for contact_id in contact_ids}
        shown_to = in_order(who_sees_any(who_sees_both(audiences[one], audiences[other]) for one, other, _ in links))
        return Cluster(
            cluster_id(contact_ids),
            tuple(sorted(contact_ids)),
            score,
            score >= rules.certain,
            rules.version,
            sources=_distinct(card.source for card in cards),
            runs=_distinct(card.run for card in cards),
            owners=_distinct(card.owner_id for card in cards),
            left_out=part.left_out,
            shown_to=shown_to,
            origins=() if all(audience is None for audience in audiences.values()) else tuple(map(Origin.of, cards)),
        )


def least_sure(links: Iterable[Link]) -> float:
    """The strongest link each of them has, and of these the weakest."""
    strongest: dict[str, float] = defaultdict(float)
    for one, other, strength in links:
        strongest[one], strongest[other] = max(strongest[one], strength), max(strongest[other], strength)
    return min(strongest.values())


def cluster_id(contact_ids: Collection[str]) -> str:
    return hashlib.sha256(f"cluster\n{min(contact_ids)}".encode()).hexdigest()[:32]


def parts_of(links: Iterable[Link], most: int = MOST_TOGETHER) -> list[Part]:
    """Who hangs together, by the strongest links first, in parts of at most so many. The order of the links makes no difference."""
    ordered = sorted(links, key=lambda link: (-link[2], *sorted(link[:2])))
    groups: dict[str, list[str]] = {}
    for one, other, _ in ordered:
        ours, theirs = groups.setdefault(one, [one]), groups.setdefault(other, [other])
        if ours is not theirs and len(ours) + len(theirs) <= most:
            joined = ours + theirs
            for member in joined:
                groups[member] = joined
    within: dict[int, list[Link]] = defaultdict(list)
    left_out: dict[int, int] = defaultdict(int)
    for link in ordered:
        ours, theirs = groups[link[0]], groups[link[1]]
        if ours is theirs:
            within[id(ours)].append(link)
        else:
            left_out[id(ours)] += 1
            left_out[id(theirs)] += 1
    parts = {id(group): group for group in groups.values() if len(group) > 1}
    found = (Part(tuple(sorted(group)), tuple(within[of]), left_out[of]) for of, group in parts.items())
    return sorted(found, key=lambda part: part.contact_ids)


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({word for word in words if word}))
