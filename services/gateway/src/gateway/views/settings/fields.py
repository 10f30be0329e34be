"""The workspace's own fields of a contact."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from gateway.views.settings.sections import Json, Posted, Section, Sent, Step, sent, stepped

TYPES: Mapping[str, str] = {
    "text": "Text",
    "long_text": "Long text",
    "number": "Number",
    "money": "Money",
    "date": "Date",
    "checkbox": "Yes or no",
    "choice": "One of a list",
    "multi_choice": "Several of a list",
    "url": "Link",
    "person": "Colleague",
}
WITH_OPTIONS = ("choice", "multi_choice")


@dataclass(frozen=True)
class Field:
    """One row; `options` has one a line. What is `kept` in the workspace already has a key that can't change."""

    id: str
    key: str = ""
    label: str = ""
    type: str = "text"
    options: str = ""
    required: bool = False
    enabled: bool = True
    default: str = ""
    kept: bool = False


@dataclass(frozen=True)
class Fields(Section):
    """In the order of the forms."""

    rows: tuple[Field, ...]
    word: ClassVar[str] = "Custom fields"
    about: ClassVar[str] = (
        "Fields of your own, in the order of the forms. A disabled one leaves the forms, but what was entered stays readable."
    )
    path: ClassVar[str] = "fields"

    @classmethod
    def of(cls, document: Json) -> Fields:
        return cls(tuple(_row(place, field) for place, field in enumerate(document.get("fields") or ())))

    @classmethod
    def typed(cls, posted: Posted) -> Fields:
        return cls(tuple(_typed(row) for row in sent(posted, "fields")))

    def within(self, document: Json) -> dict[str, Any]:
        return {**document, "fields": [_json(row) for row in self.rows]}

    def stepped(self, step: Step) -> Fields:
        return replace(self, rows=stepped(self.rows, step, Field))

    def said(self) -> dict[str, str]:
        return {row.label or row.key: "; ".join(_words(place, row)) for place, row in enumerate(self.rows)}


def _row(place: int, field: Json) -> Field:
    return Field(
        id=str(place),
        key=str(field["key"]),
        label=str(field.get("label") or ""),
        type=str(field.get("type") or "text"),
        options="\n".join(map(str, field.get("options") or ())),
        required=bool(field.get("required")),
        enabled=bool(field.get("enabled", True)),
        default=_text(field.get("default")),
        kept=True,
    )


def _typed(row: Sent) -> Field:
    label = row.text("label")
    return Field(
        id=row.text("id"),
        key=row.text("key") or re.sub(r"\W+", "_", label.lower()).strip("_"),
        label=label,
        type=row.text("type"),
        options=row.text("options").replace("\r\n", "\n"),
        required=row.ticked("required"),
        enabled=row.ticked("enabled"),
        default=row.text("default"),
        kept=row.ticked("kept"),
    )


def _json(row: Field) -> dict[str, Any]:
    options = [line.strip() for line in row.options.splitlines() if line.strip()] if row.type in WITH_OPTIONS else []
    about = {"key": row.key, "label": row.label, "type": row.type, "options": options}
    return about | {"required": row.required, "enabled": row.enabled, "default": _value(row.type, row.default)}


def _words(place: int, row: Field) -> Iterator[str]:
    yield f"number {place + 1}"
    yield TYPES.get(row.type, row.type).lower()
    if row.type in WITH_OPTIONS:
        yield f"options {', '.join(row.options.splitlines())}"
    if row.required:
        yield "required"
    if not row.enabled:
        yield "disabled"
    if row.default:
        yield f"default {row.default}"


def _value(kind: str, text: str) -> Any:
    """A default as the service keeps it; what is none of its type goes along as it was typed and is refused there."""
    if not text:
        return None
    if kind == "checkbox":
        return {"yes": True, "no": False}.get(text.casefold(), text)
    if kind == "number":
        try:
            return float(text) if "." in text else int(text)
        except ValueError:
            return text
    if kind == "money":
        amount, _, currency = text.partition(" ")
        return {"amount": amount, "currency": currency.strip().upper()}
    return [part.strip() for part in text.split(",") if part.strip()] if kind == "multi_choice" else text


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case {"amount": amount, "currency": currency}:
            return f"{amount} {currency}"
    return str(value)
