"""What the custom fields of a contact become: values of defined fields by their type, others as they come.

A key nobody defined is kept: an integration may know more than the workspace does yet, and what it said would be lost otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from contacts.domain.contact import CUSTOM, CustomValue, Scalar
from contacts.domain.directory import Surroundings, may_be_responsible
from contacts.domain.drafts import MAX_CUSTOM
from contacts.domain.fields import MAX_KEY, MAX_TEXT, CustomField, bounded, key_fault, readable
from contacts.domain.refusals import FieldError

Values = Mapping[str, CustomValue]


@dataclass(frozen=True)
class Applied:
    """The values afterwards, and what speaks against them."""

    values: dict[str, CustomValue]
    faults: tuple[FieldError, ...]


def applied(before: Values, given: Mapping[str, JsonValue], around: Surroundings) -> Applied:
    """Key by key: what is not named stays, null takes a value away, and what is as it was is never at fault."""
    fields = {field.key: field for field in around.fields}
    values, faults = dict(before), list[FieldError]()
    for key, value in given.items():
        if _same(value, before.get(key)):
            continue
        try:
            kept = _read(key, value, fields.get(key), around)
        except ValueError as error:
            faults.append(FieldError(f"{CUSTOM}{key[:MAX_KEY]}", str(error)))
            continue
        if kept is None:
            values.pop(key, None)
        else:
            values[key] = kept
    if len(values) > MAX_CUSTOM:
        faults.append(FieldError("custom", f"at most {MAX_CUSTOM} fields in all"))
    return Applied(values, tuple(faults))


def with_defaults(given: Mapping[str, JsonValue], around: Surroundings) -> dict[str, JsonValue]:
    """What a new contact is given: a default that nobody may have any more, such as a member who left, is none."""
    defaults = {field.key: field.default for field in around.fields if field.enabled and not _left(field, around)}
    return {**{key: value for key, value in defaults.items() if value is not None}, **given}


def members_named(fields: tuple[CustomField, ...], given: Mapping[str, JsonValue]) -> set[str]:
    """The members a draft of a contact may come to name in its custom fields."""
    values = [value for field in fields if field.type == "person" for value in (field.default, given.get(field.key))]
    return {value for value in values if isinstance(value, str)}


def _read(key: str, value: JsonValue, field: CustomField | None, around: Surroundings) -> CustomValue:
    if fault := key_fault(key):
        raise ValueError(fault)
    if field is None:
        return _undefined(value)
    if value is None:
        return None
    if not field.enabled:
        raise ValueError("this field is disabled")
    kept = field.read(value)
    if field.type == "person" and (refused := may_be_responsible({str(kept)}, key, around)):
        raise ValueError(refused[0].message)
    return kept


def _undefined(value: JsonValue) -> Scalar:
    match value:
        case list() | dict():
            raise ValueError("a text, a number, true, false or null is needed")
        case bool() | None:
            return value
        case str():
            return readable(value, MAX_TEXT)
    return bounded(value)


def _left(field: CustomField, around: Surroundings) -> bool:
    return field.type == "person" and bool(may_be_responsible({str(field.default)}, field.key, around))


def _same(value: JsonValue, known: CustomValue) -> bool:
    return type(value) is type(known) and value == known and value is not None
