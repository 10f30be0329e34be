"""Phone numbers as people and programs write them. Reading one takes 0.1 ms, and a batch is often about the same people."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

LONGEST_PHONE = 100
"""Characters. Somebody else chooses what comes in."""

FEWEST_DIGITS = 6
"""Of what counts as a number without being read as one: fewer are an extension, and many people's."""

_between = re.compile(r"[/,;|]")
_trunk_zero = re.compile(r"\(0\)")


@lru_cache(maxsize=50_000)
def phone_key(text: str, region: str) -> str | None:
    """`region` (ISO 3166-1 alpha-2) reads numbers without a country code. None for what can't be read as a number.

    `00` is how most of the world dials abroad, also where the region's own way is another; a zero in brackets is for callers at home.
    """
    if len(text) > LONGEST_PHONE:
        return None
    text = text.strip()
    abroad = _trunk_zero.sub("", text) if _names_its_country(text) else text
    for written in (abroad, f"+{abroad[2:]}" if abroad.startswith("00") else None):
        number = _parsed(written, region) if written else None
        if number is not None and phonenumbers.is_possible_number(number):
            return f"phone:{phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)}"
    return None


def phones_in(text: str, region: str) -> tuple[str, ...]:
    """The keys of all numbers in a text."""
    if len(text) > LONGEST_PHONE:
        return ()
    whole = phone_key(text, region)
    keys = (whole,) if whole else (phone_key(part, region) for part in _between.split(text))
    return tuple(dict.fromkeys(key for key in keys if key is not None))


def digits_of(text: str) -> tuple[str, ...]:
    """Of the numbers in a text that name no country: the digits, without zeros before them."""
    if len(text) > LONGEST_PHONE:
        return ()
    found = (_digits(part) for part in (text, *_between.split(text)) if not _names_its_country(part))
    return tuple(dict.fromkeys(digits for digits in found if len(digits) >= FEWEST_DIGITS))


@lru_cache(maxsize=50_000)
def digits_within_country(e164: str) -> str | None:
    try:
        return str(phonenumbers.parse(e164).national_number)
    except phonenumbers.NumberParseException:
        return None


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def _names_its_country(text: str) -> bool:
    return text.strip().lower().removeprefix("tel:").lstrip(" (").startswith(("+", "\uff0b", "00"))


def _digits(text: str) -> str:
    return "".join(str(int(character)) for character in text if character.isdecimal()).lstrip("0")
