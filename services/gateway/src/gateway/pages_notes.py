"""The notes of a contact's page."""

from __future__ import annotations

import asyncio
import uuid
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.responses import Response

from gateway import forms
from gateway.clients import UnansweredError
from gateway.desk import Desk, Writing
from gateway.views import timeline
from gateway.views.viewing import whom_to_ask

router = APIRouter(prefix="/notes")


@router.post("")
async def add(desk: Writing, contact_id: str, text: Annotated[str, Form()] = "", once: Annotated[str, Form()] = "") -> Response:
    """The notes with the new one among them, at once. `once` makes a form sent twice one note."""
    again = ""
    problem = "" if text.strip() else "A note needs some text."
    if not problem:
        path = f"/v1/timeline/{quote(contact_id, safe='')}/notes"
        try:
            headers = {"idempotency-key": once} if once else {}
            answer = await desk.ask(desk.services.timeline, "POST", path, body={"text": text.strip()}, headers=headers)
            problem = "" if answer.ok else forms.first_problem(answer.body)
        except UnansweredError:
            problem = "The note was not saved: the timeline service does not answer. Try again in a moment."
            again = once  # should it have been saved after all, the next try finds it
    context = await notes(desk, contact_id, text if problem else "", problem)
    context |= {"wrote": True, "once": again or context["once"]}
    return desk.render("partials/notes.html", context, status_code=422 if problem else 200)


async def notes(desk: Desk, contact_id: str, text: str = "", problem: str = "") -> dict[str, Any]:
    """The notes, and in their form the text that could not be saved, with why."""
    part, members = await asyncio.gather(desk.about(contact_id).notes(), desk.members())
    return {
        "tab": "notes",
        "contact_id": contact_id,
        "notes": [timeline.note(item, members, desk.now, desk.zone) for item in (part.data["items"] if part.known else ())],
        "failed": not part.known,
        "timeline_heard": desk.heard(part.as_of),
        "timeline_ask": whom_to_ask(part.data["owner_id"], members) if part.withheld else "",
        "note_text": text,
        "note_error": problem,
        "wrote": False,
        "once": uuid.uuid4().hex,
    }
