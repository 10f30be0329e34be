"""Somebody named in a path, as they are there now."""

from __future__ import annotations

from functools import partial

from contacts.api.answers import MovedError, not_found
from contacts.domain.contact import Contact
from contacts.store import Contacts, standing
from contacts.store.standing import Get


async def present(contacts: Contacts, workspace: str, contact_id: str) -> Contact:
    """The contact. Raises what is answered where there is none, and where it was merged away: then the survivor is who is meant."""
    return await present_in(partial(contacts.get, workspace), contact_id)


async def present_in(get: Get, contact_id: str) -> Contact:
    """The same within a transaction, or by another way to read."""
    contact = await standing(get, contact_id)
    if contact is None:
        raise not_found("contact")
    if contact.id != contact_id:
        raise MovedError(contact.id)
    return contact
