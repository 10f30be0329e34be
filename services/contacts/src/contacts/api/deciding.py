"""What a verdict does to one item of the review queue: everything in one transaction, and why where it can not be done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from contacts.api.answers import NOT_REVIEWED
from contacts.api.changes import ATTEMPTS, surroundings_of
from contacts.api.review_bodies import Row, Verdict
from contacts.api.viewing import NOT_YOURS, views
from contacts.domain import reviewing
from contacts.domain.contact import Contact
from contacts.domain.directory import Surroundings
from contacts.domain.drafts import Draft
from contacts.domain.merging import NotMergeableError, merging
from contacts.domain.proposals import applied, changes
from contacts.domain.refusals import Refused
from contacts.domain.reviewing import Item, SourceNotReviewedError, closed
from contacts.domain.revisions import Cause, Reviewing, revision
from contacts.store import AddressTakenError, Changing, Contacts, Directory, StaleVersionError, TooLargeError, standing
from shared.auth import Principal
from shared.contracts.ids import new_id


class CanNotError(Exception):
    """Of this item, that can't be decided."""

    def __init__(self, error: str, detail: str, owner_id: str | None = None) -> None:
        self.error = error
        self.detail = detail
        self.owner_id = owner_id
        super().__init__(error)


REFUSALS = (CanNotError, Refused, NotMergeableError, SourceNotReviewedError, AddressTakenError, TooLargeError)


@dataclass(frozen=True)
class Reviewer:
    """Decides items of the caller's workspace."""

    contacts: Contacts
    directory: Directory
    caller: Principal
    verdict: Verdict
    cause: Cause

    async def decide(self, item_id: str) -> Row:
        """Raises nothing that is about this item alone: the others of the request are decided all the same."""
        for _ in range(ATTEMPTS):
            try:
                return await self.contacts.transact(self.caller.workspace, lambda changing: self._decided(changing, item_id))
            except StaleVersionError:
                continue
            except REFUSALS as refusal:
                return _refused(item_id, refusal)
        return Row(id=item_id, state="pending", error="too-many-changes", detail="The contact is changing too fast; try again.")

    async def _decided(self, changing: Changing, item_id: str) -> Row:
        item = await changing.queue.item(item_id)
        if item is None:
            return Row(id=item_id, state=None, error="not-found", detail="There is no such item in the queue.")
        contact = await self._current(changing, item.contact_id)
        if item.state != "pending":
            return Row(id=item_id, state=item.state, error="already-reviewed", detail=_already(item))
        steps: dict[tuple[str, str], Callable[[Changing, Item, Contact], Awaitable[None]]] = {
            ("new", "approve"): self._approve,
            ("new", "approve_as_update"): self._fold,
            ("new", "reject"): self._reject,
            ("update", "approve"): self._apply,
            ("update", "approve_as_update"): self._apply,
            ("update", "reject"): self._decline,
        }
        await steps[item.kind, self.verdict.decision](changing, item, contact)
        return Row(id=item_id, state="rejected" if self.verdict.decision == "reject" else "approved")

    # ---- somebody new --------------------------------------------------------------------------------------------------

    async def _approve(self, changing: Changing, _: Item, contact: Contact) -> None:
        after = reviewing.approved(contact, by=self.cause.actor_id, at=self.cause.at, reason=self.verdict.reason)
        await changing.save(revision(contact, after, self.cause, Reviewing("approved", reason=self.verdict.reason)))

    async def _reject(self, changing: Changing, _: Item, contact: Contact) -> None:
        """What else was proposed of somebody who is nobody is no update either."""
        deed = Reviewing("rejected", reason=self.verdict.reason)
        after = reviewing.rejected(contact, by=self.cause.actor_id, at=self.cause.at, reason=self.verdict.reason)
        await changing.save(revision(contact, after, self.cause, deed))
        for other in await changing.queue.open_updates(contact.id):
            await changing.queue.put(closed(other, "rejected", deed, self.cause))

    async def _fold(self, changing: Changing, _: Item, contact: Contact) -> None:
        """A merge that can be undone: the survivor lacks nothing of it, and the old id leads there.

        After an undo they wait for a review again: that they are an update was what was decided.
        """
        survivor = await self._current(changing, self.verdict.update_of or "")
        if survivor.id == contact.id:
            raise CanNotError("itself", "Nobody is an update of themself.")
        choices = dict.fromkeys(self.verdict.fields or (), contact.id)
        merged = merging(survivor, [contact], choices, self.cause, merge_id=new_id())
        deed = Reviewing("approved_as_update", update_of=survivor.id, reason=self.verdict.reason)
        after = reviewing.approved(contact, by=self.cause.actor_id, at=self.cause.at, reason=self.verdict.reason)
        gone = revision(contact, after.model_copy(update={"merged_into": survivor.id}), self.cause, deed)
        for made in (gone, merged.survivor):
            await changing.save(made)
        await changing.merges.keep(merged.merge.model_copy(update={"reviews": {contact.id: contact.review}}))

    # ---- an update of somebody known ------------------------------------------------------------------------------------

    async def _apply(self, changing: Changing, item: Item, contact: Contact) -> None:
        """As an edit that comes from the source; what is proposed once more and is so now needs no second look."""
        if self.verdict.update_of not in (None, contact.id):
            raise CanNotError("not-new", "This is an update of a known contact, and of no other.")
        said = Draft.model_validate(item.said)
        around = await surroundings_of(said, self.caller.workspace, self.directory)
        after = applied(contact, said, around, fields=self.verdict.fields, now=self.cause.at)
        reviewing.refuse_unreviewed(contact, after)
        deed = Reviewing("approved_as_update", update_of=contact.id, reason=self.verdict.reason, proposal_id=item.id)
        await changing.save(revision(contact, after, replace(self.cause, origin=item.source.type), deed))
        await changing.queue.put(closed(item, "approved", deed, self.cause))
        for other in await changing.queue.open_updates(contact.id):
            if other.id != item.id and not _news(after, other, around):
                await changing.queue.put(closed(other, "approved", deed, self.cause))

    async def _decline(self, changing: Changing, item: Item, contact: Contact) -> None:
        deed = Reviewing("rejected", reason=self.verdict.reason, proposal_id=item.id)
        await changing.save(revision(contact, contact, self.cause, deed))
        await changing.queue.put(closed(item, "rejected", deed, self.cause))

    async def _current(self, changing: Changing, contact_id: str) -> Contact:
        """The contact, or who took it in."""
        contact = await standing(changing.get, contact_id)
        if contact is None:
            raise CanNotError("not-found", "There is no such contact.")
        if not views(self.caller, contact):
            raise CanNotError("not-yours", NOT_YOURS, contact.owner_id)
        return contact


def _news(contact: Contact, item: Item, around: Surroundings) -> bool:
    return bool(changes(contact, Draft.model_validate(item.said), around.region))


def _refused(item_id: str, refusal: Exception) -> Row:
    error, detail = _why(refusal)
    if error == "not-yours" and isinstance(refusal, CanNotError):
        return Row(id=item_id, state=None, error=error, detail=detail, owner_id=refusal.owner_id)
    return Row(id=item_id, state="pending", error=error, detail=detail)


def _why(refusal: Exception) -> tuple[str, str]:
    match refusal:
        case CanNotError():
            return refusal.error, refusal.detail
        case Refused():
            return "validation", "; ".join(f"{fault.field}: {fault.message}" for fault in refusal.errors)
        case NotMergeableError():
            return refusal.reason, "One of the two contacts is not there any more."
        case SourceNotReviewedError():
            return "source_not_reviewed", NOT_REVIEWED
        case AddressTakenError():
            return "email-taken", "Another contact has one of the addresses."
    return "too-large", "With this the contact would be too large."


def _already(item: Item) -> str:
    return "This was decided before." if item.state != "gone" else "The contact was deleted or merged before anybody decided."
