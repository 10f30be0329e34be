"""Pairs of contacts that look like one person, from the first suspicion to the decision.

What a pair is follows from its two contacts as they are now and from what people decided, never from the order in which news came: so
every order of delivery, and every redelivery, ends in the same pairs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.match import Match, Reason, compare


class Status(StrEnum):
    SUSPECTED = "suspected"
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


MERGE_UNDONE = "merge_undone"
"""Why two are told apart who were taken for one."""


@dataclass(frozen=True, slots=True)
class Dismissal:
    """That they are two people: who said it, and of which contents it was said (CD7)."""

    by: str | None
    fingerprint: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts, the one with the lesser id first. `version` counts the changes that were told."""

    pair_id: str
    contact_ids: tuple[str, str]
    version: int
    status: Status
    score: float
    reasons: tuple[Reason, ...] = ()
    dismissal: Dismissal | None = None


def pair_id(one: str, other: str) -> str:
    """The same for both orders, in every process and for ever."""
    return hashlib.sha256("\n".join(sorted((one, other))).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Parting:
    """A merge of the two was undone: who did it, and what `contact_id` was like then. Either of the two tells of its own side."""

    contact_id: str
    other_id: str
    sequence: int
    likeness: str
    by: str | None = None


def fingerprint(one: IndexedContact, other: IndexedContact) -> str:
    """Changes when an identifying field of either changes."""
    return _digest(*(contact.identity for contact in sorted((one, other), key=lambda contact: contact.contact_id)))


def likeness(contact: IndexedContact) -> str:
    """Changes when an identifying field of this one changes."""
    return _digest(contact.identity)


def _digest(*identities: str) -> str:
    return hashlib.sha256("\n".join(identities).encode()).hexdigest()


def told_apart(one: IndexedContact, other: IndexedContact, partings: Iterable[Parting]) -> Dismissal | None:
    """What the undoing of their merge decided about these two, as long as both are what they were then."""
    sides = {parting.contact_id: parting for parting in partings}
    if any(contact.contact_id not in sides or sides[contact.contact_id].likeness != likeness(contact) for contact in (one, other)):
        return None
    return Dismissal(sides[one.contact_id].by or sides[other.contact_id].by, fingerprint(one, other), MERGE_UNDONE)


def judged(one: IndexedContact, other: IndexedContact, known: Pair | None, partings: Iterable[Parting] = ()) -> Pair | None:
    """The pair as it has to be now; None where there is nothing to keep. The same object when nothing changed."""
    dismissal = known.dismissal if known else None
    if dismissal is None or dismissal.fingerprint != fingerprint(one, other):
        dismissal = told_apart(one, other, partings) or dismissal
    status, match = _status(one, other, dismissal)
    if known is None:
        if status is not Status.SUSPECTED:
            return None
        first, second = sorted((one.contact_id, other.contact_id))
        return Pair(pair_id(first, second), (first, second), 1, status, match.score, match.reasons)
    if (known.status, known.score, known.reasons) == (status, match.score, match.reasons):
        return known
    return replace(known, version=known.version + 1, status=status, score=match.score, reasons=match.reasons, dismissal=dismissal)


def _status(one: IndexedContact, other: IndexedContact, dismissal: Dismissal | None) -> tuple[Status, Match]:
    if one.was_merged_with(other):
        return Status.CONFIRMED, Match(1.0, ())
    if one.gone or other.gone:
        return Status.MERGED if one.merged_into or other.merged_into else Status.WITHDRAWN, Match(0.0, ())
    match = compare(one.profile, other.profile)
    if not match.suspected or one.keys.isdisjoint(other.keys):
        return Status.WITHDRAWN, match
    if one.is_kept_apart_from(other):
        return Status.KEPT_APART, match
    if dismissal is not None and dismissal.fingerprint == fingerprint(one, other):
        return Status.DISMISSED, match
    return Status.SUSPECTED, match


def dismissed(pair: Pair, one: IndexedContact, other: IndexedContact, by: str, reason: str | None) -> Pair:
    """The pair after somebody said that they are two people. Saying it twice of the same contents changes nothing."""
    dismissal = Dismissal(by, fingerprint(one, other), reason)
    if pair.status is Status.DISMISSED and pair.dismissal is not None and pair.dismissal.fingerprint == dismissal.fingerprint:
        return pair
    return replace(pair, version=pair.version + 1, status=Status.DISMISSED, dismissal=dismissal)


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

    def couples(self) -> list[tuple[IndexedContact, IndexedContact]]:
        """Every two contacts to judge, each couple once: all who are near each other, and all who are a pair already."""
        couples = {tuple(sorted((one, other))) for one, others in self.near.items() for other in others if one != other}
        couples |= {pair.contact_ids for pair in self.pairs.values()}
        return [(self.contacts[a], self.contacts[b]) for a, b in sorted(couples) if a in self.contacts and b in self.contacts]
