"""The directory of members: who can own contacts."""

from __future__ import annotations

from fastapi import APIRouter

from contacts.api.bodies import MemberPage, NewMember
from contacts.api.cursors import MEMBERS
from contacts.api.requests import Admin, Cursor, DirectoryStore, Limit, Reader, Words, search_query
from contacts.domain.directory import Member
from shared.contracts.ids import new_id
from shared.web import Problem

router = APIRouter(prefix="/v1/members", tags=["members"])


@router.post("", status_code=201)
async def create_member(body: NewMember, caller: Admin, directory: DirectoryStore) -> Member:
    """For workspaces where no other service tells of members."""
    member = Member(id=body.id or new_id(), name=body.name, email=body.email, role=body.role)
    if not await directory.add_member(caller.workspace, member):
        raise Problem(409, "already-there", "There is a member with this id.")
    return member


@router.get("")
async def list_members(caller: Reader, directory: DirectoryStore, q: Words = None, cursor: Cursor = None, limit: Limit = 50) -> MemberPage:
    query = await search_query(q, caller.workspace, directory)
    page = await directory.members(caller.workspace, query, MEMBERS.place(cursor), limit)
    return MemberPage(items=list(page.items), next_cursor=MEMBERS.after(page.next))
