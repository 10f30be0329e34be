"""Notes: written, edited and deleted here, and on the timeline in the same moment."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.auth import Caller, Principal, Role, require
from shared.contracts.ids import new_id
from shared.contracts.timeline import Note as NoteSaid
from shared.contracts.timeline import NoteAdded, NoteDeleted, NoteEdited
from shared.problem import Problem
from timeline.api.access import NOTES, ContactId, Cursor, Limit, Now, viewer_of, whose
from timeline.domain import NOTE_LIMIT, Actor, Note, Position
from timeline.store import TimelineStore
from timeline.translate import entry_from, note_event

Member = Annotated[Principal, require(Role.MEMBER)]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NOTE_LIMIT)]
_KEYS = uuid.UUID("3f0a4f7e-6c58-4b0e-9a39-6c1f1f9c8f52")


class Written(BaseModel):
    """A new note."""

    model_config = ConfigDict(extra="forbid")

    text: Text


class Rewritten(Written):
    """Another text for a note, made from the version that was read."""

    version: int


class EditAnswer(BaseModel):
    """What a note said before."""

    text: str
    edited_by: str
    edited_at: datetime


class NoteAnswer(BaseModel):
    """A note as it is."""

    id: str
    contact_id: str
    text: str
    author_id: str
    created_at: datetime
    updated_at: datetime
    version: int
    history: list[EditAnswer]


class NotesAnswer(BaseModel):
    """A page of notes, the newest first."""

    contact_id: str
    items: list[NoteAnswer]
    next_cursor: str | None


def notes_router(store: TimelineStore, now: Now, region: str) -> APIRouter:
    router = APIRouter(prefix="/v1/timeline/{contact_id}/notes", tags=["notes"])

    async def saved(caller: Principal, note: Note, said: type[NoteSaid]) -> bool:
        event = note_event(said, note, caller.workspace, Actor(caller.subject, caller.actortype))
        entry = entry_from(event, region)
        assert entry is not None  # noqa: S101 - every note event has a line
        return await store.write(caller.workspace, note, event, entry)

    async def save(caller: Principal, note: Note, said: type[NoteSaid]) -> NoteAnswer:
        if not await saved(caller, note, said):
            raise _stale(await store.note_met(caller.workspace, note.id))
        return _answer(note)

    async def changeable(caller: Principal, contact_id: str, note_id: str, version: int) -> Note:
        of = await whose(store, caller, contact_id)
        note = await store.note(caller.workspace, note_id)
        if note is None or note.contact_id != of.contact_id:
            raise Problem(404, "not-found", "There is no such note on this contact.")
        if not note.may_be_changed_by(viewer_of(caller)):
            raise Problem(403, "forbidden", "A note is changed by its author or a manager.")
        if note.version != version:
            raise _stale(note)
        return note

    @router.post("", status_code=201)
    async def add(
        caller: Member, contact_id: ContactId, body: Written, response: Response, idempotency_key: IdempotencyKey = None
    ) -> NoteAnswer:
        """Internal only: a note is never sent to anybody. A repeated key is answered with the first result."""
        of = await whose(store, caller, contact_id)
        at = now()
        note = Note(_id_for(caller, idempotency_key), of.contact_id, of.contact_id, body.text, caller.subject, at, at)
        earlier = await store.note(caller.workspace, note.id) if idempotency_key else None
        if earlier is None:
            if await saved(caller, note, NoteAdded):
                return _answer(note)
            earlier = await store.note_met(caller.workspace, note.id)  # written in this moment, or deleted again
        if earlier is None:
            raise _stale(None)
        if _as_added(earlier).text != note.text:
            raise Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another note.")
        response.headers["Idempotency-Replayed"] = "true"
        return _answer(_as_added(earlier))

    @router.get("")
    async def listed(caller: Caller, contact_id: ContactId, cursor: Cursor = None, limit: Limit = 50) -> NotesAnswer:
        after = NOTES.place(cursor)
        of = await whose(store, caller, contact_id)
        found = await store.notes(caller.workspace, of, after, limit + 1)
        page = found[:limit]
        more = len(found) > limit
        return NotesAnswer(
            contact_id=of.contact_id,
            items=[_answer(note) for note in page],
            next_cursor=NOTES.after(Position(page[-1].created_at, page[-1].id)) if more else None,
        )

    @router.patch("/{note_id}")
    async def edit(caller: Member, contact_id: ContactId, note_id: str, body: Rewritten) -> NoteAnswer:
        """What it said before is kept in its history."""
        note = await changeable(caller, contact_id, note_id, body.version)
        return await save(caller, note.edited(body.text, caller.subject, now()), NoteEdited)

    @router.delete("/{note_id}", status_code=204)
    async def remove(caller: Member, contact_id: ContactId, note_id: str, version: Annotated[int, Query()]) -> None:
        note = await changeable(caller, contact_id, note_id, version)
        await save(caller, note.removed(now()), NoteDeleted)

    return router


def _id_for(caller: Principal, key: str | None) -> str:
    """Keys belong to who sends them, and one is one note: its id follows from both."""
    return new_id() if key is None else str(uuid.uuid5(_KEYS, f"{caller.workspace} {caller.subject} {key}"))


def _as_added(note: Note) -> Note:
    """The first version, whatever became of it since."""
    text = note.history[0].text if note.history else note.text
    return replace(note, text=text, updated_at=note.created_at, version=1, history=())


def _stale(current: Note | None) -> Problem:
    """Somebody wrote in between: the answer holds what they wrote."""
    if current is None:
        return Problem(404, "not-found", "This note was deleted meanwhile.")
    return Problem(409, "stale-version", "The note was changed meanwhile.", current=_answer(current).model_dump(mode="json"))


def _answer(note: Note) -> NoteAnswer:
    return NoteAnswer.model_validate(note, from_attributes=True)
