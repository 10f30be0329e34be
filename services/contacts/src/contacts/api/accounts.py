"""The directory of accounts, and who belongs to one."""

from __future__ import annotations

from fastapi import APIRouter

from contacts import translate
from contacts.api.answers import not_found
from contacts.api.bodies import AccountPage, NewAccount, Person, PersonPage
from contacts.api.cursors import ACCOUNTS, PEOPLE
from contacts.api.requests import ContactsStore, Cursor, DirectoryStore, Limit, Reader, Words, Writer, search_query
from contacts.api.viewing import viewer
from contacts.domain.directory import Account
from contacts.store import Wanted
from shared.contracts.ids import new_id
from shared.web import Problem

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])


@router.post("", status_code=201)
async def create_account(body: NewAccount, caller: Writer, directory: DirectoryStore) -> Account:
    """For workspaces where no other service tells of accounts."""
    account = Account(id=body.id or new_id(), name=body.name, domains=body.domains, owner_id=body.owner_id)
    if not await directory.add_account(caller.workspace, account):
        raise Problem(409, "already-there", "There is an account with this id.")
    return account


@router.get("")
async def list_accounts(
    caller: Reader, directory: DirectoryStore, q: Words = None, cursor: Cursor = None, limit: Limit = 50
) -> AccountPage:
    query = await search_query(q, caller.workspace, directory)
    page = await directory.accounts(caller.workspace, query, ACCOUNTS.place(cursor), limit)
    return AccountPage(items=list(page.items), next_cursor=ACCOUNTS.after(page.next))


@router.get("/{account_id}")
async def read_account(account_id: str, caller: Reader, directory: DirectoryStore) -> Account:
    account = await directory.account(caller.workspace, account_id)
    if account is None:
        raise not_found("account")
    return account


@router.get("/{account_id}/people")
async def people_of_account(
    *, account_id: str, caller: Reader, contacts: ContactsStore, directory: DirectoryStore, cursor: Cursor = None, limit: Limit = 50
) -> PersonPage:
    """Whom the caller may view of those linked to it or to an account merged into it, with their role there, by name."""
    ids = tuple(await directory.accounts_within(caller.workspace, account_id))
    wanted = Wanted(order="name", account_ids=ids, viewer=viewer(caller), after=PEOPLE.place(cursor), limit=limit)
    page = await contacts.find(caller.workspace, wanted)
    people = [
        Person(contact=translate.snapshot(contact), link=next(link for link in contact.current_links if link.account_id in ids))
        for contact in page.items
    ]
    return PersonPage(items=people, next_cursor=PEOPLE.after(page.next))
