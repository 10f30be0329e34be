"""Joining a company, and going from one to another: the place left behind stays as a former one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import rows, saving
from gateway.clients import UnansweredError
from gateway.desk import Desk, Posted, Writing
from gateway.forms import errors_of, first_problem, one
from gateway.kinds import Typed
from gateway.views.entries import LINKS

Json = Mapping[str, Any]

router = APIRouter(prefix="/companies")


async def accounts_named(desk: Desk, name: str) -> Mapping[str, str]:
    """Ids by name, of the accounts that fit what has been typed."""
    if not name.strip():
        return {}
    try:
        answer = await desk.ask(desk.services.contacts, "GET", "/v1/accounts", query=[("q", name.strip()), ("limit", "10")])
    except UnansweredError:
        return {}
    return {str(account["name"]): str(account["id"]) for account in answer.body["items"]} if answer.ok else {}


@router.get("/new")
async def new(desk: Writing, contact_id: str, instead_of: str = "") -> Response:
    return await _joining(desk, contact_id, {"instead_of": [instead_of]})


@router.post("")
async def join(desk: Writing, contact_id: str, form: Posted) -> Response:
    """The new place; the one it is instead of becomes a former one in the same change."""
    name = one(form, "company").strip()
    account_id, problem = await _account(desk, name, make=bool(form.get("make")))
    if problem:
        return await _joining(desk, contact_id, form, problem=problem, unknown=not form.get("make") and bool(name))
    outcome = await saving.saved(desk, contact_id, lambda contact: _wish(contact, account_id, form))
    if outcome.saved:
        headers = {"HX-Retarget": "#accounts", "HX-Reswap": "outerHTML", "HX-Trigger": "done"}
        return await rows.answered(desk, contact_id, LINKS, outcome.contact, saved=account_id, headers=headers)
    said = "This contact is in that company already." if outcome.conflict else errors_of("accounts", outcome.errors) or outcome.problem
    return await _joining(desk, contact_id, form, problem=said)


async def _account(desk: Desk, name: str, *, make: bool) -> tuple[str, str]:
    """The id of the account, or why there is none."""
    if not name:
        return "", "Which company?"
    if found := (await accounts_named(desk, name)).get(name):
        return found, ""
    if not make:
        return "", "There is no account of this name yet."
    try:
        answer = await desk.ask(desk.services.contacts, "POST", "/v1/accounts", body={"name": name})
    except UnansweredError:
        return "", saving.SILENT
    return (str(answer.body["id"]), "") if answer.ok else ("", first_problem(answer.body))


def _wish(contact: Json, account_id: str, form: Typed) -> Json | None:
    left = one(form, "instead_of")
    before = LINKS.find(contact, left)
    stay = [link for link in LINKS.entries(contact) if link["account_id"] != left]
    if any(link["account_id"] == account_id for link in LINKS.entries(contact)):
        return None
    primary = bool(form.get("primary")) or bool(before and before.get("primary"))
    new = {"account_id": account_id, "role": one(form, "role").strip() or None, "title": one(form, "title").strip() or None}
    return {"accounts": [*({**link, "primary": bool(link.get("primary")) and not primary} for link in stay), {**new, "primary": primary}]}


async def _joining(desk: Desk, contact_id: str, form: Typed, *, problem: str = "", unknown: bool = False) -> Response:
    left = one(form, "instead_of")
    part = await desk.about(contact_id).contact()
    before = LINKS.find(part.data, left) if part.known and left else None
    context = {
        "contact_id": contact_id,
        "typed": {name: one(form, name) for name in ("company", "role", "title", "primary")},
        "instead_of": left,
        "before": str(before.get("name") or left) if before else "",
        "problem": problem,
        "unknown": unknown,
    }
    return desk.render("partials/details/joining.html", context, status_code=422 if problem else 200)
