"""Who stands for an id: merges lead from one contact to the next, and the last is who is meant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from contacts.domain.contact import Contact

Get = Callable[[str], Awaitable[Contact | None]]
GetMany = Callable[[Collection[str]], Awaitable[Mapping[str, Contact]]]


async def standing(get: Get, contact_id: str) -> Contact | None:
    """The contact itself where it was not merged away; None where there is nobody, or nobody any more."""
    contact = await get(contact_id)
    while contact is not None and contact.merged_into is not None:
        contact = await get(contact.merged_into)
    return contact


async def all_standing(get_many: GetMany, known: Mapping[str, Contact]) -> dict[str, Contact]:
    """Under the same keys who stands for each of these, a query for each step of the chains of merges."""
    found = dict(known)
    while away := {key: contact.merged_into for key, contact in found.items() if contact.merged_into is not None}:
        survivors = await get_many(set(away.values()))
        found = {key: contact for key, contact in found.items() if key not in away}
        found |= {key: survivors[into] for key, into in away.items() if into in survivors}
    return found
