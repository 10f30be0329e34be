"""A JSON Schema per event type: the whole message, envelope and data."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event

Schema = dict[str, Any]


class _Plain(GenerateJsonSchema):
    """Without the titles that only repeat a field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@cache
def plain_schema(model: type[BaseModel]) -> Schema:
    """What a model accepts. Slow to make and asked for often: look, don't change it."""
    return model.model_json_schema(schema_generator=_Plain)


def schema_of(event_type: str, model: type[EventData]) -> Schema:
    """The schema of every message of one type."""
    envelope, data = plain_schema(Event), plain_schema(model)
    payload = {name: value for name, value in data.items() if name not in {"$defs", "description"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": event_type,
        "description": data.get("description", ""),
        "type": "object",
        "properties": envelope["properties"] | {"type": {"const": event_type}, "data": payload},
        "required": envelope["required"] + (["data"] if data.get("required") else []),
        "$defs": data.get("$defs", {}),
    }


def no_longer_current(schema: Schema, newest: str) -> Schema:
    """The last schema of a version that is still read: what was sent stays described. `deprecated` is JSON Schema's own word for it."""
    mark = {"deprecated": True, "$comment": f"read, no longer current: {newest} is"}
    return {"$schema": schema["$schema"], "title": schema["title"], **mark} | schema | mark


def definition(reference: Schema, schema: Schema) -> Schema:
    """What `{"$ref": ...}` stands for in a schema."""
    found: Schema = schema["$defs"][reference["$ref"].removeprefix("#/$defs/")]
    return found


def text_of(schema: Schema) -> str:
    """As it is committed: the same for the same model, and readable as a diff."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
