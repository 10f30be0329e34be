"""A change that would leave old messages unread is noticed; one that would not, is not."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field, create_model

from shared.contracts.catalogue import models
from shared.contracts.export.compatibility import breaking_changes
from shared.contracts.export.schemas import schema_of


class Weight(BaseModel):
    grams: int
    by: str | None = None


class Stricter(BaseModel):
    grams: int
    by: str


class Lighter(BaseModel):
    grams: int


BREAKING: dict[str, tuple[Any, Any, str]] = {
    "a new required field": (..., (int, ...), ".field: is required now"),
    "an optional field made required": ((str, "x"), (str, ...), ".field: is required now"),
    "a field dropped": ((str, "x"), ..., ".field: is gone"),
    "another type": ((str, "x"), (int, 1), ".field: was string, is integer"),
    "a number made whole": ((float, 1), (int, 1), ".field: was number, is integer"),
    "null no longer allowed": ((str | None, None), (str, "x"), ".field: was null, is string"),
    "one of two types": ((int | str, 1), (int, 1), ".field: was string, is integer"),
    "any made something": ((Any, None), (str, "x"), ".field: was anything, is string"),
    "free words made an enumeration": ((str, "a"), (Literal["a", "b"], "a"), ".field: no longer allows anything else"),
    "an enumeration cut": ((Literal["a", "b"], "a"), (Literal["a"], "a"), ".field: no longer allows b"),
    "a pattern": ((str, "a"), (Annotated[str, Field(pattern="^a")], "a"), ".field: pattern became ^a"),
    "a format": ((str, "a"), (datetime, None), ".field: format became date-time"),
    "a shorter text": (
        (Annotated[str, Field(max_length=9)], "a"),
        (Annotated[str, Field(max_length=8)], "a"),
        ".field: maxLength fell to 8",
    ),
    "a lower bound": ((int, 1), (Annotated[int, Field(ge=0)], 1), ".field: minimum rose to 0"),
    "other items": ((list[str], []), (list[int], []), ".field[]: was string, is integer"),
    "fewer items": ((list[str], []), (Annotated[list[str], Field(max_length=2)], []), ".field: maxItems fell to 2"),
    "other values": ((dict[str, str], {}), (dict[str, int], {}), ".field.*: was string, is integer"),
    "other pairs": ((tuple[str, str], ...), (tuple[str, int], ...), ".field[1]: was string, is integer"),
    "a part with a new required field": ((list[Weight], []), (list[Stricter], []), ".field[].by: is required now"),
    "a part that lost a field": ((Weight | None, None), (Lighter | None, None), ".field.by: is gone"),
}

HARMLESS: dict[str, tuple[Any, Any]] = {
    "nothing": ((str, ...), (str, ...)),
    "a new optional field": (..., (str | None, None)),
    "a required field made optional": ((str, ...), (str | None, None)),
    "a whole number made any number": ((int, 1), (float, 1)),
    "one more type": ((str, "a"), (str | int, "a")),
    "something made any": ((str, "a"), (Any, None)),
    "an enumeration extended": ((Literal["a"], "a"), (Literal["a", "b"], "a")),
    "an enumeration freed": ((Literal["a"], "a"), (str, "a")),
    "a limit lifted": ((Annotated[str, Field(max_length=9)], "a"), (str, "a")),
    "a longer text": ((Annotated[str, Field(max_length=8)], "a"), (Annotated[str, Field(max_length=9)], "a")),
    "a part of another name": ((Lighter | None, None), (Weight | None, None)),
    "a part with a field made optional": ((list[Stricter], []), (list[Weight], [])),
    "another default": ((str, "a"), (str, "b")),
    "a description": ((str, "a"), (Annotated[str, Field(description="new words")], "a")),
}


def schema(field: Any) -> dict[str, Any]:
    """The schema of a model with this field, or without it."""
    fields = {} if field is ... else {"field": field}
    model: type[BaseModel] = create_model("Model", other=(str, ...), **fields)
    return model.model_json_schema()


@pytest.mark.parametrize(("old", "new", "change"), BREAKING.values(), ids=BREAKING)
def test_what_leaves_old_messages_unread_is_noticed(old: Any, new: Any, change: str) -> None:
    assert change in breaking_changes(schema(old), schema(new))


@pytest.mark.parametrize(("old", "new"), HARMLESS.values(), ids=HARMLESS)
def test_what_every_old_message_survives_is_let_through(old: Any, new: Any) -> None:
    assert breaking_changes(schema(old), schema(new)) == []


@pytest.mark.parametrize("event_type", models())
def test_every_type_is_compatible_with_itself_and_not_with_another_name(event_type: str) -> None:
    same = schema_of(event_type, models()[event_type])
    renamed = schema_of(f"{event_type}0", models()[event_type])

    assert breaking_changes(same, same) == []
    assert breaking_changes(same, renamed) == [f".type: no longer allows {event_type}"]
