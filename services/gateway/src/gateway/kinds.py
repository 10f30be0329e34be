"""How a value of each kind is typed, and what the typed becomes for the API. Adding a kind is a line in KINDS and a control in
`templates/partials/controls.html`.

What was typed is texts by part: most kinds have one part, named "". A refused form is shown again from these texts, so nothing has to be
readable to be kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Typed = Mapping[str, Sequence[str]]

ADDRESS = {"street": "Street", "postcode": "Postcode", "city": "City", "region": "Region", "country": "Country"}
MONEY = {"amount": "Amount", "currency": "Currency"}
SEVERAL = frozenset({"tags", "people"})
"""Kinds that are sets: entries come and go one by one."""


@dataclass(frozen=True)
class Kind:
    """`read` raises ValueError saying what is needed; `written` is its inverse, for a control to begin with."""

    read: Callable[[Typed], Any]
    written: Callable[[Any], Typed]
    parts: tuple[str, ...] = ("",)


def _only(typed: Typed) -> str:
    return next(iter(typed.get("", ())), "").strip()


def _text(typed: Typed) -> str | None:
    return _only(typed) or None


def _number(typed: Typed) -> int | float | None:
    text = _only(typed)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError("a number is needed, such as 12 or 12.5")
    return int(number) if number.is_integer() else number


def _checked(typed: Typed) -> bool:
    return bool(_only(typed))


def _several(typed: Typed) -> list[str] | None:
    return [text for text in typed.get("", ()) if text] or None


def _listed(typed: Typed) -> list[str]:
    texts = [text.strip() for typed_text in typed.get("", ()) for text in typed_text.split(",")]
    return list(dict.fromkeys(filter(None, texts)))


def _grouped(typed: Typed) -> dict[str, str] | None:
    return {part: text.strip() for part, texts in typed.items() for text in texts if text.strip()} or None


def _one(value: Any) -> Typed:
    return {"": () if value is None else (str(value),)}


def _tick(value: Any) -> Typed:
    return {"": ("yes",) if value else ()}


def _many(value: Any) -> Typed:
    return {"": tuple(map(str, value)) if isinstance(value, list) else () if value is None else (str(value),)}


def _parts(value: Any) -> Typed:
    return {part: (str(text),) for part, text in value.items() if text} if isinstance(value, Mapping) else {}


_TEXT = Kind(_text, _one)
KINDS: Mapping[str, Kind] = {
    "text": _TEXT,
    "long_text": _TEXT,
    "url": _TEXT,
    "date": _TEXT,
    "choice": _TEXT,
    "person": _TEXT,
    "status": _TEXT,
    "visibility": _TEXT,
    "number": Kind(_number, _one),
    "checkbox": Kind(_checked, _tick),
    "multi_choice": Kind(_several, _many),
    "money": Kind(_grouped, _parts, tuple(MONEY)),
    "address": Kind(_grouped, _parts, tuple(ADDRESS)),
    "tags": Kind(_listed, _many),
    "people": Kind(_listed, _many),
}
