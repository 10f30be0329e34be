"""An account's page: the people who belong to it, each with their place there."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from gateway.clients import UnansweredError
from gateway.compose import refusal
from gateway.desk import Desk, Reading
from gateway.views import contact as contact_view
from gateway.views.entries import LINKS, row_of

ROWS = "50"

router = APIRouter(prefix="/accounts", include_in_schema=False)


@router.get("/{account_id}")
async def account(desk: Reading, account_id: str, cursor: str = "") -> Response:
    """Everybody who is linked to it, by name; a further page comes as rows."""
    context: dict[str, Any] = {"account_id": account_id, "name": "", "domains": (), "people": [], "next_cursor": None, "heard": ""}
    try:
        context |= await _people(desk, account_id, cursor)
    except UnansweredError as error:
        context["heard"] = desk.heard(error.heard_at)
    return desk.render("partials/account_people.html" if cursor else "account.html", context)


async def _people(desk: Desk, account_id: str, cursor: str) -> dict[str, Any]:
    path = f"/v1/accounts/{quote(account_id, safe='')}"
    known = await desk.ask(desk.services.contacts, "GET", path)
    query = [("limit", ROWS), *([("cursor", cursor)] if cursor else [])]
    linked = await desk.ask(desk.services.contacts, "GET", f"{path}/people", query=query)
    for answer in (known, linked):
        if not answer.ok:
            raise refusal(answer)
    members = await desk.members()
    people = [
        (contact_view.person(each["contact"], members, desk.now, desk.zone), row_of(LINKS, each["link"], desk.now, desk.zone).shown)
        for each in linked.body["items"]
    ]
    domains = tuple(known.body.get("domains") or ())
    return {"name": known.body["name"], "domains": domains, "people": people, "next_cursor": linked.body.get("next_cursor")}
