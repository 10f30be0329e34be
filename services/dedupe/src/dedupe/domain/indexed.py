"""A contact as the index holds it: what it is compared by, what people are shown of it, and how new both are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from dedupe.domain.blocking import blocking_keys
from dedupe.domain.person import Person, Profile, profile_of


@dataclass(frozen=True, slots=True)
class Card:
    """What is shown of a matched contact, so that nobody has to ask its owner's service for it."""

    first_name: str = ""
    last_name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    owner_id: str = ""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.first_name, self.last_name)))


@dataclass(frozen=True, slots=True)
class IndexedContact:
    """One contact at one version. One that is deleted, erased or merged away stays as an empty mark, so that an older event can not
    bring it back; `merged_into` then says which contact took it in.
    """

    contact_id: str
    sequence: int
    profile: Profile = field(default_factory=Profile)
    keys: frozenset[str] = frozenset()
    card: Card = field(default_factory=Card)
    gone: bool = False
    merged_into: str | None = None

    @classmethod
    def present(cls, contact_id: str, sequence: int, person: Person, card: Card) -> Self:
        profile = profile_of(person)
        return cls(contact_id, sequence, profile, blocking_keys(profile), card)

    @classmethod
    def away(cls, contact_id: str, sequence: int, merged_into: str | None = None) -> Self:
        return cls(contact_id, sequence, gone=True, merged_into=merged_into)


def newest_of(contacts: list[IndexedContact]) -> list[IndexedContact]:
    """Each contact once, at its greatest sequence."""
    newest: dict[str, IndexedContact] = {}
    for contact in contacts:
        known = newest.get(contact.contact_id)
        if known is None or contact.sequence > known.sequence:
            newest[contact.contact_id] = contact
    return list(newest.values())
