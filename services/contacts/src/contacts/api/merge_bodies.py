"""What clients send and get about merges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field

from contacts import translate
from contacts.api.viewing import counted
from contacts.domain import contact as domain
from contacts.domain.drafts import Given, Id, Short
from contacts.domain.merging import Compared, Merge, MergeWish
from contacts.domain.unmerging import Conflict, Unmerged
from shared.auth import Hidden
from shared.contracts.contacts import Contact


class NewMerge(MergeWish):
    versions: Annotated[dict[Id, int], Field(default_factory=dict, max_length=51, description="contact id -> the version that was read")]
    reason: Short | None = None


class Reason(Given):
    reason: Short | None = None


class MergePreview(BaseModel):
    """What the survivor would be, and every field that any of them has something in."""

    contact: Contact
    fields: list[Compared]


class MergeAnswer(BaseModel):
    id: str
    survivor_id: str
    merged_ids: tuple[str, ...]
    choices: dict[str, str]
    at: datetime
    by: str | None
    reason: str | None
    undo_until: datetime
    undone_at: datetime | None
    undone_by: str | None

    @classmethod
    def of(cls, merge: Merge) -> Self:
        return cls.model_validate(merge, from_attributes=True)


Names = Annotated[dict[str, str], Field(description="what the contacts are called that took part; those erased are left out")]


class MergePage(BaseModel):
    items: list[MergeAnswer]
    names: Names
    next_cursor: str | None


class MergeDone(MergeAnswer):
    """`contact` is the survivor: right after the merge as that left it, later as it is by then."""

    contact: Contact
    names: Names

    @classmethod
    def with_survivor(cls, merge: Merge, survivor: domain.Contact, names: Mapping[str, str]) -> Self:
        return cls(**MergeAnswer.of(merge).model_dump(), contact=translate.snapshot(survivor), names=dict(names))


class MergeUndone(MergeAnswer):
    """Everybody as they are now, and what is not as it was before the merge. Who has an address by now is `taken_by`, and counted in
    `hidden` where the caller may not view them."""

    contact: Contact
    restored: list[Contact]
    conflicts: list[Conflict]
    hidden: list[Hidden]

    @classmethod
    def from_undo(cls, undone: Unmerged, hidden: Sequence[domain.Contact]) -> Self:
        unnamed = {contact.id for contact in hidden}
        return cls(
            **MergeAnswer.of(undone.merge).model_dump(),
            contact=translate.snapshot(undone.survivor.after),
            restored=[translate.snapshot(revision.after) for revision in undone.restored],
            conflicts=[replace(one, taken_by=None) if one.taken_by in unnamed else one for one in undone.conflicts],
            hidden=counted(hidden),
        )
