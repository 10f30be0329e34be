"""Merging: what would come of it, doing it, undoing it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Response

from contacts import translate
from contacts.api.answers import key_reused, not_found, version_tag
from contacts.api.changes import ATTEMPTS, once_for
from contacts.api.cursors import MERGES
from contacts.api.merge_bodies import MergeAnswer, MergeDone, MergePage, MergePreview, MergeUndone, NewMerge, Reason
from contacts.api.merging import ids_of, merge_made, merge_undone, people_in
from contacts.api.requests import ContactsStore, Cursor, IdempotencyKey, Limit, Reader, Writer, cause
from contacts.api.viewing import all_viewed, viewable, views
from contacts.domain.contact import Contact
from contacts.domain.drafts import Id
from contacts.domain.merging import Merge, MergeWish, compared, merging
from contacts.domain.search import full_name
from contacts.store import AddressTakenError, Changing, Contacts, KeyUsedError
from shared.contracts.ids import new_id
from shared.web import Problem

router = APIRouter(prefix="/v1/contacts/merges", tags=["merges"])

ContactAsked = Annotated[Id | None, Query(description="only those in which this contact took part, on either side")]
Result = TypeVar("Result")


@router.post("/preview")
async def preview_merge(body: MergeWish, caller: Reader, contacts: ContactsStore) -> MergePreview:
    """The very result, and where they differ; nothing is written."""
    known = await all_viewed(partial(contacts.get_many, caller.workspace), caller, ids_of(body))
    survivor, others = people_in(known, body)
    done = merging(survivor, others, body.choices, cause(caller), merge_id=new_id())
    return MergePreview(contact=translate.snapshot(done.survivor.after), fields=compared(survivor, others, body.choices))


@router.post("", status_code=201)
async def merge_contacts(
    *, body: NewMerge, caller: Writer, contacts: ContactsStore, response: Response, idempotency_key: IdempotencyKey = None
) -> MergeDone:
    """These are one person: the ids merged away lead to the survivor from now on. A repeated key is answered with the first result, if the
    caller may view it now."""
    why, merge_id = cause(caller, body.reason), new_id()
    once = once_for(caller, idempotency_key, body)

    async def work(change: Changing) -> Merge:
        earlier = await change.merges.earlier(once) if once else None
        if earlier is not None and (once is None or earlier.fingerprint != once.fingerprint):
            raise key_reused()
        await all_viewed(change.get_many, caller, ids_of(body))
        if earlier is not None:
            return earlier.merge
        return (await merge_made(change, body, why, merge_id, versions=body.versions, once=once)).merge

    merge = await _transacted(contacts, caller.workspace, work)
    response.headers.update({**version_tag(merge.after), "Location": f"/v1/contacts/merges/{merge.id}"})
    if merge.id != merge_id:
        response.headers["Idempotency-Replayed"] = "true"
    return MergeDone.with_survivor(merge, merge.after, _names(await viewable(contacts, caller, merge.took_part)))


@router.get("")
async def list_merges(
    caller: Reader, contacts: ContactsStore, contact_id: ContactAsked = None, cursor: Cursor = None, limit: Limit = 50
) -> MergePage:
    """The newest first, those undone too: where the caller may view everybody who took part, so a page may be shorter than its limit."""
    page = await contacts.merges(caller.workspace).page(contact_id, MERGES.place(cursor), limit)
    people = await viewable(contacts, caller, {one for merge in page.items for one in merge.took_part})
    shown = [merge for merge in page.items if people.keys() >= merge.took_part]
    names = _names({one: people[one] for merge in shown for one in merge.took_part})
    return MergePage(items=[MergeAnswer.of(merge) for merge in shown], names=names, next_cursor=MERGES.after(page.next))


@router.get("/{merge_id}")
async def read_merge(merge_id: str, caller: Reader, contacts: ContactsStore) -> MergeDone:
    merge = await contacts.merges(caller.workspace).get(merge_id)
    if merge is None:
        raise not_found("merge")
    people = await all_viewed(partial(contacts.get_many, caller.workspace), caller, merge.took_part)
    if merge.survivor_id not in people:
        raise not_found("merge")
    return MergeDone.with_survivor(merge, people[merge.survivor_id], _names(people))


@router.post("/{merge_id}/undo")
async def undo_merge(merge_id: str, caller: Writer, contacts: ContactsStore, body: Reason | None = None) -> MergeUndone:
    """Within 30 days. What the merge did goes, what was added or edited since stays; what is not as it was before is reported."""
    why = cause(caller, body.reason if body else None)
    undone = await _transacted(contacts, caller.workspace, partial(merge_undone, caller=caller, merge_id=merge_id, cause=why))
    holders = await contacts.get_many(caller.workspace, {conflict.taken_by for conflict in undone.conflicts if conflict.taken_by})
    return MergeUndone.from_undo(undone, hidden=[holder for holder in holders.values() if not views(caller, holder)])


def _names(people: Mapping[str, Contact]) -> dict[str, str]:
    return {contact_id: full_name(contact) for contact_id, contact in people.items()}


async def _transacted(contacts: Contacts, workspace: str, work: Callable[[Changing], Coroutine[Any, Any, Result]]) -> Result:
    """Where somebody else was faster, with an address or the same key, the next look sees it."""
    for _ in range(ATTEMPTS):
        try:
            return await contacts.transact(workspace, work)
        except (AddressTakenError, KeyUsedError):
            continue
    raise Problem(409, "too-many-changes", "These contacts are changing too fast; try again.")
