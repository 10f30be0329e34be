"""Pairs of contacts that look like one person, from the first suspicion to the decision.

What a pair is follows from its two contacts as they are now and from what people decided, never from the order in which news came: so
every order of delivery, and every redelivery, ends in the same pairs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from operator import gt

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.match import Match, Reason, compare
from dedupe.domain.ruleset import Rules


class Status(StrEnum):
    SUSPECTED = "suspected"
    TO_MERGE = "to_merge"
    """Somebody said that they are one person; they wait to be merged."""
    CONFIRMED = "confirmed"
    """They were merged."""
    DISMISSED = "dismissed"
    """Somebody said that they are two people."""
    WITHDRAWN = "withdrawn"
    """They no longer look like one person, or one of them is gone."""
    MERGED = "merged"
    """One of them was merged into somebody else: it is for that one to look like the other now."""
    KEPT_APART = "kept_apart"
    """They are said to be one person with two records on purpose."""


LINKING = frozenset({Status.SUSPECTED, Status.TO_MERGE})
"""Pairs that clusters are made of."""

DECIDED = frozenset({Status.TO_MERGE, Status.DISMISSED})
"""What somebody said, and can take back."""

MERGE_UNDONE = "merge_undone"
"""Why two are told apart who were taken for one."""


class Verdict(StrEnum):
    ONE_PERSON = "one_person"
    TWO_PEOPLE = "two_people"
    UNDECIDED = "undecided"
    """What was said before is taken back, the undoing of a merge too: what the two are follows from their score."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody said of two contacts. It holds as long as both have the contents it was said of (CD7).

    `sequences` are their versions then, and `findings` what had been found by then: weights can be fitted from them.
    """

    verdict: Verdict
    by: str | None
    fingerprint: str
    reason: str | None = None
    sequences: tuple[int, int] = (0, 0)
    findings: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts, the one with the lesser id first. `version` counts the changes that were told; `ruleset` is what it was scored by."""

    pair_id: str
    contact_ids: tuple[str, str]
    version: int
    status: Status
    score: float
    reasons: tuple[Reason, ...] = ()
    decision: Decision | None = None
    certain: bool = False
    ruleset: str = ""

    @property
    def strength(self) -> float:
        """How likely it is one person, also by what somebody said."""
        return 1.0 if self.status is Status.TO_MERGE else self.score

    @property
    def sure(self) -> bool:
        """Whether it is as good as sure, by its score or because somebody said so."""
        return self.certain or self.status is Status.TO_MERGE


def pair_id(one: str, other: str) -> str:
    """The same for both orders, in every process and for ever."""
    return hashlib.sha256("\n".join(sorted((one, other))).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Parting:
    """A merge of the two was undone: who did it, and what `contact_id` was like then. Either of the two tells of its own side."""

    contact_id: str
    other_id: str
    sequence: int
    identity: str
    by: str | None = None


def fingerprint(one: IndexedContact, other: IndexedContact) -> str:
    """Changes when an identifying field of either changes."""
    return _digest(*(contact.identity for contact in _in_order(one, other)))


def _digest(*identities: str) -> str:
    return hashlib.sha256("\n".join(identities).encode()).hexdigest()


FROM_BEFORE = _digest("", "")
"""Of two that were not heard of since identities are kept."""


def told_apart(one: IndexedContact, other: IndexedContact, partings: Iterable[Parting]) -> Decision | None:
    """What the undoing of their merge decided about these two, as long as both are what they were then."""
    sides = {parting.contact_id: parting for parting in partings}
    if any(contact.contact_id not in sides or sides[contact.contact_id].identity != contact.identity for contact in (one, other)):
        return None
    ours, theirs = (sides[contact.contact_id] for contact in _in_order(one, other))
    sequences = ours.sequence, theirs.sequence
    return Decision(Verdict.TWO_PEOPLE, ours.by or theirs.by, fingerprint(one, other), MERGE_UNDONE, sequences)


def in_force(one: IndexedContact, other: IndexedContact, known: Pair | None, partings: Iterable[Parting] = ()) -> Decision | None:
    """What people decided about these two as they are now: the undoing of a merge, or what somebody said, whichever came later."""
    said = known.decision if known and known.decision and known.decision.fingerprint == fingerprint(one, other) else None
    undone = told_apart(one, other, partings)
    if said is None or (undone is not None and any(map(gt, undone.sequences, said.sequences))):
        return undone
    return said


def judged(
    one: IndexedContact, other: IndexedContact, known: Pair | None, partings: Iterable[Parting] = (), *, rules: Rules
) -> Pair | None:
    """The pair as it has to be now; None where there is nothing to keep. The same object when nothing changed."""
    decision = in_force(one, other, known, partings)
    status, match = _status(one, other, decision, rules)
    if known is None:
        if status is not Status.SUSPECTED:
            return None
        first, second = sorted((one.contact_id, other.contact_id))
        pair = Pair(pair_id(first, second), (first, second), 1, status, match.score, match.reasons)
        return replace(pair, certain=match.certain, ruleset=rules.version)
    if decision is not None and not decision.findings and known.decision is not None:
        decision = replace(decision, findings=known.decision.findings)
    if status is Status.CONFIRMED and known.reasons and (known.decision is None or known.decision.verdict is not Verdict.ONE_PERSON):
        decision = Decision(Verdict.ONE_PERSON, None, "", findings=known.reasons)
    after = replace(known, status=status, score=match.score, reasons=match.reasons, certain=match.certain, ruleset=rules.version)
    if after == known:
        return known
    if _reads_like(after, known):
        return after
    return replace(after, version=known.version + 1, decision=decision or known.decision)


def _reads_like(after: Pair, before: Pair) -> bool:
    """Whether there is nothing to tell of it: weights that changed with the rules are kept, and are no news to anybody."""
    return (after.status, after.certain, _seen(after)) == (before.status, before.certain, _seen(before))


def _seen(pair: Pair) -> frozenset[tuple[str, str]]:
    return frozenset((reason.field, reason.comparison) for reason in pair.reasons)


def _status(one: IndexedContact, other: IndexedContact, decision: Decision | None, rules: Rules) -> tuple[Status, Match]:
    if one.was_merged_with(other):
        return Status.CONFIRMED, Match(1.0, (), certain=True)
    if one.gone or other.gone:
        return Status.MERGED if one.merged_into or other.merged_into else Status.WITHDRAWN, Match(0.0, ())
    match = compare(one.profile, other.profile, rules)
    kept_apart = one.is_kept_apart_from(other)
    if decision is not None and decision.verdict is Verdict.ONE_PERSON and not kept_apart:
        return Status.TO_MERGE, match
    if not match.suspected or one.keys.isdisjoint(other.keys):
        return Status.WITHDRAWN, match
    if kept_apart:
        return Status.KEPT_APART, match
    two_people = decision is not None and decision.verdict is Verdict.TWO_PEOPLE
    return Status.DISMISSED if two_people else Status.SUSPECTED, match


def decided(pair: Pair, one: IndexedContact, other: IndexedContact, verdict: Verdict, *, by: str, reason: str | None) -> Pair:
    """The pair after somebody said whether they are one person or two. Saying it twice of the same contents changes nothing."""
    decision = _said(pair, one, other, verdict, by=by, reason=reason)
    status = Status.TO_MERGE if verdict is Verdict.ONE_PERSON else Status.DISMISSED
    if pair.status is status and pair.decision is not None and pair.decision.fingerprint == decision.fingerprint:
        return pair
    return replace(pair, version=pair.version + 1, status=status, decision=decision)


def taken_back(pair: Pair, one: IndexedContact, other: IndexedContact, *, by: str, reason: str | None, rules: Rules) -> Pair:
    """The pair after somebody took back what was said of it. Where nothing was said that holds, nothing changes."""
    if pair.status not in DECIDED:
        return pair
    decision = _said(pair, one, other, Verdict.UNDECIDED, by=by, reason=reason)
    return judged(one, other, replace(pair, decision=decision), rules=rules) or pair


def _said(pair: Pair, one: IndexedContact, other: IndexedContact, verdict: Verdict, *, by: str, reason: str | None) -> Decision:
    first, second = (contact.sequence for contact in _in_order(one, other))
    return Decision(verdict, by, fingerprint(one, other), reason, (first, second), pair.reasons)


def _in_order(one: IndexedContact, other: IndexedContact) -> tuple[IndexedContact, IndexedContact]:
    return (one, other) if one.contact_id < other.contact_id else (other, one)


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Some contacts, everybody who shares a blocking key with one of them, and the pairs they are already in."""

    contacts: Mapping[str, IndexedContact]
    """By id: the contacts themselves, those near them, and the other halves of their pairs."""
    near: Mapping[str, frozenset[str]]
    """Ids of those near each of the contacts."""
    pairs: Mapping[str, Pair]
    """By pair id."""
    partings: Mapping[str, Sequence[Parting]] = field(default_factory=dict)
    """By pair id, of those whose merge was undone."""

    def couples(self) -> Iterator[tuple[IndexedContact, IndexedContact]]:
        """Every two contacts to judge, each couple once: all who are near each other, and all who are a pair already.

        One after the other, as there may be tens of thousands and others want their turn between two.
        """
        passed: set[tuple[str, str]] = set()
        near = ((min(one, other), max(one, other)) for one, others in self.near.items() for other in others if one != other)
        for couple in chain(near, (pair.contact_ids for pair in self.pairs.values())):
            if couple in passed:
                continue
            passed.add(couple)
            one, other = couple
            if one in self.contacts and other in self.contacts:
                yield self.contacts[one], self.contacts[other]
