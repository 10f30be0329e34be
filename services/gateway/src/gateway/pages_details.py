"""The details of a contact's page: every field is edited where it stands, and saved by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import saving
from gateway.compose import Part
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.fields import Field, fields_of
from gateway.forms import errors_of, one
from gateway.kinds import SEVERAL, Typed
from gateway.pages_people import related_to
from gateway.saving import Outcome
from gateway.views import contact as contact_view
from gateway.views.details import Around, Line
from gateway.views.entries import LISTS, rows_of
from shared.problem import Problem

Json = Mapping[str, Any]

router = APIRouter(prefix="/details")


async def around(desk: Desk) -> Around:
    settings, members, owners = await asyncio.gather(desk.decided(), desk.members(), desk.owners())
    return Around(settings, members, owners, desk.zone)


async def shown(desk: Desk, contact_id: str, part: Part) -> dict[str, Any]:
    """What the templates need to show the details; of a contact nobody answers for, that it is unknown."""
    context: dict[str, Any] = {"contact_id": contact_id, "person": None, "lines": (), "heard": desk.heard(part.as_of), "editable": False}
    context |= {"lists": {}, "related": None}
    if part.known:
        known, context["related"] = await asyncio.gather(around(desk), related_to(desk, contact_id, part.data))
        context["person"] = contact_view.person(part.data, known.members, desk.now, desk.zone)
        context["lines"] = known.lines(part.data)
        context["editable"] = desk.session.may_write and not part.data.get("deleted_at")
        context["lists"] = {
            name: {"listing": listing, "rows": rows_of(name, part.data, desk.now, desk.zone)} for name, listing in LISTS.items()
        }
    return context


@router.get("")
async def details(desk: Reading, contact_id: str) -> Response:
    return desk.render("partials/details.html", await shown(desk, contact_id, await desk.about(contact_id).contact()))


@router.get("/line")
async def line(desk: Reading, contact_id: str, field: str) -> Response:
    """A field as it is now: for who leaves it, or takes what somebody else made of it."""
    contact, known = await asyncio.gather(desk.contact(contact_id), around(desk))
    return _line(desk, contact_id, known.line(_field(desk, field, known, contact), contact), contact)


@router.post("/line")
async def save(desk: Writing, contact_id: str, form: Posted) -> Response:
    """One field, over what its form was filled from."""
    known, read_from = await around(desk), one(form, "base")
    field = _field(desk, one(form, "field"), known, {})
    try:
        value = field.how.read(field.typed(form))
    except ValueError as error:
        outcome = Outcome(problem=str(error))
    else:
        outcome = await saving.saved(desk, contact_id, lambda contact: _wish(field, contact, value, form))
    if outcome.saved:
        more: dict[str, Any] = {"typed": _typed(field, form, field.of(outcome.contact), saved=True), "saved": True}
        return _line(desk, contact_id, known.line(field, outcome.contact, **more), outcome.contact, known)
    more = {"typed": _typed(field, form, saving.carried(read_from)), "moved_to": outcome.moved_to}
    if outcome.conflict:
        more["theirs"] = known.text(field, field.of(outcome.contact))
    else:
        more |= {"problem": errors_of(field.name, outcome.errors) or outcome.problem, "base": read_from}
    return _line(desk, contact_id, known.line(field, outcome.contact, **more), outcome.contact, status_code=outcome.status_code)


def _wish(field: Field, contact: Json, value: Any, form: Typed) -> Json | None:
    """Entries of a set come and go whatever else is in it; any other value replaces only the one that was seen."""
    if field.kind in SEVERAL:
        kept = [entry for entry in field.of(contact) or () if entry not in form.get("remove", ())]
        return field.patch(list(dict.fromkeys([*kept, *_added(field, form)])))
    return field.patch(value) if saving.as_read(field.of(contact), one(form, "base")) else None


def _added(field: Field, form: Typed) -> list[str]:
    """Nothing, where an entry is being removed: what is half typed stays where it is."""
    added: list[str] = [] if form.get("remove") else field.how.read({"": form.get("add", ())})
    return added


def _typed(field: Field, form: Typed, value: Any, *, saved: bool = False) -> Typed:
    """What the control holds afterwards: the value that was saved, else what was typed. Of a set, its entries and what is half typed."""
    if field.kind in SEVERAL:
        return {**field.how.written(value), "add": () if saved and not form.get("remove") else form.get("add", ())}
    return field.how.written(value) if saved else field.typed(form)


def _field(desk: Desk, name: str, known: Around, contact: Json) -> Field:
    found = next((field for field in fields_of(known.settings, contact) if field.name == name), None)
    if found is None and not known.settings:
        raise desk.services.contacts.silent("down").problem()
    if found is None:
        raise Problem(404, "not-found", "There is no such field.")
    return found


def _line(desk: Desk, contact_id: str, line: Line, contact: Json, known: Around | None = None, *, status_code: int = 200) -> Response:
    """The line, and when something was saved the header with it."""
    editable = desk.session.may_write and not contact.get("deleted_at")
    context: dict[str, Any] = {"contact_id": contact_id, "line": line, "editable": editable, "person": None}
    if known is not None:
        context["person"] = contact_view.person(contact, known.members, desk.now, desk.zone)
    return desk.render("partials/details/saved_line.html", context, status_code=status_code)
