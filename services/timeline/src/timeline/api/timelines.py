"""Reading a timeline: pages of it, and whether there is something new."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from shared.auth import Caller
from timeline.api.access import ContactId, Cursor, Limit, count_of, cursor_of, position_of, token_of, viewer_of, whose
from timeline.domain import Entry, Filters, Position, seen_by
from timeline.store import TimelineStore

Words = Annotated[list[str], Query(max_length=30, description="any of these; may be given several times")]


class EntryAnswer(BaseModel):
    """One line."""

    id: str
    at: datetime
    kind: str
    type: str
    source: str
    sentence: str
    actor: dict[str, str | None]
    refs: list[dict[str, str]]
    details: dict[str, Any]
    visibility: str
    backfill: bool


class TimelineAnswer(BaseModel):
    """A page of a timeline."""

    contact_id: str
    """The survivor, where the one asked for was merged away."""
    known: bool
    """False: nothing was heard of this contact (yet)."""
    items: list[EntryAnswer]
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
    async def timeline(  # noqa: PLR0917 - the query's parameters
        caller: Caller,
        contact_id: ContactId,
        kind: Words = [],  # noqa: B006 - FastAPI copies it
        source: Words = [],  # noqa: B006
        actor: Annotated[str | None, Query(max_length=200)] = None,
        since: Annotated[AwareDatetime | None, Query(alias="from")] = None,
        until: Annotated[AwareDatetime | None, Query(alias="to", description="this moment is not included")] = None,
        cursor: Cursor = None,
        limit: Limit = 50,
    ) -> TimelineAnswer:
        """What happened to a contact, the newest first."""
        filters = Filters(tuple(kind), tuple(source), actor, since, until)
        after = position_of(cursor)
        of = await whose(store, caller, contact_id)
        found, heard, count = await asyncio.gather(
            store.entries(caller.workspace, of, filters, after, limit + 1),
            store.heard(caller.workspace),
            store.count(caller.workspace, of),
        )
        page = found[:limit]
        seen = [entry for entry in (seen_by(entry, viewer_of(caller)) for entry in page) if entry is not None]
        return TimelineAnswer(
            contact_id=of.contact_id,
            known=of.known,
            items=_answers(seen),
            hidden=len(page) - len(seen),
            next_cursor=cursor_of(Position(page[-1].at, page[-1].id)) if len(found) > limit else None,
            as_of=dict(heard),
            position=token_of(count),
        )

    @router.get("/updates")
    async def updates(
        caller: Caller, contact_id: ContactId, after: Annotated[str | None, Query(max_length=1_000, description="a `position`")] = None
    ) -> UpdatesAnswer:
        """Cheap enough to ask every two seconds. Late events, merges and addresses found later count, whatever their time."""
        before = None if after is None else count_of(after)
        of = await whose(store, caller, contact_id)
        count = await store.count(caller.workspace, of)
        changed = before is not None and before != count
        new = max(count.entries - before.entries, 0) if before is not None else 0
        return UpdatesAnswer(contact_id=of.contact_id, changed=changed, new=new, position=token_of(count))

    return router


def _answers(entries: Sequence[Entry]) -> list[EntryAnswer]:
    return [_answer(entry) for entry in entries]


def _answer(entry: Entry) -> EntryAnswer:
    actor: Mapping[str, str | None] = {"id": entry.actor.id, "type": entry.actor.type}
    return EntryAnswer(
        id=entry.id,
        at=entry.at,
        kind=entry.kind,
        type=entry.type,
        source=entry.source,
        sentence=entry.sentence,
        actor=dict(actor),
        refs=[{"kind": ref.kind, "id": ref.id} for ref in entry.refs],
        details=dict(entry.details),
        visibility=entry.visibility,
        backfill=entry.backfill,
    )
