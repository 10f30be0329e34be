"""Whom a contact would be like too with what is being typed into its name, its addresses and numbers: said before it is saved (CD9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from fastapi import APIRouter
from starlette.responses import Response

from gateway import checking
from gateway.desk import Posted, Writing
from gateway.forms import one, worth_checking
from gateway.kinds import Typed

Json = Mapping[str, Any]
Watched = Literal["first_name", "last_name", "emails", "phones"]

router = APIRouter(prefix="/alike")


@router.post("/{name}")
async def alike(desk: Writing, contact_id: str, name: Watched, form: Posted) -> Response:
    """Those it is like already stand in the card of its look-alikes."""
    candidate = _changed(await desk.contact(contact_id), name, form)
    return desk.render("partials/alike.html", await checking.shown(desk, candidate, contact_id))


def _changed(contact: Json, name: Watched, form: Typed) -> Json | None:
    """The contact as it would be; None where it is so already, or too little is typed to look for anybody."""
    typed = one(form, name if name in {"first_name", "last_name"} else "typed").strip()
    if name in {"first_name", "last_name"}:
        after = {**contact, name: typed}
        said = typed != (contact.get(name) or "") and worth_checking(name=f"{after.get('first_name') or ''}{after.get('last_name') or ''}")
    else:
        key, entries = one(form, "key"), list(contact.get(name) or ())
        others = [entry for entry in entries if key not in {entry.get("normalised"), entry.get("typed")}]
        after = {**contact, name: [*others, {"typed": typed}]}
        said = worth_checking(**{name: typed}) and all(entry.get("typed") != typed for entry in entries)
    return {**after, "contact_id": contact["id"]} if said else None
