"""Who stands for an id: merges lead from one contact to the next, and the last is who is meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from contacts.domain.contact import Contact

Get = Callable[[str], Awaitable[Contact | None]]


async def standing(get: Get, contact_id: str) -> Contact | None:
    """The contact itself where it was not merged away; None where there is nobody, or nobody any more."""
    contact = await get(contact_id)
    while contact is not None and contact.merged_into is not None:
        contact = await get(contact.merged_into)
    return contact
