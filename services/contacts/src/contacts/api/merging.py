"""The steps of a merge and of its undo within one transaction, which may be part of a larger one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic_core import to_jsonable_python

from contacts.api.answers import not_found, stale
from contacts.api.viewing import viewed
from contacts.domain.contact import Contact
from contacts.domain.merging import Merge, Merged, MergeWish, merging
from contacts.domain.refusals import FieldError, Refused
from contacts.domain.revisions import Cause
from contacts.domain.unmerging import Later, NotUndoableError, Unmerged, unmerging
from contacts.store import Changing, Once, standing
from shared.auth import Principal
from shared.web import Problem


async def merge_made(
    change: Changing, wish: MergeWish, cause: Cause, merge_id: str, *, versions: Mapping[str, int] | None = None, once: Once | None = None
) -> Merged:
    """The merge as it was saved. Raises what is answered where it can't be."""
    survivor, others = people_in(await change.get_many(ids_of(wish)), wish)
    done = merging(survivor, others, wish.choices, cause, merge_id=merge_id)
    _refuse_stale([survivor, *others], versions or {})
    for made in (*done.gone, done.survivor):
        await change.save(made)
    await change.merges.keep(done.merge, once)
    return done


def ids_of(wish: MergeWish) -> set[str]:
    return {wish.survivor_id, *wish.merged_ids}


def people_in(known: Mapping[str, Contact], wish: MergeWish) -> tuple[Contact, list[Contact]]:
    """The survivor and the others. Raises Refused naming those there are none of, and those named again."""
    named = {"survivor_id": wish.survivor_id} | {f"merged_ids.{place}": contact_id for place, contact_id in enumerate(wish.merged_ids)}
    found: dict[str, Contact] = {}
    faults: list[FieldError] = []
    for field, contact_id in named.items():
        if contact_id in found:
            faults.append(FieldError(field, "the same contact again"))
        elif contact_id not in known:
            faults.append(FieldError(field, "there is no such contact"))
        else:
            found[contact_id] = known[contact_id]
    if faults:
        raise Refused(faults)
    survivor, *others = found.values()
    return survivor, others


async def merge_undone(change: Changing, caller: Principal, merge_id: str, cause: Cause) -> Unmerged:
    """The undo as it was saved. Raises what is answered where it can't be, and where the caller may not view the survivor as it is, or
    anybody as they are afterwards: it is for whoever could have merged them."""
    merge = await change.merges.get(merge_id)
    if merge is None:
        raise not_found("merge")
    survivor, gone = await change.get(merge.survivor_id), await _all(change, merge.merged_ids)
    now = await standing(change.get, merge.survivor_id)
    if survivor is None or now is None:
        raise not_found("contact")
    viewed(caller, now)
    later = [Later(other, tuple(await _all(change, other.merged_ids))) for other in await _after(change, merge)]
    taken = await _taken(change, survivor, gone)
    try:
        undone = unmerging(merge, survivor, gone, later=later, taken=taken, cause=cause)
    except NotUndoableError as refused:
        raise await _refusal(change, refused, merge, survivor) from None
    for made in (undone.survivor, *undone.restored):
        viewed(caller, made.after)
        await change.save(made)
    for kept in (undone.merge, *undone.later):
        await change.merges.keep(kept)
    return undone


async def _after(change: Changing, merge: Merge) -> Sequence[Merge]:
    standing = await change.merges.standing(merge.survivor_id)
    return [other for other in standing if other.before.version > merge.before.version]


async def _all(change: Changing, contact_ids: Sequence[str]) -> list[Contact]:
    known = await change.get_many(contact_ids)
    return [known[contact_id] for contact_id in contact_ids if contact_id in known]


async def _taken(change: Changing, survivor: Contact, gone: Sequence[Contact]) -> dict[str, str]:
    """Whose the addresses are that these had alone; the survivor's own are for the domain to part."""
    addresses = {email.normalised for contact in gone for email in contact.emails if not email.shared}
    others = [holder for holder in await change.reachable_at(addresses) if holder.id != survivor.id]
    return {address: holder.id for holder in others for address in addresses & {*holder.owned_addresses}}


async def _refusal(change: Changing, refused: NotUndoableError, merge: Merge, survivor: Contact) -> Problem:
    match refused.reason:
        case "undone":
            return Problem(409, "already-undone", "This merge was undone already.", undone_at=to_jsonable_python(merge.undone_at))
        case "expired":
            return Problem(410, "undo-expired", "A merge can be undone for 30 days.", undo_until=to_jsonable_python(merge.undo_until))
        case "merged":
            took = await change.merges.that_took(survivor.id)
            first = "The survivor was merged away itself since; undo that first."
            return Problem(409, "survivor-merged", first, survivor_id=survivor.merged_into, merge_id=took.id if took else None)


def _refuse_stale(people: Sequence[Contact], versions: Mapping[str, int]) -> None:
    unknown = versions.keys() - {contact.id for contact in people}
    if unknown:
        raise Refused(FieldError(f"versions.{contact_id}", "not one of the contacts that are merged") for contact_id in sorted(unknown))
    for contact in people:
        if versions.get(contact.id, contact.version) != contact.version:
            raise stale(contact)
