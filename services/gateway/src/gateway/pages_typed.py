"""What was typed for a new contact goes to one that is here already: the differences to it, chosen field by field, one change of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import saving
from gateway.desk import Desk, Posted, Writing
from gateway.fields import defined
from gateway.forms import NewContact, one
from gateway.kinds import Typed
from gateway.pages_companies import accounts_named
from gateway.pages_details import around
from gateway.pages_people import holders_of
from gateway.saving import Outcome
from gateway.views.contact import full_name
from gateway.views.typed import Difference, differences, taken
from gateway.views.viewing import NOBODY, Holders

Json = Mapping[str, Any]

router = APIRouter(prefix="/typed")


async def new_contact(desk: Desk, form: Typed) -> NewContact:
    """The drawer's form again, with the fields the workspace defines."""
    custom = tuple(field for field in defined(await desk.decided()) if field.enabled)
    once = one(form, "once")
    return NewContact(form, custom, once) if once else NewContact(form, custom)


@router.post("")
async def compare(desk: Writing, contact_id: str, form: Posted) -> Response:
    """The differences; chosen beforehand where who typed wants to update, and not where they only wanted to look."""
    contact = await desk.contact(contact_id)
    typed, known = await new_contact(desk, form), await around(desk)
    found = differences(typed, await _account_id(desk, typed), contact, known)
    return _compared(desk, contact_id, form, found, Outcome(contact))


@router.post("/take")
async def take(desk: Writing, contact_id: str, form: Posted) -> Response:
    """One change of everything that was chosen. Where a chosen field is another by now, the differences again."""
    typed, known = await new_contact(desk, form), await around(desk)
    account_id = await _account_id(desk, typed)
    names = {name: one(form, f"base.{name}") for name in form.get("take", ())}
    outcome = await saving.saved(
        desk,
        contact_id,
        lambda contact: taken(differences(typed, account_id, contact, known), names),
        reason=one(form, "reason").strip(),
    )
    if outcome.saved:
        return Response(status_code=204, headers={"HX-Trigger": "typed-done", "HX-Refresh": "true"})
    found = differences(typed, account_id, outcome.contact, known) if outcome.contact else ()
    return _compared(desk, contact_id, form, found, outcome, holders=await holders_of(desk, outcome.taken))


async def _account_id(desk: Desk, typed: NewContact) -> str | None:
    return (await accounts_named(desk, typed.text("company"))).get(typed.text("company"))


def _compared(
    desk: Desk, contact_id: str, form: Typed, found: tuple[Difference, ...], outcome: Outcome, *, holders: Holders = NOBODY
) -> Response:
    beforehand = {each.name for each in found if each.chosen and one(form, "how") == "update"}
    context = {
        "contact_id": contact_id,
        "name": full_name(outcome.contact) if outcome.contact else "this contact",
        "differences": found,
        "chosen": beforehand if outcome.saved else set(form.get("take", ())),
        "carried": {name: texts for name, texts in form.items() if not name.startswith("base.") and name not in {"take", "reason"}},
        "outcome": outcome,
        "taken": holders,
    }
    return desk.render("partials/typed.html", context, status_code=outcome.status_code)
