"""Records that are one person, side by side: who stays, what is kept of whom, what it comes to; then it is done in one step.

The services are asked anew for every look, so the page never shows a comparison of what is no more. Choices travel in the form.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway import forms, saving
from gateway.clients import UnansweredError
from gateway.compose import Part
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.merge_preview import Preview, Wish, previewed
from gateway.views import contact as contact_view
from gateway.views import holdings, merging
from gateway.views.clusters import MOST_COMPARED
from gateway.views.values import Glossary, labels_in
from shared.problem import Problem

PAIRS = "200"
SILENT = "The contacts service does not answer. Whether it was done can't be told yet: try again, it is not done twice."

router = APIRouter(prefix="/merge", include_in_schema=False)


@router.get("")
async def compare(desk: Reading, ids: Annotated[str, Query(max_length=3_000)] = "", survivor: str = "") -> Response:
    """The whole page. The first of the ids stays unless somebody says otherwise."""
    wanted = list(dict.fromkeys(filter(None, ids.split(","))))
    if not 2 <= len(wanted) <= MOST_COMPARED:
        raise Problem(400, "bad-selection", f"Select two to {MOST_COMPARED} contacts to compare them.")
    context = await _shown(desk, wanted, survivor, {})
    return desk.render("merge.html", context)


@router.post("/compare")
async def another_survivor(desk: Reading, posted: Posted) -> Response:
    """The comparison seen from another record; what was chosen on purpose stays chosen."""
    return desk.render("partials/merge/form.html", await _asked(desk, posted))


@router.post("/result")
async def result(desk: Reading, posted: Posted) -> Response:
    """What it comes to with the choices made so far. Nothing is written."""
    return desk.render("partials/merge/result.html", await _asked(desk, posted))


@router.post("")
async def merge(desk: Writing, posted: Posted) -> Response:
    """It is done, and on to where it can be undone; or the comparison again, with what changed meanwhile and every choice."""
    wish = _wish(posted)
    body = {**wish.model_dump(mode="json"), "versions": _versions(posted)}
    if reason := forms.one(posted, "reason").strip():
        body["reason"] = reason
    headers = {"idempotency-key": forms.one(posted, "once")}
    try:
        answer = await desk.ask(desk.services.contacts, "POST", "/v1/contacts/merges", body=body, headers=headers)
    except UnansweredError:
        return desk.render("partials/merge/form.html", await _asked(desk, posted, problem=SILENT, again=True), status_code=422)
    if answer.ok:
        return Response(status_code=204, headers={"HX-Redirect": f"/merges/{quote(str(answer.body['id']), safe='')}?done=1"})
    context = await _asked(desk, posted, problem=forms.first_problem(answer.body))
    if answer.status == 409 and (changed := await _changed(desk, posted)):
        context |= {"problem": "", "changed": changed}
    return desk.render("partials/merge/form.html", context, status_code=409 if answer.status == 409 else 422)


@router.post("/apart")
async def apart(desk: Writing, posted: Posted) -> Response:
    """One of them is somebody else: they are not suspected again, and the others are still compared."""
    ids, other = posted.get("ids", []), forms.one(posted, "apart")
    rest = [one for one in ids if one != other]
    problem, count = await _told_apart(desk, other, rest)
    if problem or len(rest) < 2:
        context = {"problem": problem, "count": count, "people": await asyncio.gather(*(_person(desk, one) for one in ids)), "ids": ids}
        return desk.render("partials/merge/apart.html", context, status_code=422 if problem else 200)
    person = await _person(desk, other)
    survivor = forms.one(posted, "survivor")
    context = await _shown(desk, rest, survivor if survivor != other else rest[0], merging.choices(posted))
    context["told_apart"] = person.name if person else "The record"
    headers = {"HX-Replace-Url": "/merge?" + urlencode({"ids": ",".join(rest)}, safe=",")}
    return desk.render("partials/merge/form.html", context, headers=headers)


async def _told_apart(desk: Desk, other: str, rest: Sequence[str]) -> tuple[str, int]:
    """Every suspected pair of one record with the others is dismissed: what went wrong, and how many there were."""
    dedupe, silent = desk.services.dedupe, "The match service does not answer. Nothing was noted; try again in a moment."
    try:
        found = await desk.ask(dedupe, "GET", "/v1/duplicates/pairs", query=[("contact_id", other), ("limit", PAIRS)])
        if not found.ok:
            return silent, 0
        pairs = [pair for pair in found.body["items"] if any({one, other} == {each["id"] for each in pair["contacts"]} for one in rest)]
        for pair in pairs:
            path = f"/v1/duplicates/pairs/{quote(str(pair['id']), safe='')}/dismiss"
            answer = await desk.ask(dedupe, "POST", path, body={"reason": "not_the_same_person"})
            if not answer.ok:
                return forms.first_problem(answer.body), 0
    except UnansweredError:
        return silent, 0
    return "", len(pairs)


def _wish(posted: Mapping[str, Sequence[str]], survivor: str = "", choices: Mapping[str, str] | None = None) -> Wish:
    ids = posted.get("ids", ())
    survivor = survivor or forms.one(posted, "survivor")
    if survivor not in ids or not 2 <= len(ids) <= MOST_COMPARED:
        raise Problem(400, "bad-selection", "Somebody of those compared has to stay.")
    chosen = merging.choices(posted) if choices is None else choices
    return Wish(survivor_id=survivor, merged_ids=tuple(one for one in ids if one != survivor), choices=chosen)


def _versions(posted: Mapping[str, Sequence[str]]) -> dict[str, int]:
    said = {one: forms.one(posted, f"version.{one}") for one in posted.get("ids", ())}
    return {one: int(version) for one, version in said.items() if version.isdecimal()}


async def _asked(desk: Desk, posted: Mapping[str, list[str]], *, again: bool = False, **more: Any) -> dict[str, Any]:
    """As the form says. `again`: the same request is to be sent once more, so that what was done is not done twice."""
    wish = _wish(posted)
    context = await _shown(desk, posted["ids"], wish.survivor_id, wish.choices)
    context |= {"reason": forms.one(posted, "reason"), **more}
    return context | ({"once": forms.one(posted, "once")} if again else {})


async def _shown(desk: Desk, ids: Sequence[str], survivor: str, choices: Mapping[str, str]) -> dict[str, Any]:
    """Everything the comparison needs, asked for at once."""
    wish = _wish({"ids": ids}, survivor or ids[0], choices)
    about = [desk.about(one) for one in ids]
    subject = desk.session.identity.subject
    members, decided, contacts, verdicts, preview = await asyncio.gather(
        desk.members(),
        desk.decided(),
        asyncio.gather(*(one.contact() for one in about)),
        asyncio.gather(*(one.verdict("sales", "email", subject) for one in about)),
        _previewed(desk, wish),
    )
    known: dict[str, Any] = preview.model_dump() if preview else {"contact": None, "fields": (), "moves": None}
    moves = known["moves"]
    people = {one: _column(desk, part, members) for one, part in zip(ids, contacts, strict=True)}
    said = {one: (verdict.data if verdict.known else None) for one, verdict in zip(ids, verdicts, strict=True)}
    return {
        "ids": ids,
        "people": people,
        "survivor": wish.survivor_id,
        "versions": {one: part.data["version"] for one, part in zip(ids, contacts, strict=True) if part.known},
        "compared": merging.compared(
            known["fields"], ids, wish.choices, wish.survivor_id, Glossary(members, desk.zone, labels_in(decided))
        ),
        "affected": merging.affected(said),
        "counts": {one: holdings.counts(kinds, moves["open"][one]) for one, kinds in (moves["per_contact"] or {}).items()} if moves else {},
        "moved": holdings.counts(moves["in_all"] or {}) if moves else (),
        "moves_known": bool(moves) and moves["status"] == "ok",
        "moves_heard": desk.heard(moves["as_of"]) if moves else "",
        "outcome": contact_view.person(known["contact"], members, desk.now, desk.zone) if known["contact"] else None,
        "heard": desk.heard(desk.services.contacts.heard_at),
        "problem": "",
        "changed": {},
        "told_apart": "",
        "reason": "",
        "once": uuid.uuid4().hex,
    }


async def _previewed(desk: Desk, wish: Wish) -> Preview | None:
    """None while the contacts service is silent; its refusal is the answer to the whole page."""
    try:
        return await previewed(desk.services, desk.headers, wish, desk.parts.settings.page_timeout_s)
    except UnansweredError:
        return None


def _column(desk: Desk, part: Part, members: Mapping[str, str]) -> contact_view.Person | None:
    return contact_view.person(part.data, members, desk.now, desk.zone) if part.known else None


async def _person(desk: Desk, contact_id: str) -> contact_view.Person | None:
    return _column(desk, await desk.about(contact_id).contact(), await desk.members())


async def _changed(desk: Desk, posted: Mapping[str, list[str]]) -> dict[str, list[tuple[str, str, str]]]:
    """What became of each record since the page was filled: by contact, field, value now and who did it."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    glossary = Glossary(await desk.members(), desk.zone, labels_in(await desk.decided()))
    for contact_id, version in _versions(posted).items():
        try:
            answer = await desk.ask(desk.services.contacts, "GET", saving.path_of(contact_id, "history"))
        except UnansweredError:
            continue
        rows = answer.body["items"] if answer.ok else []
        if since := merging.changed_since(rows, version, glossary):
            found[contact_id] = since
    return found
