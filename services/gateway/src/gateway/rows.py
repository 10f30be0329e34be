"""A list of a contact's page as the answer to a change of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from starlette.responses import Response

from gateway.desk import Desk
from gateway.views import contact as contact_view
from gateway.views.entries import Listing, Row, rows_of, with_attempt

Json = Mapping[str, Any]


async def answered(
    desk: Desk,
    contact_id: str,
    listing: Listing,
    contact: Json,
    *,
    attempt: Row | None = None,
    saved: str = "",
    status_code: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The list again; with it the header, which names the company."""
    made = rows_of(listing.name, contact, desk.now, desk.zone) if contact else ()
    marked = tuple(replace(row, saved=row.typed.get("typed", row.key) == saved) for row in made)
    context = {
        "contact_id": contact_id,
        "listing": listing,
        "rows": with_attempt(made, attempt) if attempt else marked,
        "editable": desk.session.may_write and not contact.get("deleted_at"),
        "person": contact_view.person(contact, await desk.members(), desk.now, desk.zone) if contact else None,
    }
    return desk.render("partials/details/saved_rows.html", context, status_code=status_code, headers=headers)
