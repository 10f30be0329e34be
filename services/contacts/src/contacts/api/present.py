"""Somebody named in a path, as they are there now."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from contacts.api.answers import MovedError, not_found
from contacts.domain.contact import Contact
from contacts.store import Contacts

Get = Callable[[str], Awaitable[Contact | None]]


async def present(contacts: Contacts, workspace: str, contact_id: str) -> Contact:
    """The contact. Raises what is answered where there is none, and where it was merged away: then the survivor is who is meant."""
    return await present_in(lambda wanted: contacts.get(workspace, wanted), contact_id)


async def present_in(get: Get, contact_id: str) -> Contact:
    """The same within a transaction, or by another way to read."""
    asked = contact = await get(contact_id)
    while contact is not None and contact.merged_into is not None:
        contact = await get(contact.merged_into)
    if asked is None or contact is None:
        raise not_found("contact")
    if contact is not asked:
        raise MovedError(contact.id)
    return contact
