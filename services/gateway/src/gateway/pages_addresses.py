"""The dialogs about a contact's email addresses: a second one comes, one leaves, one becomes a contact of its own.

Each shows what the address carries before anything is saved. Addresses are asked for in bodies only: a URL is written into logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from gateway import rows, saving
from gateway.clients import Answer, UnansweredError
from gateway.desk import Desk, Posted, Writing
from gateway.forms import errors_by_path, errors_of, first_problem, one
from gateway.kinds import Typed
from gateway.pages_people import holders_of
from gateway.views import addresses as view
from gateway.views import contact as contact_view
from gateway.views.addresses import Weight
from gateway.views.contact import Person
from gateway.views.entries import EMAILS
from gateway.views.viewing import NOBODY

router = APIRouter(prefix="/addresses")


async def weighed(desk: Desk, address: str) -> Weight:
    """What hangs on an address, as far as anybody can say; on a text that is no address yet, nothing."""
    try:
        answer = await desk.ask(desk.services.timeline, "POST", "/v1/timeline/addresses", body={"emails": [address]})
    except UnansweredError:
        return Weight(known=False)
    return view.weight(answer.body, desk.now, desk.zone) if answer.ok else Weight(known=answer.status == 422)


async def warned(desk: Desk, contact_id: str, form: Typed) -> Response | None:
    """What depends on an address that is about to become another one; nothing, where nothing does or who saves has seen it."""
    was = str((saving.carried(one(form, "base")) or {}).get("typed") or "")
    if "sure" in form or not was or was.casefold() == one(form, "typed").strip().casefold():
        return None
    found = await weighed(desk, was)
    if found.nothing:
        return None
    context = {"contact_id": contact_id, "form": {name: one(form, name) for name in ("key", "base", "typed", "purpose")}, "was": was}
    headers = {"HX-Retarget": "#sheet", "HX-Reswap": "innerHTML"}
    return desk.render("partials/details/changing.html", {**context, "weight": found}, headers=headers)


@router.get("/new")
async def new(desk: Writing, contact_id: str) -> Response:
    return await _adding(desk, contact_id, await _of(desk, contact_id), {})


@router.post("/weigh")
async def weigh(desk: Writing, contact_id: str, form: Posted) -> Response:
    """What each choice means for what has been typed so far."""
    return desk.render("partials/details/consequences.html", await _consequences(desk, await _of(desk, contact_id), form))


@router.post("")
async def add(desk: Writing, contact_id: str, form: Posted) -> Response:
    """The address, here or on a contact of its own; the dialog again with what is wrong."""
    person = await _of(desk, contact_id)
    if one(form, "where") in {"same_person", "related"}:
        return await _apart(desk, contact_id, person, form)
    address = one(form, "typed").strip()
    typed = {"typed": address, "purpose": one(form, "purpose"), **({"primary": True} if form.get("primary") else {})}
    outcome = await saving.saved(
        desk, contact_id, lambda contact: EMAILS.changed(contact, "", "", typed), reason=one(form, "reason").strip()
    )
    if outcome.saved:
        return await rows.answered(desk, contact_id, EMAILS, outcome.contact, saved=address, headers=_in_the_page())
    problem = errors_of("emails", outcome.errors) or outcome.problem
    return await _adding(desk, contact_id, person, form, problem=problem, taken=await holders_of(desk, outcome.taken), status_code=422)


async def _apart(desk: Desk, contact_id: str, person: Person, form: Typed) -> Response:
    named = {name: text for name in ("first_name", "last_name") if (text := one(form, name).strip())}
    body: dict[str, Any] = {
        **named,
        "emails": [{"typed": one(form, "typed").strip(), "purpose": one(form, "purpose"), "primary": True}],
        "relations": [{"contact_id": contact_id, "kind": one(form, "where")}],
    }
    if person.owner_id in await desk.owners():
        body["owner_id"] = person.owner_id
    if reason := one(form, "reason").strip():
        body["anyway"] = {"reason": reason}
    try:
        answer = await desk.ask(desk.services.contacts, "POST", "/v1/contacts", body=body)
    except UnansweredError:
        return await _adding(desk, contact_id, person, form, problem=saving.SILENT, status_code=422)
    if answer.ok:
        return _on_to(str(answer.body["id"]))
    return await _refused(desk, contact_id, person, form, answer)


async def _refused(desk: Desk, contact_id: str, person: Person, form: Typed, answer: Answer) -> Response:
    errors = errors_by_path(answer.body)
    problem = errors_of("emails", errors) or errors_of("first_name", errors) or first_problem(answer.body)
    return await _adding(desk, contact_id, person, form, problem=problem, taken=await holders_of(desk, answer.body), status_code=422)


async def _adding(desk: Desk, contact_id: str, person: Person, form: Typed, **more: Any) -> Response:
    status_code = more.pop("status_code", 200)
    context = {"contact_id": contact_id, "problem": "", "taken": NOBODY, **more, **await _consequences(desk, person, form)}
    context["typed"] = {name: one(form, name) for name in ("typed", "primary", "reason")} | {
        "purpose": one(form, "purpose") or "work",
        "where": one(form, "where") or "here",
        "first_name": one(form, "first_name") or ("" if form else person.first_name),
        "last_name": one(form, "last_name") or ("" if form else person.last_name),
    }
    return desk.render("partials/details/adding.html", {**context, "purposes": EMAILS.purposes}, status_code=status_code)


async def _consequences(desk: Desk, person: Person, form: Typed) -> dict[str, Any]:
    """Asked for once there is an address to ask about."""
    typed = one(form, "typed").strip()
    if "@" not in typed:
        return {"here": (), "apart": ()}
    found = await weighed(desk, typed)
    primary = bool(form.get("primary"))
    return {"here": view.here(person, one(form, "purpose"), found, primary=primary), "apart": view.apart(person, found)}


@router.post("/leaving")
async def leaving(desk: Writing, contact_id: str, form: Posted) -> Response:
    """What an address takes with it when it is removed, or split off."""
    return await _leaving(desk, contact_id, form)


async def _leaving(desk: Desk, contact_id: str, form: Typed, *, problem: str = "", status_code: int = 200) -> Response:
    person, was = await _of(desk, contact_id), str((saving.carried(one(form, "base")) or {}).get("typed") or "")
    context = {
        "contact_id": contact_id,
        "person": person,
        "was": was,
        "form": {name: one(form, name) for name in ("key", "base")},
        "split": bool(form.get("split")),
        "names": {name: one(form, name) if name in form else getattr(person, name) for name in ("first_name", "last_name")},
        "relation": one(form, "relation") or "related",
        "weight": await weighed(desk, was),
        "problem": problem,
    }
    return desk.render("partials/details/leaving.html", context, status_code=status_code)


@router.post("/split")
async def split(desk: Writing, contact_id: str, form: Posted) -> Response:
    """A contact of its own for the address, and on to its page: what came to the address is there from now on."""
    body: Mapping[str, Any] = {
        "emails": [one(form, "key")],
        "first_name": one(form, "first_name").strip() or None,
        "last_name": one(form, "last_name").strip() or None,
        "relation": one(form, "relation") or "related",
    }
    try:
        answer = await desk.ask(desk.services.contacts, "POST", saving.path_of(contact_id, "split"), body=body)
    except UnansweredError:
        return await _leaving(desk, contact_id, form, problem=saving.SILENT, status_code=422)
    if answer.ok:
        return _on_to(str(answer.body["new"]["id"]))
    return await _leaving(desk, contact_id, form, problem=first_problem(answer.body), status_code=422)


async def _of(desk: Desk, contact_id: str) -> Person:
    return contact_view.person(await desk.contact(contact_id), await desk.members(), desk.now, desk.zone)


def _in_the_page() -> dict[str, str]:
    """The answer to a dialog that is done with: it closes, and the list behind it is as it is now."""
    return {"HX-Retarget": "#emails", "HX-Reswap": "outerHTML", "HX-Trigger": "done"}


def _on_to(contact_id: str) -> Response:
    return Response(status_code=204, headers={"HX-Redirect": f"/contacts/{quote(contact_id, safe='')}"})
