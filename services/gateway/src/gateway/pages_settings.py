"""What a workspace decides about its contacts: admins change it section by section, everybody may read it.

The service keeps the settings as one document under one version. A section is saved into the document of now as long as that section is
still as it was read; what became of the other sections meanwhile is nobody's conflict.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from gateway import forms
from gateway.clients import Answer, UnansweredError
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.views.settings import SECTIONS, TABS, Section, sources
from gateway.views.settings.fields import TYPES, WITH_OPTIONS
from gateway.views.settings.sections import Step, differences
from gateway.views.settings.statuses import Statuses, demandable
from shared.auth import Role
from shared.problem import Problem

PATH = "/v1/contacts/settings"
ATTEMPTS = 3
"""So many others may save another section in between."""
SILENT = "The contacts service does not answer. Nothing was saved; try again in a moment."

router = APIRouter(prefix="/settings", include_in_schema=False)


async def _section(section: str) -> type[Section]:
    if section not in SECTIONS:
        raise Problem(404, "not-found", "There are no such settings.")
    return SECTIONS[section]


Kind = Annotated[type[Section], Depends(_section)]


@router.get("")
async def settings() -> Response:
    return RedirectResponse(f"/settings/{next(iter(SECTIONS))}", 303)


@router.get("/{section}")
async def read(desk: Reading, section: str, kind: Kind) -> Response:
    """A section as it is."""
    try:
        document = await _document(desk)
    except UnansweredError as error:
        return desk.render("settings.html", {"section": section, "tabs": TABS, "shown": None, "heard": desk.heard(error.heard_at)})
    context = await _context(desk, section, document, kind.of(document))
    return desk.render("settings.html", {**context, "tabs": TABS, "heard": ""})


@router.post("/{section}/step")
async def step(desk: Writing, section: str, kind: Kind, posted: Posted) -> Response:
    """The form with one row more or fewer, or in another order; nothing is saved."""
    taken = Step.of(next(iter(posted.get("step", ())), ""))
    shown = kind.typed(posted).stepped(taken)
    try:
        document = await _document(desk)
    except UnansweredError as error:
        raise error.problem() from error
    return await _form(desk, section, document, shown, base=_base(posted), focus=taken)


@router.post("/{section}")
async def save(desk: Writing, section: str, kind: Kind, posted: Posted) -> Response:
    """Into the settings of now. What is wrong stands at its field; what somebody else changed meanwhile beside what was typed."""
    mine, drop = kind.typed(posted), [("drop_used", "true")] if "drop_used" in posted else []
    try:
        for _ in range(ATTEMPTS):
            document = await _document(desk)
            if kind.base(document) != _base(posted):
                theirs = differences(mine, kind.of(document))
                return await _form(desk, section, document, mine, theirs=theirs, status_code=409)
            answer = await desk.ask(desk.services.contacts, "PUT", PATH, body=mine.within(document), query=drop)
            if not _is(answer, "stale-version"):
                break
    except UnansweredError:
        return await _form(desk, section, {}, mine, base=_base(posted), problem=SILENT, status_code=422)
    if answer.ok:
        return await _form(desk, section, answer.body, kind.of(answer.body), saved=True)
    more: dict[str, Any] = {"uses": answer.body.get("uses") or ()} if _is(answer, "field-in-use") else {}
    if not more:
        more = {"problem": forms.first_problem(answer.body), "errors": _errors(answer.body)}
    return await _form(desk, section, document, mine, base=_base(posted), status_code=422, **more)


async def _document(desk: Desk) -> Mapping[str, Any]:
    answer = await desk.ask(desk.services.contacts, "GET", PATH)
    if not answer.ok or not isinstance(answer.body, dict):
        raise desk.services.contacts.silent("broken")
    return answer.body


def _base(posted: Mapping[str, list[str]]) -> str:
    return next(iter(posted.get("base", ())), "")


def _is(answer: Answer, slug: str) -> bool:
    return answer.status == 409 and isinstance(answer.body, dict) and answer.body.get("type") == f"urn:problem:{slug}"


def _errors(body: Any) -> dict[str, str]:
    """Messages by the path of their field."""
    said = (body.get("errors") or ()) if isinstance(body, Mapping) else ()
    return {str(error.get("field") or "").removeprefix("body."): str(error.get("message") or "") for error in said}


async def _form(desk: Desk, section: str, document: Mapping[str, Any], shown: Section, **more: Any) -> Response:
    status_code = more.pop("status_code", 200)
    context = await _context(desk, section, document, shown)
    return desk.render("partials/settings/form.html", {**context, **more}, status_code=status_code)


async def _context(desk: Desk, section: str, document: Mapping[str, Any], shown: Section) -> dict[str, Any]:
    return {
        "section": section,
        "shown": shown,
        "base": type(shown).base(document),
        "may_change": desk.session.role.covers(Role.ADMIN),
        "problem": "",
        "errors": {},
        "theirs": (),
        "uses": (),
        "saved": False,
        "focus": Step("", ""),
        "types": TYPES,
        "with_options": WITH_OPTIONS,
        "source_types": sources.TYPES,
        "trusts": sources.TRUST,
        "members": await desk.owners(),
        "demandable": demandable(document, shown) if isinstance(shown, Statuses) else {},
    }
