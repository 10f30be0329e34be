"""Who a contact may be too: the warning on its page, and what somebody says of it there."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from gateway import forms
from gateway.clients import UnansweredError
from gateway.compose import Part
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.tallies import tallied
from gateway.views import holdings, look_alikes, viewing
from gateway.views.clusters import MOST_COMPARED
from gateway.views.rescan import left_out
from gateway.views.viewing import whom_to_ask
from shared.problem import Problem

SILENT = "The match service does not answer. Whether it was noted can't be told yet: look again in a moment."
UNKNOWN = "Whether everybody was compared is unknown: the match service does not say."
NOT_INDEXED = "The match service does not have this contact: it was made a moment ago, or is deleted."
VERDICTS = {
    "dismiss": "Two people. Not suspected again unless what identifies them changes.",
    "confirm": "Noted as one person, to be merged.",
}

router = APIRouter(prefix="/pairs")


@router.get("")
async def pairs(desk: Reading, contact_id: str) -> Response:
    """Who looks like this contact, and the chip in the header that says so."""
    return desk.render("partials/pairs.html", {**await _newest(desk, contact_id), "oob": False, "chip": True})


@router.get("/left-out")
async def not_compared(desk: Reading, contact_id: str) -> Response:
    """With whom this contact could not be compared, as a sentence; nothing where it was with everybody."""
    path = f"/v1/duplicates/contacts/{quote(contact_id, safe='')}/matches"
    try:
        answer = await desk.ask(desk.services.dedupe, "GET", path)
        sentence = left_out(answer.body.get("capped")) if answer.ok else NOT_INDEXED if answer.status == 404 else UNKNOWN
    except UnansweredError:
        sentence = UNKNOWN
    return desk.render("partials/left_out.html", {"left_out": sentence}) if sentence else Response(status_code=204)


@router.post("")
async def decide(desk: Writing, contact_id: str, posted: Posted) -> Response:
    """They are two people, or one after all. Who was told apart leaves the warning."""
    pair_id, verdict = forms.one(posted, "pair"), forms.one(posted, "verdict")
    if not pair_id or verdict not in VERDICTS:
        raise Problem(400, "bad-decision", "That is nothing that can be decided here.")
    try:
        path = f"/v1/duplicates/pairs/{quote(pair_id, safe='')}/{verdict}"
        answer = await desk.ask(desk.services.dedupe, "POST", path, body={})
        problem = "" if answer.ok else forms.first_problem(answer.body)
    except UnansweredError:
        problem = SILENT
    context = {"problem": problem, "sentence": VERDICTS[verdict], "pair_id": pair_id, "told_apart": verdict == "dismiss" and not problem}
    headers = {"HX-Trigger": "duplicates-changed"}
    shown = {**await _newest(desk, contact_id), **context, "oob": True, "chip": True}
    return desk.render("partials/pairs_decided.html", shown, status_code=422 if problem else 200, headers=headers)


async def _newest(desk: Desk, contact_id: str) -> dict[str, Any]:
    part, members = await asyncio.gather(desk.about(contact_id).duplicates(), desk.members())
    return await shown(desk, contact_id, part, members)


async def shown(desk: Desk, contact_id: str, part: Part, members: Mapping[str, str]) -> dict[str, Any]:
    """An answer of the match service as the templates need it, with what is here and what is there (CD10)."""
    found = part.data["items"] if part.known else []
    alike = [other for pair in found if (other := look_alikes.from_pair(pair, contact_id, members)) is not None]
    ids = [contact_id, *(match.contact_id for match in alike)]
    counted = await tallied(desk.services, desk.headers, ids if alike else [], desk.parts.settings.page_timeout_s)
    return {
        "contact_id": contact_id,
        "pairs": alike,
        "more_pairs": part.known and bool(part.data.get("next_cursor")),
        "compared": ids[:MOST_COMPARED],
        "pairs_heard": "" if part.known else desk.heard(part.as_of),
        "pairs_ask": whom_to_ask(part.data["owner_id"], members) if part.withheld else "",
        "unseen": viewing.hidden(part.data.get("hidden") or (), members, more=bool(alike)) if part.known else viewing.NONE,
        "shares": holdings.shares(ids, counted),
        "shares_heard": desk.heard(counted.as_of),
    }
