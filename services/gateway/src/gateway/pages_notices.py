"""What the person signed in is to know: whom they look after from now on, and whom no longer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway.clients import UnansweredError
from gateway.desk import Desk, Reading
from gateway.views import notices as notices_view

PATH = "/v1/contacts/notices"
ROWS = "30"

router = APIRouter(prefix="/notices", include_in_schema=False)


@router.get("")
async def notices(desk: Reading, cursor: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    context = await _notices(desk, cursor)
    return desk.render("partials/notices/items.html" if cursor and desk.wants_part else "notices.html", context)


@router.get("/count")
async def count(desk: Reading) -> Response:
    return await desk.badge(desk.services.contacts, PATH, "unread", key="unread", query=[("limit", "1")])


@router.post("/read")
async def read(desk: Reading) -> Response:
    """All of them are read; a viewer has notices too."""
    try:
        answer = await desk.ask(desk.services.contacts, "POST", f"{PATH}/read", body={})
    except UnansweredError as error:
        raise error.problem() from error
    context = await _notices(desk)
    headers = {"HX-Trigger": "notices-changed"}
    return desk.render("partials/notices/list.html", context, status_code=200 if answer.ok else 422, headers=headers)


async def _notices(desk: Desk, cursor: str = "") -> dict[str, Any]:
    query = [("limit", ROWS), *([("cursor", cursor)] if cursor else [])]
    unknown = {"notices": (), "unread": 0, "next_cursor": None, "unknown": True, "heard": desk.heard(desk.services.contacts.heard_at)}
    try:
        answer = await desk.ask(desk.services.contacts, "GET", PATH, query=query)
    except UnansweredError:
        return unknown
    if not answer.ok:
        return unknown
    members = await desk.members()
    shown = [notices_view.notice(item, members, desk.now, desk.zone) for item in answer.body["items"]]
    unread = answer.body.get("unread", 0)
    return {**unknown, "notices": shown, "unread": unread, "next_cursor": answer.body.get("next_cursor"), "unknown": False}
