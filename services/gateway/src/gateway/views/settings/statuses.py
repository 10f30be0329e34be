"""The statuses a contact goes through. A status is named by its row in the form, so that a new name is followed everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from gateway.fields import DEMANDABLE, LABELS
from gateway.views import words
from gateway.views.settings.sections import Json, Posted, Section, Sent, Step, sent, stepped

CUSTOM = "custom."


@dataclass(frozen=True)
class Status:
    """One row. `moves_to` holds ids of rows."""

    id: str
    name: str = ""
    anywhere: bool = True
    moves_to: frozenset[str] = frozenset()
    stale_after_days: str = ""
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Statuses(Section):
    """In the order of the process."""

    rows: tuple[Status, ...]
    word: ClassVar[str] = "Statuses"
    about: ClassVar[str] = "The process a contact goes through, in this order. A new contact begins with the first."
    path: ClassVar[str] = "process.statuses"

    @classmethod
    def of(cls, document: Json) -> Statuses:
        known = list((document.get("process") or {}).get("statuses") or ())
        ids = {str(status["name"]): str(place) for place, status in enumerate(known)}
        return cls(tuple(_row(ids, status) for status in known))

    @classmethod
    def typed(cls, posted: Posted) -> Statuses:
        return cls(tuple(_typed(row) for row in sent(posted, "statuses")))

    def within(self, document: Json) -> dict[str, Any]:
        return {**document, "process": {**(document.get("process") or {}), "statuses": [self._json(row) for row in self.rows]}}

    def stepped(self, step: Step) -> Statuses:
        return replace(self, rows=stepped(self.rows, step, Status))

    def said(self) -> dict[str, str]:
        return {row.name: "; ".join(self._words(place, row)) for place, row in enumerate(self.rows)}

    def others(self, row: Status) -> tuple[Status, ...]:
        return tuple(other for other in self.rows if other.id != row.id)

    def targets(self, row: Status) -> list[str]:
        """The names of the statuses that may follow."""
        return [other.name for other in self.others(row) if other.id in row.moves_to]

    def _json(self, row: Status) -> dict[str, Any]:
        days: str | int | None = int(row.stale_after_days) if row.stale_after_days.isdecimal() else row.stale_after_days or None
        moves = None if row.anywhere else self.targets(row)
        return {"name": row.name, "moves_to": moves, "stale_after_days": days, "requires": list(row.requires)}

    def _words(self, place: int, row: Status) -> Iterator[str]:
        yield f"number {place + 1}"
        yield "may become anything" if row.anywhere else f"may become {', '.join(self.targets(row)) or 'nothing else'}"
        if row.stale_after_days:
            yield f"stale after {row.stale_after_days} days"
        if row.requires:
            yield f"needs {', '.join(field_name(name) for name in row.requires)}"


def demandable(document: Json, section: Statuses) -> dict[str, str]:
    """What a status can require, by its label: the standard fields, the workspace's own, and what is required already."""
    own = {CUSTOM + str(field["key"]): str(field.get("label") or field["key"]) for field in document.get("fields") or ()}
    required = {name: field_name(name) for row in section.rows for name in row.requires}
    return required | {name: field_name(name) for name in DEMANDABLE} | own


def field_name(name: str) -> str:
    return LABELS.get(name) or words.plain(name.removeprefix(CUSTOM).removesuffix("_id"))


def _row(ids: dict[str, str], status: Json) -> Status:
    moves, days = status.get("moves_to"), status.get("stale_after_days")
    return Status(
        id=ids[str(status["name"])],
        name=str(status["name"]),
        anywhere=moves is None,
        moves_to=frozenset(ids[name] for name in moves or () if name in ids),
        stale_after_days="" if days is None else str(days),
        requires=tuple(status.get("requires") or ()),
    )


def _typed(row: Sent) -> Status:
    return Status(
        id=row.text("id"),
        name=row.text("name"),
        anywhere=row.text("moves") != "some",
        moves_to=frozenset(row.all("moves_to")),
        stale_after_days=row.text("stale_after_days"),
        requires=row.all("requires"),
    )
