"""A producer's table: which sentence says an event of each of its types, and what goes along with it.

A type without a line of its own reads like its name, `Invoice 1042 written off`, so a new type needs a line only when that is not enough.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from shared.contracts.catalogue import EventData
from shared.contracts.values import plain
from timeline.domain import Ref, outline

Data = TypeVar("Data", bound=EventData)

Sentence = Callable[[Any], str]

DETAILS = (
    "account_id", "amount", "automated", "balance_due", "channel", "currency", "direction", "due_date", "message_id", "mime", "number",
    "owner_id", "priority", "purpose", "size", "snippet", "stage_id", "start", "status", "subject", "thread_id", "title", "total",
)  # fmt: skip
"""Fields that go along with every sentence, under the name every producer gives them, for those who show more than the line."""


@dataclass(frozen=True)
class Line:
    """How one type reads."""

    kind: str
    ref: str
    sentence: Sentence
    words: str | None
    """The field whose text stands under the sentence."""
    shown: tuple[str, ...]
    other_refs: Mapping[str, str]
    """Further records it is about: their kind and the field with the id."""

    def text(self, data: EventData) -> str:
        return str(getattr(data, self.words) or "") if self.words else ""

    def details(self, data: EventData) -> dict[str, Any]:
        values = ((name, getattr(data, name)) for name in self.shown)
        return {name: plain(value) for name, value in values if value is not None}

    def refs(self, data: EventData, subject: str) -> tuple[Ref, ...]:
        """The record itself first."""
        others = ((kind, getattr(data, field)) for kind, field in self.other_refs.items())
        return (Ref(self.ref, subject), *(Ref(kind, ref_id) for kind, ref_id in others if ref_id))


Table = dict[type[EventData], Line]


class Lines:
    """The lines of an aggregate. `title` is what people call one: `"Renewal 2027"`, `#31`, `INV-7`; empty where it has no name.

    `text` is the field with words to stand under the sentence, `shows` are fields that go along besides DETAILS, `refs` the fields with ids
    of further records, by the records' kind. A field that no type of the family has is a mistake, and refused.
    """

    def __init__(
        self,
        kind: str,
        family: type[Data],
        title: Callable[[Data], str] = lambda _: "",
        *,
        ref: str | None = None,
        text: str | None = None,
        shows: tuple[str, ...] = (),
        refs: Mapping[str, str] | None = None,
    ) -> None:
        self._kind = kind
        self._ref = ref or kind
        self._text = text
        self._shows = (*DETAILS, *shows)
        self._refs = refs or {}
        models = list(concrete(family))
        known = {name for model in models for name in model.model_fields}
        if unknown := {*shows, *self._refs.values(), *([text] if text else [])} - known:
            raise TypeError(f"no event of {family.__name__} has {', '.join(sorted(unknown))}")
        self.table: Table = {model: self._line(model, named(model, title)) for model in models}

    def say(self, model: type[Data], sentence: Callable[[Data], str]) -> None:
        self.table[model] = self._line(model, sentence)

    def leave_out(self, *models: type[EventData]) -> None:
        """Types that are no line on anybody's timeline."""
        for model in models:
            del self.table[model]

    def _line(self, model: type[EventData], sentence: Sentence) -> Line:
        fields = model.model_fields
        return Line(
            self._kind,
            self._ref,
            sentence,
            self._text if self._text in fields else None,
            tuple(name for name in self._shows if name in fields),
            {kind: name for kind, name in self._refs.items() if name in fields},
        )


def together(*tables: Table) -> Table:
    """Tables as one. A type in two of them would read one way or the other by chance."""
    one: Table = {}
    for table in tables:
        if twice := one.keys() & table.keys():
            raise TypeError(f"in two tables: {', '.join(sorted(model.TYPE for model in twice))}")
        one |= table
    return one


def concrete(family: type[EventData]) -> Iterable[type[EventData]]:
    """Every payload of a family that is an event."""
    if family.TYPE:
        yield family
    for model in family.__subclasses__():
        yield from concrete(model)


def named(model: type[EventData], title: Sentence) -> Sentence:
    """The sentence a type's own name makes."""
    aggregate = len(model.TYPE.split(".")[2])
    words = outline(model.TYPE)
    return lambda data: words[:aggregate] + between(title(data)) + words[aggregate:]


def between(title: str) -> str:
    return f" {title}" if title else ""


def quoted(text: str | None) -> str:
    return f'"{text}"' if text else ""


def because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def worded(value: str | None, *, unknown: str = "nothing") -> str:
    """`on_hold` -> `on hold`: what a code means, as far as it can be read."""
    return value.replace("_", " ") if value else unknown


def moved(previous: str | None, current: str | None) -> str:
    """`from open to closed`, or as much of it as was said."""
    start = f" from {worded(previous)}" if previous else ""
    return f"{start} to {worded(current)}" if current else start


def moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def money(amount: object, currency: str | None) -> str:
    return f"{amount} {currency}" if amount is not None and currency else str(amount) if amount is not None else ""
