"""Merges that were done: what each came to, and the way back while there is one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form
from starlette.responses import Response

from gateway import forms
from gateway.clients import Answer, UnansweredError
from gateway.compose import refusal
from gateway.desk import Desk, Reading, Writing
from gateway.views import contact as contact_view
from gateway.views import holdings, merging, timeline, viewing, words
from gateway.views.values import Glossary, labels_in

SILENT = "The contacts service does not answer. Whether it was undone can't be told yet: look again in a moment."
STAYED_SHOWN = "50"

router = APIRouter(prefix="/merges", include_in_schema=False)


@router.get("")
async def of_contact(desk: Reading, contact_id: str) -> Response:
    """The merges a contact came out of, for its page; nothing where there are none or nobody says."""
    try:
        answer = await desk.ask(desk.services.contacts, "GET", "/v1/contacts/merges", query=[("contact_id", contact_id)])
    except UnansweredError:
        return Response(status_code=204)
    members = await desk.members()
    names = answer.body.get("names") or {} if answer.ok else {}
    merges = [_merge(desk, {**item, "names": names}, members) for item in answer.body["items"]] if answer.ok else []
    return desk.render("partials/merge/list.html", {"merges": merges}) if merges else Response(status_code=204)


@router.get("/{merge_id}")
async def done(desk: Reading, merge_id: str, done: str = "") -> Response:
    """One merge. `done` right after it: then the page confirms it."""
    try:
        answer = await desk.ask(desk.services.contacts, "GET", _path(merge_id))
    except UnansweredError as error:
        raise error.problem() from error
    if not answer.ok:
        raise refusal(answer)
    merge = _merge(desk, answer.body, await desk.members())
    return desk.render("merged.html", {"merge": merge, "confirmed": bool(done), "problem": "", "undone": None})


@router.post("/{merge_id}/undo")
async def undo(desk: Writing, merge_id: str, reason: Annotated[str, Form(max_length=500)] = "") -> Response:
    """Everybody where they were; what stays on the survivor and what was not touched because somebody edited it since is listed."""
    body = {"reason": reason.strip()} if reason.strip() else {}
    try:
        answer = await desk.ask(desk.services.contacts, "POST", f"{_path(merge_id)}/undo", body=body)
    except UnansweredError:
        return await _refused(desk, merge_id, SILENT)
    if not answer.ok:
        return await _refused(desk, merge_id, forms.first_problem(answer.body))
    members = await desk.members()
    merge = _merge(desk, answer.body, members)
    return desk.render(
        "partials/merge/done.html", {"merge": merge, "confirmed": False, "problem": "", **await _undone(desk, answer, members)}
    )


async def _refused(desk: Desk, merge_id: str, problem: str) -> Response:
    """The merge as it is by now, with why it was not undone."""
    try:
        answer = await desk.ask(desk.services.contacts, "GET", _path(merge_id))
    except UnansweredError as error:
        raise error.problem() from error
    if not answer.ok:
        raise refusal(answer)
    context = {"merge": _merge(desk, answer.body, await desk.members()), "confirmed": False, "problem": problem, "undone": None}
    return desk.render("partials/merge/done.html", context, status_code=422)


async def _undone(desk: Desk, answer: Answer, members: Mapping[str, str]) -> dict[str, Any]:
    """What the undo came to."""
    body = answer.body
    since = [("from", str(body["at"])), ("limit", STAYED_SHOWN)]
    part = await desk.about(str(body["survivor_id"])).timeline(since)
    items = [item for item in (part.data["items"] if part.known else ()) if item.get("kind") not in holdings.OF_THE_RECORD]
    stayed = [entry for item in items if (entry := timeline.entry(item, members, desk.zone)) is not None]
    names = {str(each["id"]): contact_view.full_name(each) for each in (body["contact"], *body["restored"])}
    return {
        "undone": names,
        "restored": {str(each["id"]): names[str(each["id"])] for each in body["restored"]},
        "conflicts": merging.conflicts(body.get("conflicts") or (), Glossary(members, desk.zone, labels_in(await desk.decided()))),
        "held": viewing.held_by(body.get("hidden") or (), members),
        "stayed": stayed,
        "stayed_more": part.known and bool(part.data.get("next_cursor")),
        "stayed_heard": "" if part.known else desk.heard(part.as_of),
    }


def _merge(desk: Desk, body: Mapping[str, Any], members: Mapping[str, str]) -> dict[str, Any]:
    """A merge in words."""
    until, undone = words.moment(body.get("undo_until")), words.moment(body.get("undone_at"))
    by, at = str(body.get("by") or ""), words.moment(body.get("at"))
    survivor, names = body.get("contact") or {}, body.get("names") or {}
    return {
        "id": str(body["id"]),
        "survivor_id": str(body["survivor_id"]),
        "survivor": contact_view.full_name(survivor) if survivor else "",
        "merged": {str(one): str(names.get(one) or "A record without a name") for one in body.get("merged_ids") or ()},
        "by": members.get(by, by),
        "at": words.when(at, max(at, desk.now), desk.zone) if at else "",
        "undone": words.when(undone, max(undone, desk.now), desk.zone) if undone else "",
        "until": f"{until.astimezone(desk.zone):%-d %B %Y}" if until else "",
        "undoable": undone is None and until is not None and desk.now <= until,
    }


def _path(merge_id: str) -> str:
    return f"/v1/contacts/merges/{quote(merge_id, safe='')}"
