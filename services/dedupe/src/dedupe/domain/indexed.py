"""A contact as the index holds it: what it is compared by, what people are shown of it, and how new both are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from dedupe.domain.blocking import blocking_keys
from dedupe.domain.person import Person, Profile, profile_of
from dedupe.domain.ruleset import VERSION
from shared.auth.viewing import EVERYBODY


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a matched contact, so that nobody has to ask its owner's service for it."""

    first_name: str = ""
    last_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    owner_id: str = ""
    source: str = ""
    """Where it came from first: import, form, integration and so on."""
    run: str = ""
    """Which run of an import, or which integration."""
    visibility: str = EVERYBODY
    """For whom it is (decision 14); contacts from before that was said are everybody's."""
    team: tuple[str, ...] = ()
    """Its owner and its assignees: whom it is for where it is not everybody's."""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))


@dataclass(frozen=True, slots=True)
class IndexedContact:
    """One contact at one version. One that is deleted, erased or merged away stays as an empty mark, so that an older event can not
    bring it back; `merged_into` then says which contact took it in, and its card whose it was and nothing else.

    `stands_for` are all that were merged into it, `kept_apart` those it was entered beside as the same person on purpose. `person` is what
    the profile was made of, `ruleset` the version that made it: a later one makes it anew. `identity` changes when an identifying field
    does.
    """

    contact_id: str
    sequence: int
    profile: Profile = field(default_factory=Profile)
    keys: frozenset[str] = frozenset()
    card: Card = field(default_factory=Card)
    gone: bool = False
    merged_into: str | None = None
    stands_for: frozenset[str] = frozenset()
    kept_apart: frozenset[str] = frozenset()
    erased: bool = False
    person: Person = field(default_factory=Person)
    identity: str = ""
    ruleset: str = VERSION

    @classmethod
    def present(
        cls,
        contact_id: str,
        sequence: int,
        person: Person,
        card: Card,
        *,
        stands_for: Iterable[str] = (),
        kept_apart: Iterable[str] = (),
    ) -> Self:
        profile = profile_of(person)
        return cls(
            contact_id,
            sequence,
            profile,
            blocking_keys(profile),
            card,
            stands_for=frozenset(stands_for),
            kept_apart=frozenset(kept_apart),
            person=person,
            identity=identity_of(person),
        )

    def normalised_anew(self) -> Self:
        """By this version of the ruleset."""
        profile = profile_of(self.person)
        return replace(self, profile=profile, keys=blocking_keys(profile), ruleset=VERSION)

    @classmethod
    def away(
        cls,
        contact_id: str,
        sequence: int,
        merged_into: str | None = None,
        stands_for: Iterable[str] = (),
        *,
        card: Card | None = None,
    ) -> Self:
        """`card` says for whom it was: what is kept of its pairs is for them too."""
        return cls(contact_id, sequence, card=card or Card(), gone=True, merged_into=merged_into, stands_for=frozenset(stands_for))

    @classmethod
    def forgotten(cls, contact_id: str, sequence: int) -> Self:
        """Gone for good: nothing anybody said of it is kept either."""
        return cls(contact_id, sequence, gone=True, erased=True)

    def was_merged_with(self, other: IndexedContact) -> bool:
        """Whether one of the two took the other in, or somebody else took in both."""
        both = (self, other), (other, self)
        taken_in = any(one.merged_into == another.contact_id or one.contact_id in another.stands_for for one, another in both)
        return taken_in or (self.merged_into is not None and self.merged_into == other.merged_into)

    def is_kept_apart_from(self, other: IndexedContact) -> bool:
        """By what was said of either, or of one that was merged into it."""
        both = (self, other), (other, self)
        return any(one.kept_apart & {another.contact_id, *another.stands_for} for one, another in both)


def identity_of(person: Person) -> str:
    """A digest of all that identifies somebody.

    A job title identifies nobody; case, spacing, how a number is written, or which address comes first are no change, and neither is a
    ruleset that reads names better.
    """
    numbers = sorted(phone.e164 or "".join(filter(str.isdecimal, phone.typed)) for phone in person.phones)
    emails = sorted(map(_folded, person.emails))
    texts = [
        _folded(text)
        for text in (
            person.first_name, person.middle_name, person.last_name, person.suffix,
            person.street, person.city, person.region, person.postcode, person.birth_date,
        )
    ]  # fmt: skip
    return hashlib.sha256(repr([texts, sorted(map(_folded, person.companies)), emails, numbers]).encode()).hexdigest()


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def newest_of(contacts: list[IndexedContact]) -> list[IndexedContact]:
    """Each contact once, at its greatest sequence."""
    newest: dict[str, IndexedContact] = {}
    for contact in contacts:
        known = newest.get(contact.contact_id)
        if known is None or contact.sequence > known.sequence:
            newest[contact.contact_id] = contact
    return list(newest.values())
