"""Would messages that were fine yesterday still be read today? Compares two JSON Schemas of one type.

Loosening is always allowed. Tightening, demanding a new field or dropping one needs a new major version and an upcaster.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]

_AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_EXACTLY = ("pattern", "format", "multipleOf")


def breaking_changes(old: Schema, new: Schema) -> list[str]:
    """What an old message may hold that the new schema refuses or no longer sees; empty when every old message still reads."""
    return list(_Comparison(old.get("$defs", {}), new.get("$defs", {})).narrowed(old, new, ""))


class _Comparison:
    def __init__(self, old_definitions: Schema, new_definitions: Schema) -> None:
        self._old = old_definitions
        self._new = new_definitions

    def narrowed(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        """Each form a value may have had must fit one of the forms it may have now."""
        olds, news = _forms(old, self._old), _forms(new, self._new)
        for form in olds:
            attempts = [list(self._form(form, candidate, path)) for candidate in news]
            yield from min(attempts, key=len)

    def _form(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        was, now = old.get("type"), new.get("type")
        if now is not None and was != now and (was, now) != ("integer", "number"):
            yield f"{path or 'message'}: was {was or 'anything'}, is {now}"
            return
        yield from _values(old, new, path)
        yield from _limits(old, new, path)
        yield from self._items(old, new, path)
        yield from self._fields(old, new, path)

    def _items(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        if "items" in new and new["items"] is not False:
            yield from self.narrowed(old.get("items") or {}, new["items"], f"{path}[]")
        for place, (before, after) in enumerate(zip(old.get("prefixItems", ()), new.get("prefixItems", ()), strict=False)):
            yield from self.narrowed(before, after, f"{path}[{place}]")

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in new.get("required", ()):
            if name not in old.get("required", ()):
                yield f"{path}.{name}: is required now"
        for name, schema in before.items():
            if name not in after:
                yield f"{path}.{name}: is gone"
            else:
                yield from self.narrowed(schema, after[name], f"{path}.{name}")
        if isinstance(new.get("additionalProperties"), dict):
            values = old.get("additionalProperties")
            yield from self.narrowed(values if isinstance(values, dict) else {}, new["additionalProperties"], f"{path}.*")


def _forms(schema: Schema, definitions: Schema) -> list[Schema]:
    """A schema as the list of its alternatives, references followed."""
    if "$ref" in schema:
        return _forms(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" in schema:
        return [form for alternative in schema["anyOf"] for form in _forms(alternative, definitions)]
    return [schema]


def _values(old: Schema, new: Schema, path: str) -> Iterator[str]:
    allowed = _allowed(new)
    if allowed is not None:
        was = _allowed(old)
        gone = ["anything else"] if was is None else [value for value in was if value not in allowed]
        if gone:
            yield f"{path}: no longer allows {', '.join(map(str, gone))}"


def _allowed(schema: Schema) -> list[Any] | None:
    values: list[Any] | None = schema.get("enum")
    return [schema["const"]] if "const" in schema else values


def _limits(old: Schema, new: Schema, path: str) -> Iterator[str]:
    for name in _AT_LEAST:
        if name in new and (name not in old or new[name] > old[name]):
            yield f"{path}: {name} rose to {new[name]}"
    for name in _AT_MOST:
        if name in new and (name not in old or new[name] < old[name]):
            yield f"{path}: {name} fell to {new[name]}"
    for name in _EXACTLY:
        if name in new and new[name] != old.get(name):
            yield f"{path}: {name} became {new[name]}"
