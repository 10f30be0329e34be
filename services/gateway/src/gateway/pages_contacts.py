"""The list of contacts, and the drawer that makes a new one."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from gateway import forms
from gateway.clients import Answer, TooLongError, UnansweredError
from gateway.desk import Desk, Reading, Writing
from gateway.views import contact as contact_view
from gateway.views import look_alikes

ROWS = "50"
FEW_ROWS = "5"
"""Where contacts are so large that more are too long an answer."""
LOOK_ALIKES_SHOWN = 5

router = APIRouter(include_in_schema=False)


@router.get("/")
async def home() -> Response:
    return RedirectResponse("/contacts", 303)


@router.get("/contacts")
async def contacts(desk: Reading, q: str = "", cursor: str = "") -> Response:
    """The list; a search or a further page comes as the part of it that changes."""
    found, members = await asyncio.gather(_found(desk, q.strip(), cursor), desk.members())
    rows = [contact_view.person(item, members, desk.now, desk.zone) for item in found.get("items", ())]
    context = {"q": q.strip(), "rows": rows, "next_cursor": found.get("next_cursor"), "failed": not found, "heard": ""}
    context["known_by"] = forms.known_by()
    if not found:
        context["heard"] = desk.heard(desk.services.contacts.heard_at)
    if desk.wants_part:
        return desk.render("partials/rows.html" if cursor else "partials/results.html", context)
    return desk.render("contacts.html", context)


async def _found(desk: Desk, q: str, cursor: str) -> Mapping[str, Any]:
    """A page of contacts; nothing at all when the service gave none, which is not the same as an empty page."""
    query = [(name, value) for name, value in (("q", q), ("cursor", cursor)) if value]

    async def asked(limit: str) -> Answer:
        return await desk.ask(desk.services.contacts, "GET", "/v1/contacts", query=[("limit", limit), *query])

    try:
        try:
            answer = await asked(ROWS)
        except TooLongError:
            answer = await asked(FEW_ROWS)
    except UnansweredError:
        return {}
    return answer.body if answer.ok else {}


@router.get("/contacts/new")
async def new_contact(desk: Writing) -> Response:
    """An empty form, owned by who opens it."""
    subject = desk.session.identity.subject
    owner_id = subject if subject in await desk.owners() else ""
    return await _form(desk, forms.NewContact(owner_id=owner_id, once=uuid.uuid4().hex))


@router.get("/contacts/accounts")
async def accounts(desk: Writing, company: str = "") -> Response:
    """Accounts to choose from while the company is typed."""
    return desk.render("partials/account_options.html", {"names": list(await _accounts(desk, company))})


async def _accounts(desk: Desk, company: str) -> Mapping[str, str]:
    """Ids by name."""
    if not company.strip():
        return {}
    try:
        answer = await desk.ask(desk.services.contacts, "GET", "/v1/accounts", query=[("q", company.strip()), ("limit", "10")])
    except UnansweredError:
        return {}
    return {str(account["name"]): str(account["id"]) for account in answer.body["items"]} if answer.ok else {}


@router.post("/contacts/look-alikes")
async def look_alikes_while_typing(desk: Writing, form: Annotated[forms.NewContact, Form()]) -> Response:
    """Who is here already and looks like what has been typed so far."""
    context: dict[str, Any] = {"matches": [], "asked": form.worth_checking, "unknown": False, "heard": ""}
    if form.worth_checking:
        try:
            answer = await desk.ask(desk.services.dedupe, "POST", "/v1/duplicates/check", body=form.candidate())
            if not answer.ok:  # nobody was looked for, which is not the same as nobody found
                raise desk.services.dedupe.silent("broken")
            members = await desk.members()
            context["matches"] = [look_alikes.from_match(match, members) for match in answer.body["matches"][:LOOK_ALIKES_SHOWN]]
        except UnansweredError:
            context |= {"unknown": True, "heard": desk.heard(desk.services.dedupe.heard_at)}
    return desk.render("partials/look_alikes.html", context)


async def person_of(desk: Desk, contact_id: str) -> contact_view.Person | None:
    """A contact by id; nobody when it is gone or can't be asked for."""
    try:
        answer = await desk.ask(desk.services.contacts, "GET", f"/v1/contacts/{quote(contact_id, safe='')}")
    except UnansweredError:
        return None
    return contact_view.person(answer.body, await desk.members(), desk.now, desk.zone) if answer.ok else None


@router.post("/contacts")
async def create(request: Request, desk: Writing, form: Annotated[forms.NewContact, Form()]) -> Response:
    """A new contact, and on to its page; or the form again with what was typed and what is wrong with it."""
    account_id = (await _accounts(desk, form.company)).get(form.company.strip())
    headers = {"idempotency-key": form.once} if form.once else {}
    try:
        answer = await desk.ask(desk.services.contacts, "POST", "/v1/contacts", body=form.draft(account_id), headers=headers)
    except UnansweredError:
        # the same key again: should it have been saved after all, the next try finds it
        problem = "The contacts service does not answer. Nothing was lost; try again in a moment."
        return await _form(desk, form, problem=problem, status_code=422)
    if answer.ok:
        return Response(status_code=204, headers={"HX-Redirect": f"/contacts/{quote(str(answer.body['id']), safe='')}"})
    return await _form(desk, form.again(), answer=answer, status_code=answer.status)


async def _form(desk: Desk, form: forms.NewContact, *, answer: Answer | None = None, problem: str = "", status_code: int = 200) -> Response:
    """The drawer. With a refusal, every message stands at its field, and who has the email already can be opened."""
    body = answer.body if answer is not None and isinstance(answer.body, dict) else {}
    errors = forms.errors_by_field(body)
    context = {
        "values": form,
        "errors": errors,
        "labels": forms.LABELS,
        "problem": problem or (forms.first_problem(body) if answer is not None else ""),
        "taken": await _owners_of(desk, body),
        "owners": await desk.owners(),
        "once": form.once,
    }
    return desk.render("partials/new_contact.html", context, status_code=status_code)


async def _owners_of(desk: Desk, body: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Who has the email already: id, name and what else tells who that is."""
    ids = [str(match["contact_id"]) for match in body.get("matches") or ()][:LOOK_ALIKES_SHOWN]
    people = await asyncio.gather(*(person_of(desk, contact_id) for contact_id in ids))
    return [(person.id, person.name, look_alikes.detail(person)) for person in people if person is not None]
