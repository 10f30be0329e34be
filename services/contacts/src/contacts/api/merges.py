"""Merging: what would come of it, doing it, undoing it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
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
from contacts.domain.drafts import Id
from contacts.domain.merging import Merge, MergeWish, compared, merging
from contacts.store import AddressTakenError, Changing, Contacts, KeyUsedError
from shared.contracts.ids import new_id
from shared.web import Problem

router = APIRouter(prefix="/v1/contacts/merges", tags=["merges"])

ContactAsked = Annotated[Id | None, Query(description="only those in which this contact took part, on either side")]
Result = TypeVar("Result")


@router.post("/preview")
async def preview_merge(body: MergeWish, caller: Reader, contacts: ContactsStore) -> MergePreview:
    """The very result, and where they differ; nothing is written."""
    survivor, others = people_in(await contacts.get_many(caller.workspace, ids_of(body)), body)
    done = merging(survivor, others, body.choices, cause(caller), merge_id=new_id())
    return MergePreview(contact=translate.snapshot(done.survivor.after), fields=compared(survivor, others, body.choices))


@router.post("", status_code=201)
async def merge_contacts(
    *, body: NewMerge, caller: Writer, contacts: ContactsStore, response: Response, idempotency_key: IdempotencyKey = None
) -> MergeDone:
    """These are one person: the ids merged away lead to the survivor from now on. A repeated key is answered with the first result."""
    why, merge_id = cause(caller, body.reason), new_id()
    once = once_for(caller, idempotency_key, body)

    async def work(change: Changing) -> Merge:
        earlier = await change.merges.earlier(once) if once else None
        if earlier is None:
            return (await merge_made(change, body, why, merge_id, versions=body.versions, once=once)).merge
        if once is None or earlier.fingerprint != once.fingerprint:
            raise key_reused()
        return earlier.merge

    merge = await _transacted(contacts, caller.workspace, work)
    response.headers.update({**version_tag(merge.after), "Location": f"/v1/contacts/merges/{merge.id}"})
    if merge.id != merge_id:
        response.headers["Idempotency-Replayed"] = "true"
    return MergeDone.with_survivor(merge, merge.after, await _names(contacts, caller.workspace, [merge]))


@router.get("")
async def list_merges(
    caller: Reader, contacts: ContactsStore, contact_id: ContactAsked = None, cursor: Cursor = None, limit: Limit = 50
) -> MergePage:
    """The newest first, those undone too."""
    page = await contacts.merges(caller.workspace).page(contact_id, MERGES.place(cursor), limit)
    names = await _names(contacts, caller.workspace, page.items)
    return MergePage(items=[MergeAnswer.of(merge) for merge in page.items], names=names, next_cursor=MERGES.after(page.next))


@router.get("/{merge_id}")
async def read_merge(merge_id: str, caller: Reader, contacts: ContactsStore) -> MergeDone:
    merge = await contacts.merges(caller.workspace).get(merge_id)
    survivor = await contacts.get(caller.workspace, merge.survivor_id) if merge is not None else None
    if merge is None or survivor is None:
        raise not_found("merge")
    return MergeDone.with_survivor(merge, survivor, await _names(contacts, caller.workspace, [merge]))


@router.post("/{merge_id}/undo")
async def undo_merge(merge_id: str, caller: Writer, contacts: ContactsStore, body: Reason | None = None) -> MergeUndone:
    """Within 30 days. What the merge did goes, what was added or edited since stays; what is not as it was before is reported."""
    why = cause(caller, body.reason if body else None)
    return MergeUndone.from_undo(await _transacted(contacts, caller.workspace, partial(merge_undone, merge_id=merge_id, cause=why)))


async def _names(contacts: Contacts, workspace: str, merges: Iterable[Merge]) -> dict[str, str]:
    return dict(await contacts.names(workspace, {one for merge in merges for one in (merge.survivor_id, *merge.merged_ids)}))


async def _transacted(contacts: Contacts, workspace: str, work: Callable[[Changing], Coroutine[Any, Any, Result]]) -> Result:
    """Where somebody else was faster, with an address or the same key, the next look sees it."""
    for _ in range(ATTEMPTS):
        try:
            return await contacts.transact(workspace, work)
        except (AddressTakenError, KeyUsedError):
            continue
    raise Problem(409, "too-many-changes", "These contacts are changing too fast; try again.")
