"""The small types payloads are built from, so that every producer's money, dates and texts are read the same way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)


def in_utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:  # an offset that leads out of the years 1 to 9999
        raise ValueError("not a moment in UTC") from error


def _day(value: object) -> object:
    return value.split("T", 1)[0] if isinstance(value, str) else value


Instant = Annotated[datetime, AfterValidator(in_utc)]
"""A moment in UTC; the platform speaks UTC, so one without an offset is meant to be."""

Day = Annotated[date, BeforeValidator(_day)]
"""A calendar day; of a moment, the day it names."""

Whole = Annotated[int, Field(ge=-(2**63), lt=2**63)]
"""A whole number that a database can hold."""

Money = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=30)]
"""An amount, read from a number or a text and written as a text: a float would lose cents."""

Duration = Annotated[
    timedelta,
    PlainSerializer(timedelta.total_seconds, return_type=float),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "format": "duration"}]}),
]
"""How long something took, in seconds; ISO 8601 (`PT30M`) is read too."""


def told(data: Mapping[str, Any]) -> dict[str, Any]:
    """What data says: null is absent."""
    return {name: value for name, value in data.items() if value is not None}


class Value(BaseModel):
    """A payload or a part of one, read tolerantly: unknown fields are ignored, null is absent, a number is a fine identifier.

    Errors never quote the input, which may be personal data.
    """

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        populate_by_name=True,
        coerce_numbers_to_str=True,
        allow_inf_nan=False,
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        return told(data) if isinstance(data, dict) else data


def current_is(field: str, *, named: tuple[str, ...] = ("current",)) -> Any:
    """A validator for `..._changed` payloads: what the event calls `current` is the aggregate's `field` from now on.

    So a consumer reads the state from one field, whatever the event that carries it.
    """

    def fill(data: Any) -> Any:
        current = next((data[name] for name in named if data.get(name) is not None), None) if isinstance(data, dict) else None
        return data if current is None else {**data, field: current}

    return model_validator(mode="before")(fill)


class Change(Value):
    """What a field was and what it is now."""

    old: JsonValue = None
    new: JsonValue = None


def plain(value: Any) -> Any:
    """A payload's value as documents hold it: an amount and a day as text, a length of time in seconds, a nested value as a dict."""
    match value:
        case Value():
            return {name: plain(part) for name, part in value if part is not None}
        case list() | tuple():
            return [plain(part) for part in value]
        case datetime():
            return value
        case timedelta():
            return value.total_seconds()
        case Decimal() | date():
            return str(value)
    return value
