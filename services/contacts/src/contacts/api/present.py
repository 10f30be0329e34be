"""Somebody named in a path, as they are there now."""

from __future__ import annotations

from functools import partial

from contacts.api.answers import MovedError, not_found
from contacts.api.viewing import viewed
from contacts.domain.contact import Contact
from contacts.store import Contacts, standing
from contacts.store.standing import Get
from shared.auth import Principal


async def present(contacts: Contacts, caller: Principal, contact_id: str) -> Contact:
    """The contact. Raises what is answered where there is none, where the caller may not view it, and where it was merged away: then the
    survivor is who is meant."""
    return await present_in(partial(contacts.get, caller.workspace), caller, contact_id)


async def present_in(get: Get, caller: Principal, contact_id: str) -> Contact:
    """The same within a transaction, or by another way to read."""
    contact = await standing(get, contact_id)
    if contact is None:
        raise not_found("contact")
    if viewed(caller, contact).id != contact_id:
        raise MovedError(contact.id)
    return contact
