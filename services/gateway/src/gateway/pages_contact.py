"""A contact's page: the whole, and the parts of it that change on their own. Activity and notes are in files beside this one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import (
    pages_activity,
    pages_addresses,
    pages_alike,
    pages_companies,
    pages_details,
    pages_entries,
    pages_history,
    pages_life,
    pages_look_alikes,
    pages_notes,
    pages_typed,
)
from gateway.compose import Channel, Part, Purpose
from gateway.desk import Desk, Reading
from gateway.views import verdict as verdict_view
from gateway.views.timeline import EVERYTHING
from gateway.views.viewing import whom_to_ask

CHANNEL: Channel = "email"

router = APIRouter(prefix="/contacts/{contact_id}", include_in_schema=False)
for part_of_it in (
    pages_activity,
    pages_addresses,
    pages_alike,
    pages_companies,
    pages_details,
    pages_entries,
    pages_history,
    pages_life,
    pages_look_alikes,
    pages_notes,
    pages_typed,
):
    router.include_router(part_of_it.router)


@router.get("")
async def contact(desk: Reading, contact_id: str, purpose: Purpose = "sales", tab: str = "activity", merged: str = "") -> Response:
    """The whole page. A merged-away id leads to the survivor's page, which says so."""
    about = desk.about(contact_id)
    subject = desk.session.identity.subject
    question = pages_activity.question(EVERYTHING)
    page, members = await asyncio.gather(about.page(purpose, CHANNEL, subject, question), desk.members())
    activity = pages_activity.shown(desk, contact_id, page.timeline, members, EVERYTHING)
    context = {
        **await pages_details.shown(desk, contact_id, page.contact),
        "moved_from": merged,
        **await pages_look_alikes.shown(desk, contact_id, page.duplicates, members),
        "chip": False,
        **_verdict(desk, page.verdict, members, purpose),
        **(await pages_notes.notes(desk, contact_id) if tab == "notes" else activity),
    }
    return desk.render("contact.html", context)


@router.get("/pane")
async def pane(desk: Reading, contact_id: str, tab: str = "activity") -> Response:
    """One tab of the left side."""
    if tab == "notes":
        return desk.render("partials/pane.html", await pages_notes.notes(desk, contact_id))
    return desk.render("partials/pane.html", await pages_activity.newest(desk, contact_id, EVERYTHING))


@router.get("/verdict")
async def verdict(desk: Reading, contact_id: str, purpose: Purpose = "sales", seen: str = "") -> Response:
    """The guard's panel for a purpose, and the chip in the header with it; 204 while it says what the page has `seen`."""
    about = desk.about(contact_id)
    part, members = await asyncio.gather(about.verdict(purpose, CHANNEL, desk.session.identity.subject), desk.members())
    context = {"contact_id": contact_id, **_verdict(desk, part, members, purpose)}
    if seen and seen == context["verdict_seen"]:
        return Response(status_code=204)
    return desk.render("partials/verdict.html", {**context, "oob": True})


def _verdict(desk: Desk, part: Part, members: Mapping[str, str], purpose: str) -> dict[str, Any]:
    if part.known:
        shown = verdict_view.verdict(part.data, members, desk.now, desk.zone)
        said = [shown.word, shown.sentence, *(f"{line.check}{line.severity}{line.sentence}" for line in shown.lines)]
    elif part.withheld:
        shown = verdict_view.withheld(whom_to_ask(part.data["owner_id"], members))
        said = [shown.sentence]
    else:
        shown = verdict_view.unknown(desk.heard(part.as_of))
        said = ["unknown"]
    seen = hashlib.sha256("|".join(said).encode()).hexdigest()[:16]
    return {"verdict": shown, "verdict_seen": seen, "purpose": purpose, "purposes": verdict_view.PURPOSES, "oob": False}
