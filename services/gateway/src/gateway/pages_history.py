"""What became of one field: who changed it, when, from what to what, how and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import saving
from gateway.clients import UnansweredError
from gateway.desk import Desk, Reading
from gateway.fields import CUSTOM, LABELS, defined
from gateway.views import words
from gateway.views.values import Glossary

LOOKS = 10
"""Pages that are looked through for more of a field before who reads is asked whether to go on."""
PAGE = "200"
ROWS = 20

ORIGINS = {
    "ui": "on the page",
    "api": "by the API",
    "import": "by an import",
    "merge": "by a merge",
    "event": "by an event",
    "bulk": "in bulk",
}

router = APIRouter(prefix="/history")


@dataclass(frozen=True)
class Step:
    """One change of the field."""

    at: str
    iso: str
    who: str
    how: str
    old: str
    new: str
    reason: str
    elsewhere: bool
    """Of a contact that was merged into this one."""


@router.get("")
async def history(desk: Reading, contact_id: str, field: str, cursor: str = "") -> Response:
    """The newest first. The service's history is of all fields: pages of it are looked through until there is enough of this one."""
    settings, members = await desk.decided(), await desk.members()
    labels = {made.name: made.label for made in defined(settings)}
    context: dict[str, Any] = {"contact_id": contact_id, "field": field, "heard": "", "steps": (), "next_cursor": None}
    context["again"], context["label"] = bool(cursor), labels.get(field) or LABELS.get(field) or field.removeprefix(CUSTOM)
    try:
        rows, context["next_cursor"] = await _rows(desk, contact_id, field, cursor)
    except UnansweredError as error:
        context["heard"] = desk.heard(error.heard_at)
    else:
        context["steps"] = [_step(desk, contact_id, field, row, members) for row in rows]
    return desk.render("partials/history_steps.html" if cursor else "partials/history.html", context)


async def _rows(desk: Desk, contact_id: str, field: str, cursor: str) -> tuple[list[Mapping[str, Any]], str | None]:
    rows: list[Mapping[str, Any]] = []
    place: str | None = cursor
    for _ in range(LOOKS):
        query = [("limit", PAGE), *([("cursor", place)] if place else [])]
        answer = await desk.ask(desk.services.contacts, "GET", saving.path_of(contact_id, "history"), query=query)
        if not answer.ok:
            raise desk.services.contacts.silent("broken")
        rows += [row for row in answer.body["items"] if _about(row, field)]
        place = answer.body.get("next_cursor")
        if place is None or len(rows) >= ROWS:
            break
    return rows, place


def _about(row: Mapping[str, Any], field: str) -> bool:
    """Custom fields are one field of the history: those rows count in which this one became another."""
    name, key = (CUSTOM.rstrip("."), field.removeprefix(CUSTOM)) if field.startswith(CUSTOM) else (field, "")
    return bool(row.get("field") == name and (not key or _part(row, "old", key) != _part(row, "new", key)))


def _part(row: Mapping[str, Any], side: str, key: str) -> Any:
    whole = row.get(side)
    return whole.get(key) if isinstance(whole, Mapping) else None


def _step(desk: Desk, contact_id: str, field: str, row: Mapping[str, Any], members: Mapping[str, str]) -> Step:
    def said(side: str) -> str:
        value = _part(row, side, field.removeprefix(CUSTOM)) if field.startswith(CUSTOM) else row.get(side)
        return ", ".join(Glossary(members, desk.zone).lines(field, value))

    at, actor, origin = words.moment(row.get("time")), str(row.get("actor_id") or ""), str(row.get("source") or "")
    return Step(
        at=words.when(at, desk.now, desk.zone) if at else "",
        iso=at.isoformat() if at else "",
        who=members.get(actor, actor) or words.plain(str(row.get("actor_type") or "Nobody")),
        how=ORIGINS.get(origin, origin),
        old=said("old"),
        new=said("new"),
        reason=str(row.get("reason") or ""),
        elsewhere=row.get("contact_id") not in {None, contact_id},
    )
