"""Reading a timeline: pages of it, and whether there is something new."""

from __future__ import annotations

import asyncio
from dataclasses import fields
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from shared.auth import Caller
from timeline.api.access import COUNTS, ENTRIES, ContactId, Cursor, Limit, told_to, viewer_of, whose
from timeline.domain import Entry, Filters, Position, seen_by
from timeline.store import TimelineStore


def _in_a_year(time: datetime) -> datetime:
    try:
        return time.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("not in a year of the calendar") from error


Time = Annotated[AwareDatetime, AfterValidator(_in_a_year)]
Words = Annotated[tuple[str, ...], Field(max_length=30, description="any of these; may be given several times")]


class Asked(BaseModel):
    """A page of a timeline, of the entries that fit every filter."""

    kinds: Words = Field((), alias="kind")
    sources: Words = Field((), alias="source")
    actor: Annotated[str | None, Field(max_length=200)] = None
    since: Time | None = Field(None, alias="from")
    until: Time | None = Field(None, alias="to", description="this moment is not included")
    cursor: Cursor = None
    limit: Limit = 50

    @property
    def filters(self) -> Filters:
        """What is asked for goes by the domain's names."""
        return Filters(**{filter_.name: getattr(self, filter_.name) for filter_ in fields(Filters)})


class TimelineAnswer(BaseModel):
    """A page of a timeline."""

    contact_id: str
    """The survivor, where the one asked for was merged away."""
    known: bool
    """False: nothing was heard of this contact (yet)."""
    items: list[Entry]
    hidden: int
    """How many entries of this page the caller's role may not see."""
    next_cursor: str | None
    as_of: dict[str, datetime]
    """When the last event happened that came from each source; a source that is not named was never heard."""
    position: str
    """For `updates?after=`."""


class UpdatesAnswer(BaseModel):
    """Whether a timeline changed."""

    contact_id: str
    changed: bool
    new: int
    position: str


def timelines_router(store: TimelineStore) -> APIRouter:
    router = APIRouter(prefix="/v1/timeline/{contact_id}", tags=["timeline"])

    @router.get("")
    async def timeline(caller: Caller, contact_id: ContactId, asked: Annotated[Asked, Query()]) -> TimelineAnswer:
        """What happened to a contact, the newest first."""
        after = ENTRIES.place(asked.cursor)
        of = await whose(store, caller, contact_id)
        found, heard, count = await asyncio.gather(
            store.entries(caller.workspace, of, asked.filters, after, asked.limit + 1),
            store.heard(caller.workspace),
            store.count(caller.workspace, of),
        )
        page = found[: asked.limit]
        told = await told_to(store, caller, page)
        seen = [entry for entry in (seen_by(entry, viewer_of(caller)) for entry in told) if entry is not None]
        return TimelineAnswer(
            contact_id=of.contact_id,
            known=of.known,
            items=seen,
            hidden=len(page) - len(seen),
            next_cursor=ENTRIES.after(Position(page[-1].at, page[-1].id)) if len(found) > asked.limit else None,
            as_of=dict(heard),
            position=COUNTS.after(count) or "",
        )

    @router.get("/updates")
    async def updates(
        caller: Caller, contact_id: ContactId, after: Annotated[str | None, Query(max_length=1_000, description="a `position`")] = None
    ) -> UpdatesAnswer:
        """Cheap enough to ask every two seconds. Late events, merges and addresses found later count, whatever their time."""
        before = COUNTS.place(after)
        of = await whose(store, caller, contact_id)
        count = await store.count(caller.workspace, of)
        changed = before is not None and before != count
        new = max(count.entries - before.entries, 0) if before is not None else 0
        return UpdatesAnswer(contact_id=of.contact_id, changed=changed, new=new, position=COUNTS.after(count) or "")

    return router
