"""Several records side by side: a column each, a row per field, those that differ first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.views.values import Glossary

Json = Mapping[str, Any]

SETTLED = frozenset(
    {
        "id", "version", "name", "merged_ids", "merged_into", "created_at", "updated_at", "deleted_at", "status_since", "review", "source",
        "visibility",
    }
)  # fmt: skip
"""Fields that follow from the merge itself: nobody chooses them."""
WITH_PRIMARY = frozenset({"emails", "phones", "accounts"})
"""Lists of which one entry is the primary one: somebody may choose whose that is."""
AFFECTED = {"consent": "Consent", "open_tickets": "Open tickets", "active_deals": "Active deals", "unpaid_invoices": "Unpaid invoices"}
"""Checks of the guard that a merge carries over, and what they are called here."""


@dataclass(frozen=True)
class Cell:
    """What one record has in one field."""

    contact_id: str
    lines: tuple[str, ...]
    kept: bool


@dataclass(frozen=True)
class Row:
    """One field. `default` is the record it is taken from unless somebody chooses; a united one keeps what all of them have."""

    field: str
    label: str
    cells: tuple[Cell, ...]
    differs: bool
    united: bool
    default: str

    @property
    def has_primary(self) -> bool:
        """Whether there is a choice between the primary entries of several."""
        return self.field in WITH_PRIMARY and sum(bool(cell.lines) for cell in self.cells) > 1

    @property
    def said(self) -> tuple[str, ...]:
        """What a row says that is the same everywhere."""
        return next((cell.lines for cell in self.cells if cell.lines), ())


@dataclass(frozen=True)
class Comparison:
    """Every row that says something, by what there is to do about it."""

    chosen: tuple[Row, ...]
    united: tuple[Row, ...]
    same: tuple[Row, ...]


@dataclass(frozen=True)
class Affected:
    """What the guard says of each record: a check, and a sentence with its tone by contact. None where it did not answer."""

    check: str
    word: str
    cells: Mapping[str, tuple[str, str] | None]


def compared(fields: Iterable[Json], ids: Sequence[str], wish: Mapping[str, str], survivor_id: str, glossary: Glossary) -> Comparison:
    """The rows of a preview in three groups; what all of them lack is no row. `wish` is what was chosen: of a list, whose primary one."""
    order = (survivor_id, *(one for one in ids if one != survivor_id))
    rows = [_row(said, ids, order, wish, glossary) for said in fields if str(said.get("field")) not in SETTLED]
    rows = [row for row in rows if any(cell.lines for cell in row.cells)]
    return Comparison(
        chosen=tuple(row for row in rows if row.differs and not row.united),
        united=tuple(row for row in rows if row.differs and row.united),
        same=tuple(row for row in rows if not row.differs),
    )


def _row(said: Json, ids: Sequence[str], order: Sequence[str], wish: Mapping[str, str], glossary: Glossary) -> Row:
    field, given = str(said["field"]), said.get("values") or {}
    shown = {contact_id: glossary.lines(field, given.get(contact_id)) for contact_id in ids}
    default = next((contact_id for contact_id in order if shown[contact_id]), order[0])
    kept = said.get("kept") or wish.get(field) or default
    return Row(
        field=field,
        label=glossary.label(field),
        cells=tuple(Cell(contact_id, shown[contact_id], contact_id == kept) for contact_id in ids),
        differs=bool(said.get("differs")),
        united=bool(said.get("united")),
        default=default,
    )


def choices(posted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What somebody chose: a field taken from another record than it would be without them."""
    chosen = {name.removeprefix("choice."): said[-1] for name, said in posted.items() if name.startswith("choice.") and said}
    return {field: one for field, one in chosen.items() if one and one not in posted.get(f"default.{field}", ())}


def affected(verdicts: Mapping[str, Json | None]) -> tuple[Affected, ...]:
    """The guard's lines about each record, side by side; a check that is fine everywhere is left out, consent never is."""
    rows = []
    for check, word in AFFECTED.items():
        cells = {contact_id: _line(verdict, check) for contact_id, verdict in verdicts.items()}
        if check == "consent" or None in verdicts.values() or any(cell is not None and cell[0] != "ok" for cell in cells.values()):
            rows.append(Affected(check, word, cells))
    return tuple(rows)


def _line(verdict: Json | None, check: str) -> tuple[str, str] | None:
    found = next((line for line in (verdict or {}).get("lines") or () if line.get("check") == check), None)
    return (str(found.get("severity") or "unknown"), str(found.get("sentence") or "")) if found else None


def changed_since(rows: Iterable[Json], version: int, glossary: Glossary) -> list[tuple[str, str, str]]:
    """What became of a contact after a version, from its history: field, value now, and who did it; the newest of each field."""
    newer = [row for row in rows if int(row.get("version") or 0) > version]
    newest = {str(row["field"]): row for row in reversed(newer)}
    return [
        (glossary.label(field), glossary.said(field, row.get("new")), glossary.member(row.get("actor_id"))) for field, row in newest.items()
    ]


@dataclass(frozen=True)
class Conflict:
    """A field that was edited after the merge and so was left as it is."""

    contact_id: str
    label: str
    before: str
    merged: str
    now: str
    taken_by: str


def conflicts(found: Iterable[Json], glossary: Glossary) -> list[Conflict]:
    return [
        Conflict(
            contact_id=str(each["contact_id"]),
            label=glossary.label(str(each["field"])),
            before=glossary.said(str(each["field"]), each.get("before")),
            merged=glossary.said(str(each["field"]), each.get("merged")),
            now=glossary.said(str(each["field"]), each.get("now")),
            taken_by=str(each.get("taken_by") or ""),
        )
        for each in found
    ]
