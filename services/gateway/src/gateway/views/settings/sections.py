"""What every section of the settings can do, and the rows that most are made of."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self, TypeVar

Json = Mapping[str, Any]
Posted = Mapping[str, Sequence[str]]


class Section(ABC):
    """A part of the settings that is edited and saved on its own. `key` names it in the document, `path` leads refusals to it."""

    word: ClassVar[str]
    about: ClassVar[str]
    path: ClassVar[str]

    @classmethod
    @abstractmethod
    def of(cls, document: Json) -> Self:
        """As the workspace has it."""

    @classmethod
    @abstractmethod
    def typed(cls, posted: Posted) -> Self:
        """As somebody typed it, acceptable or not."""

    @abstractmethod
    def within(self, document: Json) -> dict[str, Any]:
        """The document with this section instead of its own."""

    @abstractmethod
    def said(self) -> dict[str, str]:
        """Line by line in words, to tell two versions apart."""

    def stepped(self, step: Step) -> Self:
        """Another row, one fewer, or another order; a section without rows stays as it is."""
        return self

    @classmethod
    def base(cls, document: Json) -> str:
        """Tells whether the section is still as it was read, whatever became of the others."""
        own = cls.of(document).within({})
        return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]


def differences(mine: Section, theirs: Section) -> list[tuple[str, str]]:
    """What is other in theirs than in mine."""
    ours, said = mine.said(), theirs.said()
    changed = [(name, words) for name, words in said.items() if ours.get(name) != words]
    return changed + [(name, "is not there") for name in ours if name not in said]


@dataclass(frozen=True)
class Step:
    """A small change of the rows: `add`, `up:<id>`, `down:<id>` or `remove:<id>`."""

    verb: str
    row: str

    @classmethod
    def of(cls, text: str) -> Step:
        verb, _, row = text.partition(":")
        return cls(verb, row)


class Row(Protocol):
    """`id` is the row's own within the form, wherever it stands."""

    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=Row)


def stepped(rows: tuple[R, ...], step: Step, new: Callable[[str], R]) -> tuple[R, ...]:
    """The rows after a step; one that can't be taken changes nothing."""
    if step.verb == "add":
        return (*rows, new(next_id(rows)))
    here = next((place for place, row in enumerate(rows) if row.id == step.row), None)
    if here is None:
        return rows
    rest = rows[:here] + rows[here + 1 :]
    if step.verb == "remove":
        return rest
    there = here + {"up": -1, "down": 1}.get(step.verb, 0)
    return (*rest[: max(there, 0)], rows[here], *rest[max(there, 0) :])


def next_id(rows: Sequence[Row]) -> str:
    return str(max((int(row.id) for row in rows if row.id.isdigit()), default=-1) + 1)


@dataclass(frozen=True)
class Sent:
    """What the browser sent of one row."""

    posted: Posted
    prefix: str

    def text(self, name: str) -> str:
        return next(iter(self.posted.get(self.prefix + name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self.posted.get(self.prefix + name, ()))

    def ticked(self, name: str) -> bool:
        return self.prefix + name in self.posted


def sent(posted: Posted, name: str) -> list[Sent]:
    """The rows in their order; each has the hidden field `id`."""
    places = sorted(int(parts[1]) for key in posted if (parts := key.split("."))[0] == name and parts[-1] == "id" and parts[1].isdigit())
    return [Sent(posted, f"{name}.{place}.") for place in places]
