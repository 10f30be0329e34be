"""Party keys: `contact:<id>`, `email:<normalised>`, `phone:<e164>`. One function each, so that two services never disagree."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache

import idna
import phonenumbers

from shared.contracts.parties import Party

LONGEST_EMAIL = 400
LONGEST_PHONE = 100
"""Characters. Somebody else chooses what comes in, and normalising costs its length squared."""


def contact_key(contact_id: str) -> str:
    return f"contact:{contact_id}"


def email_key(address: str) -> str | None:
    """Case, space and the way an international domain is written never make a second person. None for what is no address at all.

    The same key as the `normalised` form of a contact's addresses (the contacts service refuses more; here nobody is left to ask).
    """
    if len(address) > LONGEST_EMAIL:
        return None
    local, at, domain = address.strip().lower().rpartition("@")
    if not at:
        return None
    if not domain.isascii():
        with suppress(idna.IDNAError):
            domain = idna.encode(domain, uts46=True).decode()
    return f"email:{unicodedata.normalize('NFKC', local)}@{domain}"


@lru_cache(maxsize=50_000)  # a number takes 0.1 ms to parse, and a batch is often about the same people
def phone_key(number: str, region: str) -> str | None:
    """`region` (ISO 3166-1 alpha-2) reads numbers without a country code. None for what can't be read as a number."""
    if len(number) > LONGEST_PHONE:
        return None
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return f"phone:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}"


def keys_of(parties: Iterable[Party], region: str) -> tuple[str, ...]:
    """The keys of these parties, sorted. A party that names its contact has that key alone: an address may be shared, an id is not."""
    keys: set[str] = set()
    for party in parties:
        if party.contact_id:
            keys.add(contact_key(party.contact_id))
            continue
        email = email_key(party.email) if party.email else None
        phone = phone_key(party.phone, region) if party.phone else None
        keys.update(key for key in (email, phone) if key is not None)
    return tuple(sorted(keys))
