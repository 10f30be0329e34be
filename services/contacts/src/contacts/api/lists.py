"""Lists of people: searched, narrowed, page by page."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from contacts.api.bodies import ContactPage, ContactsAsked, Found, ListedContact
from contacts.api.cursors import CONTACTS
from contacts.api.requests import ContactsStore, DirectoryStore, Reader, now, search_query
from contacts.api.viewing import viewer
from contacts.domain.contact import Contact
from contacts.domain.required import Requirement, missing, requirements
from contacts.domain.search import Query as SearchQuery
from contacts.domain.search import found_by
from contacts.domain.stale import limits
from contacts.store import Unowned, Wanted

router = APIRouter(prefix="/v1/contacts", tags=["contacts"])


@router.get("")
async def list_contacts(
    caller: Reader, contacts: ContactsStore, directory: DirectoryStore, asked: Annotated[ContactsAsked, Query()]
) -> ContactPage:
    """Those the caller may view, the newest change first, or by name. With `q`, those in whom every word occurs, and in which field."""
    decided = await directory.decided(caller.workspace)
    query = await search_query(asked.q, caller.workspace, directory)
    required = requirements(decided.process, decided.fields)
    cursors = CONTACTS[asked.sort]
    wanted = Wanted(
        order=asked.sort,
        query=query,
        owner_id=asked.owner_id,
        status=asked.status,
        tag=asked.tag,
        account_ids=(asked.account_id,) if asked.account_id else (),
        review=asked.review,
        related_to=asked.related_to,
        unowned=Unowned(await directory.active_members(caller.workspace)) if asked.owner == "none" else None,
        stale=limits(decided.process, now()) if asked.stale else None,
        lacking=required if asked.required_empty else None,
        deleted=asked.deleted,
        viewer=viewer(caller),
        after=cursors.place(asked.cursor),
        limit=asked.limit,
    )
    page = await contacts.find(caller.workspace, wanted)
    return ContactPage(items=[_listed(contact, query, required) for contact in page.items], next_cursor=cursors.after(page.next))


def _listed(contact: Contact, query: SearchQuery | None, required: tuple[Requirement, ...]) -> ListedContact:
    matched = [Found(field=match.field, value=match.value) for match in found_by(contact, query)] if query else []
    lacks = missing(contact, required)
    return ListedContact.model_validate({**contact.model_dump(exclude_none=True), "matched": matched, "missing": lacks})
