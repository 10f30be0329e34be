"""Who a person may already be: what is shown beside the form while somebody is created or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.match import Match, compare
from dedupe.domain.person import Profile
from dedupe.domain.ruleset import Rules

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Alike:
    """Contacts worth comparing with somebody, and what was left out: kinds of keys that too many have, and how many more there were."""

    contacts: Sequence[IndexedContact]
    crowded: frozenset[str] = frozenset()
    beyond: int = 0


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A contact that may be the same person, and why."""

    contact: IndexedContact
    match: Match


def look_alikes(profile: Profile, alike: Alike, rules: Rules, most: int | None = MOST_SHOWN) -> list[LookAlike]:
    """The likeliest first. Who has the same address or number is shown even where all else speaks against it (CD3, CD4)."""
    compared = [LookAlike(contact, compare(profile, contact.profile, rules)) for contact in alike.contacts]
    shown = [each for each in compared if each.match.suspected or each.match.same_address_or_number]
    return sorted(shown, key=lambda each: (-each.match.score, each.contact.contact_id))[:most]
