"""The activity of a contact's page: its lines, as far as they are chosen, and news of them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from gateway.compose import Part
from gateway.desk import Desk, Reading
from gateway.views import timeline
from gateway.views.timeline import Choice
from gateway.views.viewing import whom_to_ask

ENTRIES = "30"

router = APIRouter(prefix="/activity")


async def _choice(request: Request) -> Choice:
    return Choice.of(request.query_params)


Chosen = Annotated[Choice, Depends(_choice)]


@router.get("")
async def activity(desk: Reading, contact_id: str, chosen: Chosen) -> Response:
    """The newest lines."""
    return desk.render("partials/activity.html", await newest(desk, contact_id, chosen))


@router.get("/more")
async def more(desk: Reading, contact_id: str, chosen: Chosen, cursor: str, after_day: str = "") -> Response:
    """The lines after those the page has."""
    older = await newest(desk, contact_id, chosen, cursor)
    if older["failed"]:
        return Response(status_code=503)
    return desk.render("partials/days.html", {**older, "after_day": after_day})


@router.get("/news")
async def news(desk: Reading, contact_id: str, chosen: Chosen, position: str, peek: bool = False) -> Response:
    """204 while nothing came since `position`. Else the newest lines, or, for a reader far down, a `peek`: the bar that says so."""
    updates = await desk.about(contact_id).updates(position)
    if not updates.known and not updates.withheld:
        return Response(status_code=503)
    if updates.known and not updates.data["changed"]:
        return Response(status_code=204)
    headers = {"HX-Trigger": "activity-changed"}
    if peek and updates.known:
        context = {"contact_id": contact_id, "chosen": chosen, "new": updates.data["new"]}
        return desk.render("partials/news.html", context, headers={**headers, "HX-Retarget": "#news", "HX-Reswap": "innerHTML"})
    return desk.render("partials/activity.html", await newest(desk, contact_id, chosen), headers=headers)


def question(chosen: Choice) -> list[tuple[str, str]]:
    """What the timeline's API is asked for the lines chosen."""
    return [("limit", ENTRIES), *chosen.asked]


async def newest(desk: Desk, contact_id: str, chosen: Choice, cursor: str | None = None) -> dict[str, Any]:
    """The newest of the lines chosen, or of those behind a cursor, as the templates need them."""
    place = [("cursor", cursor)] if cursor is not None else []
    part, members = await asyncio.gather(desk.about(contact_id).timeline([*question(chosen), *place]), desk.members())
    return shown(desk, contact_id, part, members, chosen)


def shown(desk: Desk, contact_id: str, part: Part, members: Mapping[str, str], chosen: Choice) -> dict[str, Any]:
    """An answer of the timeline's API as the templates need it."""
    answer: Mapping[str, Any] = part.data if part.known else {}
    return {
        "tab": "activity",
        "contact_id": contact_id,
        "chosen": chosen,
        "failed": not part.known,
        "timeline_heard": desk.heard(part.as_of),
        "timeline_ask": whom_to_ask(part.data["owner_id"], members) if part.withheld else "",
        "days": timeline.days(answer.get("items", ()), members, desk.now.astimezone(desk.zone).date(), desk.zone),
        "after_day": "",
        "never_heard": timeline.never_heard(chosen.chip, answer.get("as_of", {})) if part.known else (),
        "hidden": answer.get("hidden", 0),
        "next_cursor": answer.get("next_cursor"),
        "position": answer.get("position", ""),
    }
