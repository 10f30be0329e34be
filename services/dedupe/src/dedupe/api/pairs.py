"""Suspected pairs among saved contacts: read, and decided to be two people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from dedupe.api.answers import PairAnswer
from dedupe.api.places import placed
from dedupe.domain.pairs import Status, Verdict, decided
from dedupe.judging import regroup
from dedupe.store import DedupeStore, Judgement, Wanted
from dedupe.translate import told_by
from shared.auth import Caller, Principal, Role, require
from shared.problem import Problem

Now = Callable[[], datetime]
Member = Annotated[Principal, require(Role.MEMBER)]
PairId = Annotated[str, Path(min_length=1, max_length=64)]
ContactId = Annotated[str, Query(min_length=1, max_length=200)]


class PairsAnswer(BaseModel):
    """A page of pairs, the likeliest first."""

    items: list[PairAnswer]
    next_cursor: str | None


class Decision(BaseModel):
    """Why they are two people."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None


PAIRS = placed("pairs")


def pairs_router(store: DedupeStore, now: Now) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates/pairs", tags=["duplicates"])

    @router.get("")
    async def pairs(
        caller: Caller,
        *,
        contact_id: ContactId | None = None,
        status: Status = Status.SUSPECTED,
        min_score: Annotated[float, Query(ge=0, le=1)] = 0.0,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> PairsAnswer:
        """Pairs of the workspace, or of one contact: an id that was merged away is answered for its survivor."""
        if contact_id is not None:
            contact_id = await store.survivor(caller.workspace, contact_id)
        wanted = Wanted(status, contact_id, min_score, PAIRS.place(cursor), limit)
        found, following = await store.pairs(caller.workspace, wanted)
        known = await store.contacts(caller.workspace, {contact_id for pair in found for contact_id in pair.contact_ids})
        return PairsAnswer(items=[PairAnswer.with_both(pair, known) for pair in found], next_cursor=PAIRS.after(following))

    @router.post("/{pair_id}/dismiss")
    async def dismiss(pair_id: PairId, decision: Decision, caller: Member) -> PairAnswer:
        """They are two people: not shown again unless an identifying field of either changes."""

        async def decide(judging: Judgement) -> PairAnswer:
            found = await judging.pair(pair_id)
            if found is None:
                raise Problem(404, "not-found", "There is no such pair.")
            pair, one, other = found
            if pair.status not in {Status.SUSPECTED, Status.DISMISSED}:
                raise Problem(409, "not-suspected", "These two are no longer suspected to be one person.", pair_status=pair.status.value)
            after = decided(pair, one, other, Verdict.TWO_PEOPLE, by=caller.subject, reason=decision.reason)
            if after is not pair:
                await judging.save([after])
                await regroup(judging, after.contact_ids, [after], await judging.rules())
                judging.publish(told_by(after, caller, now()))
            return PairAnswer.with_both(after, {one.contact_id: one, other.contact_id: other})

        return await store.judging(caller.workspace, decide)

    return router
