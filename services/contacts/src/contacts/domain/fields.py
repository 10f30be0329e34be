"""The custom fields a workspace defines, and what a value of each type must be.

Values stay what JSON can hold: an amount and a day are text, so that no reader of numbers rounds the one and no time zone moves the other.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AnyHttpUrl, Field, JsonValue, StringConstraints, TypeAdapter, ValidationError

from contacts.domain.contact import CUSTOM, CustomValue
from contacts.domain.drafts import Given, Label
from contacts.domain.refusals import FieldError

FieldType = Literal["text", "long_text", "number", "money", "date", "checkbox", "choice", "multi_choice", "url", "person"]

MAX_KEY = 100
MAX_LINE = 500
MAX_TEXT = 10_000
MAX_URL = 2_000
MAX_NUMBER = 2**53
"""Readers of JSON keep whole numbers exact up to here only."""

CHOICES = frozenset({"choice", "multi_choice"})

_amount = re.compile(r"-?\d{1,20}(\.\d{1,10})?")
_currency = re.compile(r"[A-Z]{3}")
_day = re.compile(r"\d{4}-\d{2}-\d{2}")
_url: TypeAdapter[AnyHttpUrl] = TypeAdapter(AnyHttpUrl)


class CustomField(Given):
    """One definition. Disabled it takes no new values and keeps the old ones; `default` is what a new contact has unless told otherwise."""

    key: Annotated[str, StringConstraints(min_length=1, max_length=MAX_KEY)]
    label: Label
    type: FieldType
    options: Annotated[tuple[Label, ...], Field(max_length=200)] = ()
    required: bool = False
    enabled: bool = True
    default: JsonValue = None

    @property
    def path(self) -> str:
        """How everything that names fields of a contact names it."""
        return f"{CUSTOM}{self.key}"

    def read(self, value: JsonValue) -> CustomValue:
        """The value as it is kept, None for an empty one. Raises ValueError saying what is needed instead."""
        return _READERS[self.type](self, value)

    def faults(self) -> Iterator[FieldError]:
        """What is wrong with the definition itself."""
        if fault := key_fault(self.key):
            yield FieldError("key", fault)
        if self.options and self.type not in CHOICES:
            yield FieldError("options", "only a choice has options")
        if not self.options and self.type in CHOICES:
            yield FieldError("options", "a choice needs options")
        if len(set(self.options)) < len(self.options):
            yield FieldError("options", "the same option twice")
        if self.default is not None:
            try:
                self.read(self.default)
            except ValueError as error:
                yield FieldError("default", str(error))


def key_fault(key: str) -> str | None:
    """Keys become those of documents, where `$` and `.` mean something else."""
    if not 0 < len(key) <= MAX_KEY:
        return f"a name of 1 to {MAX_KEY} characters is needed"
    if key.startswith("$") or "." in key or "\0" in key:
        return "a name neither begins with $ nor holds a dot"
    return None


def readable(text: str, longest: int) -> str:
    """A text that can be kept. Raises ValueError."""
    if len(text) > longest:
        raise ValueError(f"at most {longest:,} characters")
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("not a valid text")
    return text


def bounded(number: float) -> float:
    """A number every reader keeps exact. Raises ValueError."""
    if not (math.isfinite(number) and abs(number) <= MAX_NUMBER):
        raise ValueError("the number is too large")
    return number


def _text(longest: int) -> Callable[[CustomField, JsonValue], CustomValue]:
    def read(_: CustomField, value: JsonValue) -> CustomValue:
        if not isinstance(value, str):
            raise ValueError("a text is needed")
        return readable(value.strip(), longest) or None

    return read


def _number(_: CustomField, value: JsonValue) -> CustomValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a number is needed")
    return bounded(value)


def _money(_: CustomField, value: JsonValue) -> CustomValue:
    """A float has lost what an exact amount needs before anybody can look."""
    match value:
        case {"amount": str(amount), "currency": str(currency), **others} if not others:
            if _amount.fullmatch(amount) and _currency.fullmatch(currency):
                return {"amount": amount, "currency": currency}
    raise ValueError('an exact amount as text and a currency of three letters are needed: {"amount": "12.50", "currency": "EUR"}')


def _date(_: CustomField, value: JsonValue) -> CustomValue:
    try:
        if isinstance(value, str) and _day.fullmatch(value):
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise ValueError("a day is needed, as 2026-12-31")


def _checkbox(_: CustomField, value: JsonValue) -> CustomValue:
    if not isinstance(value, bool):
        raise ValueError("true or false is needed")
    return value


def _choice(field: CustomField, value: JsonValue) -> CustomValue:
    if not isinstance(value, str) or value not in field.options:
        raise ValueError(f"one of these is needed: {', '.join(field.options)}")
    return value


def _choices(field: CustomField, value: JsonValue) -> CustomValue:
    if not isinstance(value, list):
        raise ValueError(f"a list of some of these is needed: {', '.join(field.options)}")
    return list(dict.fromkeys(str(_choice(field, option)) for option in value)) or None


def _address(_: CustomField, value: JsonValue) -> CustomValue:
    """As it was typed, once a parser of browsers' rules takes it: a page may link to it."""
    if isinstance(value, str):
        typed = readable(value.strip(), MAX_URL)
        try:
            _url.validate_python(typed)
        except ValidationError:
            pass
        else:
            if not any(character.isspace() for character in typed):
                return typed
    raise ValueError("a web address is needed, with https:// or http://")


def _person(_: CustomField, value: JsonValue) -> CustomValue:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("the id of a member is needed")
    return readable(value.strip(), MAX_LINE)


_READERS: Mapping[FieldType, Callable[[CustomField, Any], CustomValue]] = {
    "text": _text(MAX_LINE),
    "long_text": _text(MAX_TEXT),
    "number": _number,
    "money": _money,
    "date": _date,
    "checkbox": _checkbox,
    "choice": _choice,
    "multi_choice": _choices,
    "url": _address,
    "person": _person,
}
