"""What the review queue is asked and answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from contacts.domain.contact import Source
from contacts.domain.drafts import Given, Id, Short
from contacts.domain.quality import Hint, Quality
from contacts.domain.refusals import FieldError
from contacts.domain.reviewing import State
from contacts.domain.trust import Reviewed
from shared.contracts.contacts import Contact

MOST_IDS = 200


class ReviewNarrowed(Given):
    """Which items of the queue."""

    state: State = "pending"
    kind: Literal["new", "update"] | None = None
    source: Reviewed | None = None
    source_id: Id | None = None
    quality: Annotated[Hint | None, Field(description="of people found in a mailbox")] = None


class ReviewAsked(ReviewNarrowed):
    cursor: Annotated[str | None, Field(max_length=2_000)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Difference(BaseModel):
    now: Any
    proposed: Any


class ShownEvidence(BaseModel):
    """What came in. Of a message in a private mailbox only its owner sees more than that there is one."""

    type: str
    id: str
    at: datetime | None
    title: str | None
    payload: dict[str, Any]


class ReviewItem(BaseModel):
    """Somebody new (`contact`), or an update of somebody known (`contact` too, as they are now) with what it would change."""

    id: str
    kind: Literal["new", "update"]
    state: State
    contact: Contact | None
    update_of: Annotated[str | None, Field(description="of an update the contact; of somebody folded into another, whom")]
    changes: Annotated[dict[str, Difference], Field(description="by field, custom ones as `custom.<key>`")]
    source: Source
    evidence: list[ShownEvidence]
    quality: Quality | None
    at: datetime
    decision: str | None
    by: str | None
    reviewed_at: datetime | None
    reason: str | None


class ReviewPage(BaseModel):
    items: list[ReviewItem]
    next_cursor: str | None


class Count(BaseModel):
    count: int
    more: bool


class Verdict(Given):
    """What is decided of these items. `fields`: of an update those to take over; of somebody folded into another those whose values win."""

    ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_IDS)]
    decision: Literal["approve", "approve_as_update", "reject"]
    update_of: Id | None = None
    fields: Annotated[tuple[Id, ...], Field(max_length=300)] | None = None
    reason: Annotated[Short | None, Field(description="of a rejection: spam, internal, wrong_person, or other words")] = None

    def faults(self) -> Iterator[FieldError]:
        if self.decision == "approve_as_update" and self.update_of is None:
            yield FieldError("update_of", "whom it is an update of is needed")
        if self.decision == "reject" and self.reason is None:
            yield FieldError("reason", "a reason is needed: spam, internal, wrong_person, or other words")


class Row(BaseModel):
    """What came of one item; `error` is a name to switch on, `detail` a sentence. With an error nothing of this item changed."""

    id: str
    state: State | None
    error: str | None = None
    detail: str | None = None
    owner_id: Annotated[str | None, Field(description="with `not-yours`: whom to ask about a contact the caller may not view")] = None


class Rows(BaseModel):
    items: list[Row]
