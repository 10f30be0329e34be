"""What a merge would do, as data: the contacts service's preview, and what the timeline has of each of them.

Everything about a contact follows it when it is merged away. How much that is, the timeline knows; while it is silent the numbers are
null and said to be unknown, and the rest of the preview stands.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gateway.access import Program
from gateway.api_proxy import PREFIX, passed_on
from gateway.clients import Services, UnansweredError
from gateway.compose import refusal
from gateway.parts import parts_of
from gateway.tallies import Counts, tallied

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]

router = APIRouter(prefix=PREFIX)


class Wish(BaseModel):
    """Who stays, who goes, and from whom a field is taken where they differ."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    survivor_id: Id
    merged_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=49)]
    choices: Annotated[Mapping[Annotated[str, StringConstraints(max_length=200)], Id], Field(max_length=500)] = {}

    @property
    def ids(self) -> tuple[str, ...]:
        return (self.survivor_id, *self.merged_ids)


class Moves(BaseModel):
    """How many lines of each kind follow to the survivor. `as_of` of an unknown one is when the timeline was last heard."""

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "unknown"]
    as_of: datetime | None
    in_all: Counts | None = Field(None, description="of everybody who is merged away, by kind")
    per_contact: Mapping[str, Counts] | None = Field(None, description="of each of them and of the survivor, by kind")
    open: Mapping[str, Counts] | None = Field(None, description="how many of those are open, where a kind can be")


class Preview(BaseModel):
    """The contacts service's preview as it stands, and the moves."""

    model_config = ConfigDict(frozen=True, extra="allow")

    contact: Any
    fields: Any
    moves: Moves


async def previewed(services: Services, headers: Mapping[str, str], wish: Wish, deadline_s: float) -> Preview:
    """Raises the refusal of the contacts service, or UnansweredError when it gives none."""
    question = services.contacts.ask(
        "POST", "/v1/contacts/merges/preview", deadline_s=deadline_s, body=wish.model_dump(mode="json"), headers=headers
    )
    answer, moves = await asyncio.gather(question, moved(services, headers, wish, deadline_s))
    if not answer.ok:
        raise refusal(answer)
    return Preview.model_validate({**answer.body, "moves": moves})


async def moved(services: Services, headers: Mapping[str, str], wish: Wish, deadline_s: float) -> Moves:
    """What the timeline counts of each of them."""
    found = await tallied(services, headers, wish.ids, deadline_s)
    if not found.complete:
        return Moves(status="unknown", as_of=found.as_of)
    each, still_open = ({one: dict(said.get(one) or {}) for one in wish.ids} for said in (found.records, found.open))
    in_all: Counter[str] = Counter()
    for contact_id in wish.merged_ids:
        in_all.update(each[contact_id])
    return Moves(status="ok", as_of=found.as_of, in_all=in_all, per_contact=each, open=still_open)


@router.post("/contacts/merges/preview", tags=["gateway"])
async def preview_merge(request: Request, caller: Program, wish: Wish) -> Preview:
    """What would become of these contacts, and how many lines of their history would move. Nothing is written."""
    parts = parts_of(request)
    try:
        return await previewed(parts.services, passed_on(caller.token), wish, parts.settings.page_timeout_s)
    except UnansweredError as error:
        raise error.problem() from error
