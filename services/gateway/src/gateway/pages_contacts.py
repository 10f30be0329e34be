"""The list of contacts, and the drawer that makes a new one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from gateway import checking, forms
from gateway.clients import UnansweredError
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.fields import known_by
from gateway.forms import NewContact
from gateway.pages_companies import accounts_named
from gateway.pages_details import around
from gateway.pages_people import holders_of
from gateway.pages_typed import new_contact
from gateway.views import contact as contact_view
from gateway.views.viewing import NOBODY

ROWS = "50"
FEW_ROWS = "5"
"""Where contacts are so large that more are too long an answer."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> Response:
    return RedirectResponse("/contacts", 303)


@router.get("/contacts")
async def contacts(desk: Reading, q: str = "", cursor: str = "") -> Response:
    """The list; a search or a further page comes as the part of it that changes."""
    asked = desk.listed(desk.services.contacts, "/v1/contacts", {"q": q.strip(), "cursor": cursor}, rows=ROWS, few=FEW_ROWS)
    found, members = await asyncio.gather(asked, desk.members())
    rows = [contact_view.person(item, members, desk.now, desk.zone) for item in (found or {}).get("items", ())]
    context = {"q": q.strip(), "rows": rows, "next_cursor": (found or {}).get("next_cursor"), "failed": found is None, "heard": ""}
    context["known_by"] = known_by()
    if found is None:
        context["heard"] = desk.heard(desk.services.contacts.heard_at)
    if desk.wants_part:
        return desk.render("partials/rows.html" if cursor else "partials/results.html", context)
    return desk.render("contacts.html", context)


@router.get("/contacts/new")
async def empty(desk: Writing) -> Response:
    """An empty form, owned by who opens it."""
    subject = desk.session.identity.subject
    new = await new_contact(desk, {"owner_id": [subject if subject in await desk.owners() else ""]})
    begun = {field.control(part): texts for field in new.custom for part, texts in field.how.written(field.default).items()}
    return await _form(desk, replace(new, typed={**new.typed, **begun}))


@router.get("/contacts/accounts")
async def accounts(desk: Writing, company: str = "") -> Response:
    """Accounts to choose from while the company is typed."""
    return desk.render("partials/account_options.html", {"names": list(await accounts_named(desk, company))})


@router.post("/contacts/look-alikes")
async def look_alikes_while_typing(desk: Writing, form: Posted) -> Response:
    """Who is here already and looks like what has been typed so far."""
    new = NewContact(form)
    context = await checking.shown(desk, new.candidate() if new.worth_checking else None)
    return desk.render("partials/look_alikes.html", context)


@router.post("/contacts")
async def create(desk: Writing, form: Posted) -> Response:
    """A new contact, and on to its page; or the form again with what was typed and what is wrong with it.

    Where somebody has the email already, it is created anyway only with a reason.
    """
    new = await new_contact(desk, form)
    reason = forms.one(form, "reason").strip()
    if errors := new.faults():
        return await _form(desk, new.again(), errors=errors, problem="Some fields can’t be read.", status_code=422)
    account_id = (await accounts_named(desk, new.text("company"))).get(new.text("company"))
    anyway = {"anyway": {"reason": reason}} if reason else {}
    try:
        headers = {"idempotency-key": new.once}
        answer = await desk.ask(desk.services.contacts, "POST", "/v1/contacts", body={**new.draft(account_id), **anyway}, headers=headers)
    except UnansweredError:
        # the same key again: should it have been saved after all, the next try finds it
        problem = "The contacts service does not answer. Nothing was lost; try again in a moment."
        return await _form(desk, new, problem=problem, status_code=422)
    if answer.ok:
        path = f"/contacts/{quote(str(answer.body['id']), safe='')}"
        return Response(status_code=204, headers={"HX-Trigger": "typed-done", "HX-Redirect": path})
    body = answer.body if isinstance(answer.body, Mapping) else {}
    errors, problem = forms.errors_in_drawer(body), forms.first_problem(body)
    taken = await holders_of(desk, body)
    if taken and "anyway" in form:
        errors["reason"] = "A reason is needed: why do both have this address?"
    return await _form(desk, new.again(), errors=errors, problem=problem, taken=taken, status_code=answer.status)


async def _form(desk: Desk, new: NewContact, **more: Any) -> Response:
    """The drawer. With a refusal, every message stands at its field, and there are three ways on with who has the email already."""
    status_code, known = more.pop("status_code", 200), await around(desk)
    context = {
        "new": new,
        "options": {field.name: known.options(field, {}, field.typed(new.typed)) for field in new.fields},
        "reached": forms.REACHED,
        "labels": {**forms.LABELS, "reason": "Reason", **{field.name: field.label for field in new.custom}},
        "errors": {},
        "problem": "",
        "taken": NOBODY,
        "reason": forms.one(new.typed, "reason"),
        **more,
    }
    return desk.render("partials/new_contact.html", context, status_code=status_code)
