"""Party keys, one function for each, so that two services never disagree.

`contact:<id>`, `email:<normalised>` and `phone:<e164>` say whom something is about. What a person decided about being approached is filed
by keys that last longer than a contact: `mark:<digest>` of an address or number, and `person:<id>` for whoever a contact was about.
`sole:<email>` tells who has an address after somebody else gave it up.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from shared.contracts.parties import Party
from shared.parties.numbers import digits_of, phone_key, phones_in
from shared.parties.written import email_key, emails_in

__all__ = [
    "contact_key", "email_key", "keys_of", "lasting_keys_of", "local_key", "mark", "marks_of", "person_key", "phone_key", "sole_key",
]  # fmt: skip

CONTACT, MARK, PERSON, SOLE = "contact:", "mark:", "person:", "sole:"
BARE = ("email:", "phone:")
"""Keys that tell an address or a number."""

DIGEST = 32
"""Hexadecimal digits: 128 bits."""


def contact_key(contact_id: str) -> str:
    return f"{CONTACT}{contact_id}"


def person_key(contact_id: str) -> str:
    """Whoever this contact is about: a decision stays theirs when somebody deletes the contact and enters the address again."""
    return f"{PERSON}{contact_id}"


def sole_key(email: str) -> str:
    """Of an `email:` key that no job's mailbox has: one person's at a time."""
    return f"{SOLE}{email.partition(':')[2]}"


def mark(key: str) -> str:
    """What can be kept of an address when its person is erased: it recognises the address and does not tell it.

    Without a secret: one that is lost or changed would undo every stop it marked, which is worse than that a guess can be verified.
    """
    return f"{MARK}{sha256(key.encode()).hexdigest()[:DIGEST]}"


def marks_of(keys: Iterable[str]) -> list[str]:
    """Of those keys that tell an address or a number, the marks: how it is recognised once its person is erased."""
    return sorted({mark(key) for key in keys if key.startswith(BARE)})


def keys_of(parties: Iterable[Party], region: str) -> tuple[str, ...]:
    """The keys of these parties, sorted. A party that names its contact has that key alone: an address may be shared, an id is not."""
    keys: set[str] = set()
    for party in parties:
        if party.contact_id:
            keys.add(contact_key(party.contact_id))
            continue
        keys.update(emails_in(party.email) if party.email else ())
        keys.update(phones_in(party.phone, region) if party.phone else ())
    return tuple(sorted(keys))


def lasting_keys_of(parties: Iterable[Party], region: str) -> tuple[str, ...]:
    """The keys under which a person's own stop is filed, sorted: everybody it could mean.

    An address counts beside the id it came with, which may be of a contact that is gone or of another system. A number without a country
    code may be of any country: only the contacts service knows in which it reads those of a workspace.
    """
    keys: set[str] = set()
    for party in parties:
        if party.contact_id:
            keys.add(person_key(party.contact_id))
        keys.update(map(mark, emails_in(party.email) if party.email else ()))
        if party.phone:
            keys.update(map(mark, (*phones_in(party.phone, region), *map(local_key, digits_of(party.phone)))))
    return tuple(sorted(keys))


def local_key(digits: str) -> str:
    """A number as it is dialled within its country."""
    return f"local:{digits}"
