"""What became of one field: who changed it, when, from what to what, how and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import saving
from gateway.clients import UnansweredError
from gateway.compose import is_not_yours, refusal
from gateway.desk import Desk, Reading
from gateway.fields import CUSTOM, LABELS, defined
from gateway.views import words
from gateway.views.values import Glossary

ROWS = "20"

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
    """The newest first."""
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
    query = [("field", field), ("limit", ROWS), *([("cursor", cursor)] if cursor else [])]
    answer = await desk.ask(desk.services.contacts, "GET", saving.path_of(contact_id, "history"), query=query)
    if is_not_yours(answer):
        raise refusal(answer)
    if not answer.ok:
        raise desk.services.contacts.silent("broken")
    return answer.body["items"], answer.body.get("next_cursor")


def _step(desk: Desk, contact_id: str, field: str, row: Mapping[str, Any], members: Mapping[str, str]) -> Step:
    def said(side: str) -> str:
        return ", ".join(Glossary(members, desk.zone).lines(field, row.get(side)))

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
