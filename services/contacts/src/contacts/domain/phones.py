"""One number in any of its spellings.

A number that can't be read is kept as typed and flagged: losing what somebody wrote down is worse than holding it unchecked.
"""

from __future__ import annotations

import phonenumbers

DEFAULT_REGION = "US"


def is_region(code: str) -> bool:
    return code in phonenumbers.SUPPORTED_REGIONS


def read(typed: str, region: str) -> tuple[str | None, bool]:
    """The E.164 key (None where there is none) and whether the number is one that can be assigned."""
    try:
        number = phonenumbers.parse(typed, region)
    except phonenumbers.NumberParseException:
        return None, False
    if not phonenumbers.is_possible_number(number):
        return None, False
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), bool(phonenumbers.is_valid_number(number))


def digits(text: str) -> str:
    return "".join(character for character in text if character.isascii() and character.isdigit())


def is_number_like(text: str) -> bool:
    """Only digits and what people put between them, with enough digits to look for."""
    return len(digits(text)) >= 3 and all(character.isdigit() or character in "+()-./ \u00a0" for character in text)


def search_digits(text: str, region: str) -> str:
    """The digits to look for in a stored number.

    With a country code they are all of it. Without, the national part: the workspace's region is where the searcher is, not where
    every contact lives, so `020 7946 0958` finds the London number in a US workspace too.
    """
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return digits(text)
    if not phonenumbers.is_valid_number(number):
        return digits(text).lstrip("0") or digits(text)
    return f"{number.country_code if text.lstrip().startswith('+') else ''}{phonenumbers.national_significant_number(number)}"
