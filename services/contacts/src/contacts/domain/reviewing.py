"""The queue of what came in: new people and proposed updates, until somebody has looked at where they came from.

An item about a new person follows the contact (`item_of`): whatever happens to the contact, by whatever way, is seen in the queue. A
proposed update is an item of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from contacts.domain.contact import Contact, Frozen, Review, Source
from contacts.domain.quality import Traffic
from contacts.domain.revisions import Cause, Reviewing
from contacts.domain.trust import UNREVIEWED_SOURCES

State = Literal["pending", "approved", "rejected", "gone"]
Decision = Literal["approved", "approved_as_update", "rejected", "auto"]


class Item(Frozen):
    """`id` is the contact's for somebody new, the evidence's for an update of somebody known.

    `said` is what an update proposes, `fingerprint` tells the request of a program from another one under the same key. `viewers` are those
    of the contact, or of who took it in. What is `gone` was deleted or merged away before anybody decided.
    """

    id: str
    kind: Literal["new", "update"]
    contact_id: str
    viewers: tuple[str, ...] | None = None
    source: Source
    at: datetime
    state: State = "pending"
    address: str | None = None
    traffic: Traffic | None = None
    said: Mapping[str, Any] = {}
    fingerprint: str | None = None
    decision: Decision | None = None
    by: str | None = None
    decided_at: datetime | None = None
    reason: str | None = None
    update_of: str | None = None

    def as_spam(self, at: datetime) -> Item:
        """Nobody has to look at it; what somebody decided already stays."""
        if self.state != "pending":
            return self
        return self.model_copy(update={"state": "rejected", "decision": "rejected", "decided_at": at, "reason": "spam"})


class SourceNotReviewedError(Exception):
    """Nobody has looked at where the contact came from yet: no work is assigned on it (SR3)."""


def refuse_unreviewed(before: Contact | None, after: Contact, *, overridden: bool = False) -> Contact:
    """The contact, unless somebody is made responsible for it whose source waits for a review. Raises SourceNotReviewedError.

    To take somebody off it is nothing to wait for.
    """
    owned = after.owner_id is not None and (before is None or after.owner_id != before.owner_id)
    assigned = set(after.assignees) - set(before.assignees if before else ())
    if after.review.state == "pending" and (owned or assigned) and not overridden:
        raise SourceNotReviewedError
    return after


def item_of(contact: Contact) -> Item | None:
    """What the queue has of a contact; None where nothing was ever to be reviewed."""
    if contact.source.type not in UNREVIEWED_SOURCES:
        return None
    review = contact.review
    waits = review.state == "pending"
    return Item(
        id=contact.id,
        kind="new",
        contact_id=contact.id,
        viewers=contact.viewers,
        source=contact.source,
        at=contact.source.first_seen_at or contact.created_at,
        state="gone" if waits and (contact.deleted_at is not None or contact.merged_into is not None) else review.state,
        address=next((email.normalised for email in contact.emails), None),
        decision=None if waits else _decision(contact),
        by=review.by,
        decided_at=review.at,
        reason=review.reason,
        update_of=contact.merged_into,
    )


def approved(contact: Contact, *, by: str | None, at: datetime, reason: str | None) -> Contact:
    return contact.model_copy(update={"review": Review(state="approved", by=by, at=at, reason=reason)})


def rejected(contact: Contact, *, by: str | None, at: datetime, reason: str | None) -> Contact:
    """Out of sight as somebody deleted is: in no list, no search, nobody's duplicate. To restore them puts them back into the queue."""
    return contact.model_copy(update={"review": Review(state="rejected", by=by, at=at, reason=reason), "deleted_at": at})


def closed(item: Item, state: State, deed: Reviewing, cause: Cause) -> Item:
    """The item as it was decided."""
    return item.model_copy(
        update={
            "state": state,
            "decision": deed.decision,
            "by": cause.actor_id,
            "decided_at": cause.at,
            "reason": deed.reason,
            "update_of": deed.update_of,
        }
    )


def _decision(contact: Contact) -> Decision:
    if contact.review.state == "rejected":
        return "rejected"
    if contact.merged_into is not None:
        return "approved_as_update"
    return "auto" if contact.review.by is None else "approved"
