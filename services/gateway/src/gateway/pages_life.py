"""The end of a contact, and its way back: deleted and restored by who may write, erased for ever by admins only."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import saving
from gateway.clients import UnansweredError
from gateway.desk import Desk, Posted, Writing
from gateway.forms import errors_by_path, first_problem, one
from gateway.pages_people import holders_of, person_of
from gateway.views.viewing import NOBODY
from shared.auth import Role
from shared.problem import Problem

router = APIRouter()


@router.get("/delete")
async def asked_to_delete(desk: Writing, contact_id: str) -> Response:
    await desk.about(contact_id).contact()  # raises where there is nothing to delete for who asks
    return await _sheet(desk, contact_id, "deleting")


@router.post("/delete")
async def delete(desk: Writing, contact_id: str) -> Response:
    return await _done(desk, contact_id, "DELETE", "", "deleting")


@router.post("/restore")
async def restore(desk: Writing, contact_id: str) -> Response:
    """As it was; where somebody else has one of its addresses by now, who that is."""
    return await _done(desk, contact_id, "POST", "restore", "restoring")


@router.get("/erase")
async def asked_to_erase(desk: Writing, contact_id: str) -> Response:
    _admins_only(desk)
    return await _sheet(desk, contact_id, "erasing")


@router.post("/erase")
async def erase(desk: Writing, contact_id: str, form: Posted) -> Response:
    """Everything personal about them, everywhere, for ever. The name is typed by hand, and the service compares it."""
    _admins_only(desk)
    typed = {"reason": one(form, "reason").strip(), "confirm": one(form, "confirm").strip()}
    try:
        answer = await desk.ask(desk.services.contacts, "POST", saving.path_of(contact_id, "erase"), body=typed)
    except UnansweredError:
        return await _sheet(desk, contact_id, "erasing", typed=typed, problem=saving.SILENT, status_code=422)
    if answer.ok:
        return Response(status_code=204, headers={"HX-Redirect": "/contacts"})
    errors, problem = errors_by_path(answer.body), first_problem(answer.body)
    return await _sheet(desk, contact_id, "erasing", typed=typed, errors=errors, problem=problem, status_code=422)


async def _done(desk: Desk, contact_id: str, method: str, what: str, sheet: str) -> Response:
    path = saving.path_of(contact_id, *filter(None, [what]))
    try:
        answer = await desk.ask(desk.services.contacts, method, path)
    except UnansweredError:
        return await _sheet(desk, contact_id, sheet, problem=saving.SILENT, status_code=422)
    if answer.ok:
        return Response(status_code=204, headers={"HX-Refresh": "true"})
    problem, taken = first_problem(answer.body), await holders_of(desk, answer.body)
    return await _sheet(desk, contact_id, sheet, problem=problem, taken=taken, status_code=422)


async def _sheet(desk: Desk, contact_id: str, sheet: str, **more: Any) -> Response:
    status_code = more.pop("status_code", 200)
    person = await person_of(desk, contact_id)
    empty = {"problem": "", "taken": NOBODY, "errors": {}, "typed": {"reason": "", "confirm": ""}}
    context = {"contact_id": contact_id, "person": person, **empty, **more}
    return desk.render(f"partials/life/{sheet}.html", context, status_code=status_code)


def _admins_only(desk: Desk) -> None:
    """The service asks again; this keeps the form from who could not send it."""
    if not desk.session.role.covers(Role.ADMIN):
        raise Problem(403, "forbidden", "Only admins erase contacts.", required_role=Role.ADMIN.value)
