"""Addresses, numbers and places in companies on a contact's page: each row is saved by itself.

An address that leaves, or becomes another, first shows what depends on it; `pages_addresses.py` has the dialogs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from gateway import pages_addresses, rows, saving
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.forms import errors_of, one
from gateway.kinds import Typed
from gateway.pages_people import holders_of
from gateway.saving import Outcome
from gateway.views.entries import EMAILS, LISTS, Listing, Row
from gateway.views.values import Glossary
from shared.problem import Problem

Json = Mapping[str, Any]

router = APIRouter(prefix="/entries/{name}")


async def _listing(name: str) -> Listing:
    if name not in LISTS:
        raise Problem(404, "not-found", "There is no such list.")
    return LISTS[name]


Chosen = Annotated[Listing, Depends(_listing)]


@router.get("")
async def entries(desk: Reading, contact_id: str, listing: Chosen) -> Response:
    """The rows as they are now."""
    return await rows.answered(desk, contact_id, listing, await desk.contact(contact_id))


@router.post("")
async def save(desk: Writing, contact_id: str, listing: Chosen, form: Posted) -> Response:
    """One row: changed, added, made the primary one, or taken out."""
    if listing is EMAILS and (warning := await pages_addresses.warned(desk, contact_id, form)) is not None:
        return warning
    key, read_from, typed = one(form, "key"), one(form, "base"), _typed(listing, form)
    outcome = await saving.saved(
        desk, contact_id, lambda contact: listing.changed(contact, key, read_from, typed), reason=one(form, "reason").strip()
    )
    if outcome.saved:
        return await rows.answered(desk, contact_id, listing, outcome.contact, saved=(typed or {}).get("typed", key) or key)
    attempt = await _attempt(desk, listing, form, outcome)
    return await rows.answered(desk, contact_id, listing, outcome.contact, attempt=attempt, status_code=outcome.status_code)


def _typed(listing: Listing, form: Typed) -> dict[str, Any] | None:
    if form.get("remove"):
        return None
    typed: dict[str, Any] = {name: one(form, name).strip() or None for name in listing.controls if name in form}
    return typed | ({"primary": True} if form.get("primary") else {})


async def _attempt(desk: Desk, listing: Listing, form: Typed, outcome: Outcome) -> Row:
    """What was typed, and why it is not saved."""
    row = Row(listing, one(form, "key"), typed={name: one(form, name) for name in listing.controls}, moved_to=outcome.moved_to)
    if outcome.conflict:
        now = listing.find(outcome.contact, row.key)
        said = Glossary(await desk.members(), desk.zone).lines(listing.name, now)
        return replace(row, theirs=", ".join(said))
    problem = errors_of(listing.name, outcome.errors) or outcome.problem
    return replace(row, base=one(form, "base"), problem=problem, taken=await holders_of(desk, outcome.taken))
