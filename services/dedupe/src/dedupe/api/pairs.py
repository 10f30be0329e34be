"""Suspected pairs among saved contacts: read, and decided to be one person or two."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from dedupe.api.answers import PairAnswer
from dedupe.api.deciding import Deciding, Member, Said
from dedupe.api.places import placed
from dedupe.api.viewing import hidden_by_owner, parted, refuse_unseen
from dedupe.domain.pairs import Status, Verdict
from dedupe.store import DedupeStore, Wanted
from shared.auth import Caller, Hidden, Principal
from shared.problem import Problem

PairId = Annotated[str, Path(min_length=1, max_length=64)]
ContactId = Annotated[str, Query(min_length=1, max_length=200)]


class PairsAnswer(BaseModel):
    """A page of pairs, the likeliest first."""

    items: list[PairAnswer]
    hidden: list[Hidden] = Field(
        description="of the pairs of this page that are left out, the one of the two that the caller may not view, by owner"
    )
    next_cursor: str | None


PAIRS = placed("pairs")


def pairs_router(store: DedupeStore, now: Callable[[], datetime]) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates/pairs", tags=["duplicates"])
    deciding = Deciding(store, now)

    @router.get("")
    async def pairs(
        caller: Caller,
        *,
        contact_id: ContactId | None = None,
        status: Annotated[Status | None, Query(description="without it: suspected, and those said to be one person")] = None,
        min_score: Annotated[float, Query(ge=0, le=1)] = 0.0,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> PairsAnswer:
        """Pairs of the workspace, or of one contact: an id that was merged away is answered for its survivor.

        A page may be shorter than `limit`: pairs of somebody the caller may not view are not in it.
        """
        of_whom = await store.survivor(caller.workspace, contact_id) if contact_id is not None else None
        found, following = await store.pairs(caller.workspace, Wanted(status, of_whom, min_score, PAIRS.place(cursor), limit))
        in_them = {contact_id for pair in found for contact_id in pair.contact_ids}
        known = await store.contacts(caller.workspace, in_them | ({of_whom} if of_whom is not None else set()))
        if of_whom is not None and of_whom in known:
            refuse_unseen(caller, [known[of_whom].card])
        shown, hidden = parted(caller, found, {each: contact.card for each, contact in known.items()})
        items = [PairAnswer.with_both(pair, known) for pair in shown]
        return PairsAnswer(items=items, hidden=hidden_by_owner(hidden), next_cursor=PAIRS.after(following))

    async def decide(pair_id: str, verdict: Verdict, said: Said, caller: Principal) -> PairAnswer:
        decided = await deciding.about_pair(pair_id, verdict, said, caller)
        if decided is None:
            raise Problem(404, "not-found", "There is no such pair.")
        pair, contacts = decided
        return PairAnswer.with_both(pair, contacts)

    @router.post("/{pair_id}/dismiss")
    async def dismiss(pair_id: PairId, said: Said, caller: Member) -> PairAnswer:
        """They are two people: not shown again unless an identifying field of either changes."""
        return await decide(pair_id, Verdict.TWO_PEOPLE, said, caller)

    @router.post("/{pair_id}/confirm")
    async def confirm(pair_id: PairId, said: Said, caller: Member) -> PairAnswer:
        """They are one person, to be merged: shown as that until they are, unless an identifying field of either changes."""
        return await decide(pair_id, Verdict.ONE_PERSON, said, caller)

    @router.post("/{pair_id}/reopen")
    async def reopen(pair_id: PairId, said: Said, caller: Member) -> PairAnswer:
        """What was said of them is taken back: whether they are suspected follows from their score again."""
        return await decide(pair_id, Verdict.UNDECIDED, said, caller)

    return router
