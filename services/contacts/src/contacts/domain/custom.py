"""What a custom field may be called and hold.

The names become keys of documents, where `$` and `.` mean something else; the values go to readers of JSON, which keep numbers exact
up to 2^53 only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from contacts.domain.contact import Scalar
from contacts.domain.refusals import FieldError

MAX_FIELDS = 200
MAX_KEY = 100
MAX_TEXT = 10_000
MAX_NUMBER = 2**53


def merged(before: Mapping[str, Scalar], given: Mapping[str, JsonValue]) -> dict[str, Scalar]:
    """Key by key: what is not named stays, null takes a value away."""
    scalars: dict[str, Scalar] = {key: value for key, value in given.items() if not isinstance(value, list | dict)}
    return {key: value for key, value in {**before, **scalars}.items() if value is not None}


def faults(before: Mapping[str, Scalar], given: Mapping[str, JsonValue], where: str) -> Iterator[FieldError]:
    for key, value in given.items():
        fault = _key_fault(key) or _value_fault(value)
        if fault:
            yield FieldError(f"{where}.{key[:MAX_KEY]}", fault)
    if len(merged(before, given)) > MAX_FIELDS:
        yield FieldError(where, f"at most {MAX_FIELDS} fields in all")


def _key_fault(key: str) -> str | None:
    if not 0 < len(key) <= MAX_KEY:
        return f"a name of 1 to {MAX_KEY} characters is needed"
    if key.startswith("$") or "." in key or "\0" in key:
        return "a name neither begins with $ nor holds a dot"
    return None


def _value_fault(value: JsonValue) -> str | None:
    match value:
        case list() | dict():
            return "a text, a number, true, false or null is needed"
        case str() if len(value) > MAX_TEXT:
            return f"at most {MAX_TEXT:,} characters"
        case str() if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            return "not a valid text"
        case int() | float() if not (math.isfinite(value) and abs(value) <= MAX_NUMBER):
            return "the number is too large"
    return None
