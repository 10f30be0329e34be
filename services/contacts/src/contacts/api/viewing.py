"""Which contacts a caller may view (decision 14), and what is said of the others: that they are there, and whom to ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import partial

from contacts.domain.contact import Contact
from contacts.store import Contacts, all_standing
from contacts.store.standing import GetMany
from shared.auth import Hidden, Principal, may_view, not_yours, sees_all

NOT_YOURS = "This contact is visible to its team only."
"""In the rows of an answer about many; of one it is `not_yours`."""


def viewer(caller: Principal) -> str | None:
    """Whose view lists are narrowed to; None where the caller sees all."""
    return None if sees_all(caller) else caller.subject


def views(caller: Principal, contact: Contact) -> bool:
    return may_view(caller, contact.visibility, contact.team)


def viewed(caller: Principal, contact: Contact) -> Contact:
    """The contact. Raises what is answered where the caller may not view it."""
    if not views(caller, contact):
        raise not_yours(contact.owner_id)
    return contact


async def viewable(contacts: Contacts, caller: Principal, contact_ids: Collection[str]) -> Mapping[str, Contact]:
    """Those of them the caller may view: somebody merged away is for whoever may view who took them in."""
    get_many = partial(contacts.get_many, caller.workspace)
    known = await get_many(contact_ids)
    return {one: known[one] for one, contact in (await all_standing(get_many, known)).items() if views(caller, contact)}


async def all_viewed(get_many: GetMany, caller: Principal, contact_ids: Collection[str]) -> Mapping[str, Contact]:
    """Those of them that are there. Raises what is answered where the caller may not view one of them, by the same rule."""
    known = await get_many(contact_ids)
    for contact in (await all_standing(get_many, known)).values():
        viewed(caller, contact)
    return known


def counted(contacts: Iterable[Contact]) -> list[Hidden]:
    """All that is told of contacts the caller may not view."""
    return Hidden.by_owner(contact.owner_id for contact in contacts)
