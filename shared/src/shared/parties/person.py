"""What the directory knows of one contact, as facts that can be joined in any order and any number of times.

Events of one contact are ordered by `sequence`, but a merge speaks about contacts whose own events travel on other partitions. So a
merge is kept by its id beside the snapshot (and stays when undone, marked so): no order of arrival can make two readers disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.contracts.contacts import ContactChanged, ContactErased, ContactMerged, ContactUnmerged, Email, Phone
from shared.contracts.envelope import Event
from shared.parties.keys import contact_key, local_key, mark, sole_key
from shared.parties.numbers import digits_of, digits_within_country
from shared.parties.written import email_key

NO_SNAPSHOT = -1

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Merge:
    """One decision that a contact is the same person as `into`."""

    id: str
    into: str


IN_DOUBT = "?"
"""Nobody's id."""


@dataclass(frozen=True)
class Standing:
    """What a person means to resolution: the keys it holds now and once held, and who stands for it (None: nobody any more, or yet).

    `erased` are its id and the marks of its addresses once it is erased: what they named before is to be forgotten.
    Where IN_DOUBT stands for it, any of its keys may have led anywhere.
    """

    now: frozenset[str] = frozenset()
    past: frozenset[str] = frozenset()
    into: str | None = None
    erased: frozenset[str] = frozenset()

    def differing(self, other: Standing) -> frozenset[str]:
        """The keys that may resolve differently under the other standing."""
        if self.into != other.into:
            return self.now | self.past | self.erased | other.now | other.past | other.erased
        return (self.now ^ other.now) | (self.past ^ other.past) | (self.erased ^ other.erased)


@dataclass(frozen=True)
class Audience:
    """For whom a contact is (decision 14). Nothing was said of it before it could be chosen: then for everybody."""

    visibility: str = "all"
    owner_id: str | None = None
    team: frozenset[str] = frozenset()


FOR_ALL = Audience()


@dataclass(frozen=True)
class Person:
    """Everything heard of one contact. `keys`, `merged_into`, `deleted` and `audience` are the newest snapshot's, the rest only grows.

    `marks` tell what an erased one alone was reached at, when it was erased.
    """

    contact_id: str
    sequence: int = NO_SNAPSHOT
    keys: frozenset[str] = frozenset()
    merged_into: str | None = None
    deleted: bool = False
    audience: Audience = FOR_ALL
    seen: frozenset[str] = frozenset()
    merges: frozenset[Merge] = frozenset()
    undone: frozenset[str] = frozenset()
    erased: bool = False
    erased_at: datetime = LONG_AGO
    marks: frozenset[str] = frozenset()

    def joined(self, other: Person) -> Person:
        """Both taken together: commutative, associative, idempotent."""
        newest = max(self, other, key=lambda person: person.sequence)
        return replace(
            newest,
            seen=self.seen | other.seen,
            merges=self.merges | other.merges,
            undone=self.undone | other.undone,
            erased=self.erased or other.erased,
            erased_at=max(self.erased_at, other.erased_at),
            marks=self.marks | other.marks,
        )

    @property
    def survivor(self) -> str | None:
        """Who it was merged into, one step. A snapshot counts where the merge itself was never heard of: compacted away."""
        standing = {merge.into for merge in self.merges if merge.id not in self.undone}
        if not standing and self.merged_into is not None and self.merged_into not in {merge.into for merge in self.merges}:
            standing = {self.merged_into}
        return min(standing, default=None)  # two only while an undo is on its way: any rule will do, so long as it is everybody's

    @property
    def standing(self) -> Standing:
        own = frozenset({contact_key(self.contact_id)})
        if self.erased:
            return Standing(erased=own | self.marks)
        if self.sequence == NO_SNAPSHOT and not self.merges:
            return Standing()
        now = own if self.deleted or self.survivor else own | self.keys
        return Standing(now, self.seen - now, self.survivor or self.contact_id)


def told_by(events: Iterable[Event]) -> dict[str, Person]:
    """What these events of the contacts service say, per contact."""
    told: dict[str, Person] = {}
    for event in events:
        for person in _persons(event):
            known = told.get(person.contact_id)
            told[person.contact_id] = person if known is None else known.joined(person)
    return told


def _persons(event: Event) -> Iterable[Person]:
    match event.data:
        case ContactErased(contact_id=contact_id, marks=marks):
            own = frozenset({contact_key(contact_id), *marks})
            yield Person(contact_id, seen=own, erased=True, erased_at=event.time, marks=frozenset(marks))
        case ContactMerged(merge_id=merge_id, survivor_id=survivor_id, merged_ids=merged_ids) as told:
            yield _snapshot(told, event.sequence)
            for merged_id in set(merged_ids) - {survivor_id}:
                yield Person(merged_id, seen=frozenset({contact_key(merged_id)}), merges=frozenset({Merge(merge_id, survivor_id)}))
        case ContactUnmerged(merge_id=merge_id, restored_ids=restored_ids) as told:
            yield _snapshot(told, event.sequence)
            for restored_id in restored_ids:
                yield Person(restored_id, seen=frozenset({contact_key(restored_id)}), undone=frozenset({merge_id}))
        case ContactChanged() as told:
            yield _snapshot(told, event.sequence)


def _snapshot(told: ContactChanged, sequence: int) -> Person:
    contact = told.contact
    emails = (key for email in contact.emails for key in _keys_of_email(email))
    phones = (key for phone in contact.phones for key in _keys_of_phone(phone))
    keys = frozenset((*emails, *phones))
    return Person(
        contact.id,
        sequence=sequence,
        keys=keys,
        merged_into=contact.merged_into,
        deleted=contact.deleted_at is not None,
        audience=Audience(contact.visibility, contact.owner_id, contact.team),
        seen=keys | {contact_key(contact.id)},
    )


def _keys_of_email(email: Email) -> Iterable[str]:
    key = email_key(email.normalised)
    if key is not None:
        yield key
        yield mark(key)
        if not email.shared:
            yield sole_key(key)


def _keys_of_phone(phone: Phone) -> Iterable[str]:
    """A number is known by what is dialled within its country too, and by what was typed: who objects may write it so."""
    local = set(digits_of(phone.typed))
    if phone.e164:
        key = f"phone:{phone.e164}"
        yield key
        yield mark(key)
        local.add(digits_within_country(phone.e164) or "")
    yield from (mark(local_key(digits)) for digits in local if digits)
