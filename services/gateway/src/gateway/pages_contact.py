"""A contact's page: the whole, and the parts of it that change on their own. Activity and notes are in files beside this one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from gateway import forms, pages_activity, pages_notes
from gateway.clients import UnansweredError
from gateway.compose import Channel, Part, Purpose
from gateway.desk import Desk, Reading, Writing
from gateway.pages_contacts import person_of
from gateway.views import contact as contact_view
from gateway.views import look_alikes
from gateway.views import verdict as verdict_view
from gateway.views.timeline import EVERYTHING

CHANNEL: Channel = "email"

router = APIRouter(prefix="/contacts/{contact_id}", include_in_schema=False)
router.include_router(pages_activity.router)
router.include_router(pages_notes.router)


@router.get("")
async def contact(desk: Reading, contact_id: str, purpose: Purpose = "sales", tab: str = "activity", merged: str = "") -> Response:
    """The whole page. A merged-away id leads to the survivor's page, which says so."""
    about = desk.about(contact_id)
    subject = desk.session.identity.subject
    question = pages_activity.question(EVERYTHING)
    page, members = await asyncio.gather(about.page(purpose, CHANNEL, subject, question), desk.members())
    if page.contact.known and (survivor := page.contact.data.get("merged_into") or page.contact.data["id"]) != contact_id:
        return RedirectResponse(f"/contacts/{quote(survivor, safe='')}?merged={quote(contact_id, safe='')}", 303)
    person = contact_view.person(page.contact.data, members, desk.now, desk.zone) if page.contact.known else None
    activity = pages_activity.shown(desk, contact_id, page.timeline, members, EVERYTHING)
    context = {
        "contact_id": contact_id,
        "person": person,
        "moved_from": merged,
        "heard": desk.heard(page.contact.as_of),
        **_pairs(desk, contact_id, page.duplicates, members),
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


@router.get("/pairs")
async def pairs(desk: Reading, contact_id: str) -> Response:
    """Who looks like this contact."""
    part, members = await asyncio.gather(desk.about(contact_id).duplicates(), desk.members())
    return desk.render("partials/pairs.html", {"contact_id": contact_id, **_pairs(desk, contact_id, part, members)})


@router.get("/details")
async def details(desk: Reading, contact_id: str) -> Response:
    part = await desk.about(contact_id).contact()
    person = contact_view.person(part.data, await desk.members(), desk.now, desk.zone) if part.known else None
    return desk.render("partials/details.html", {"contact_id": contact_id, "person": person, "heard": desk.heard(part.as_of)})


@router.get("/edit")
async def edit(desk: Writing, contact_id: str) -> Response:
    person = await person_of(desk, contact_id)
    if person is None:
        return await details(desk, contact_id)
    values = {name: getattr(person, name) or "" for name in forms.DETAILS}
    return await _edit(desk, contact_id, forms.Details(version=person.version, **values))


@router.post("/edit")
async def save(desk: Writing, contact_id: str, form: Annotated[forms.Details, Form()]) -> Response:
    """Saves over the version the form was filled from; if somebody else was faster, theirs is shown beside what was typed."""
    path = f"/v1/contacts/{quote(contact_id, safe='')}"
    try:
        answer = await desk.ask(desk.services.contacts, "PATCH", path, body=form.changes(), headers={"if-match": f'"{form.version}"'})
    except UnansweredError:
        return await _edit(desk, contact_id, form, problem="The contacts service does not answer. Nothing was saved.", status_code=422)
    if answer.ok:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    if answer.status in {409, 412} and (theirs := await person_of(desk, contact_id)) is not None:
        changed = await _theirs(desk, form, theirs)
        newer = form.model_copy(update={"version": theirs.version})
        problem = "Somebody else changed this contact meanwhile."
        return await _edit(desk, contact_id, newer, problem=problem, theirs=changed, status_code=409)
    problem, errors = forms.first_problem(answer.body), forms.errors_by_field(answer.body)
    return await _edit(desk, contact_id, form, problem=problem, errors=errors, status_code=422)


async def _edit(desk: Desk, contact_id: str, form: forms.Details, **more: Any) -> Response:
    status_code = more.pop("status_code", 200)
    context = {"problem": "", "theirs": [], "errors": forms.errors_by_field(None), **more}
    context |= {"contact_id": contact_id, "values": form, "version": form.version, "owners": await desk.owners()}
    return desk.render("partials/edit.html", context, status_code=status_code)


async def _theirs(desk: Desk, form: forms.Details, theirs: contact_view.Person) -> list[tuple[str, str]]:
    """The fields that are other than typed now, in words."""
    members = await desk.members()
    now = {name: getattr(theirs, name) or "" for name in form.changes()}
    return [(forms.LABELS[name], members.get(value, value)) for name, value in now.items() if value != getattr(form, name).strip()]


def _verdict(desk: Desk, part: Part, members: Mapping[str, str], purpose: str) -> dict[str, Any]:
    if part.known:
        shown = verdict_view.verdict(part.data, members, desk.now, desk.zone)
        said = [shown.word, shown.sentence, *(f"{line.check}{line.severity}{line.sentence}" for line in shown.lines)]
    else:
        shown = verdict_view.unknown(desk.heard(part.as_of))
        said = ["unknown"]
    seen = hashlib.sha256("|".join(said).encode()).hexdigest()[:16]
    return {"verdict": shown, "verdict_seen": seen, "purpose": purpose, "purposes": verdict_view.PURPOSES, "oob": False}


def _pairs(desk: Desk, contact_id: str, part: Part, members: Mapping[str, str]) -> dict[str, Any]:
    found = part.data["items"] if part.known else []
    shown = [other for pair in found if (other := look_alikes.from_pair(pair, contact_id, members)) is not None]
    return {"pairs": shown, "pairs_heard": "" if part.known else desk.heard(part.as_of)}
