"""What people decided, with what had been found by then: from this, weights can be fitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from dedupe.api.answers import ReasonAnswer, reasons_of
from dedupe.api.viewing import parted
from dedupe.domain.pairs import Decision, Pair, Verdict
from dedupe.store import DedupeStore
from shared.auth import Caller, Principal, sees_all
from shared.web.cursors import Cursors


class DecidedAnswer(BaseModel):
    """One pair; of several decisions about it the newest."""

    pair_id: str
    contact_ids: list[str]
    verdict: Verdict
    by: str | None = Field(description="member id; null where a merge said it")
    reason: str | None = Field(description="somebody's own words, or merge_undone")
    findings: list[ReasonAnswer] = Field(description="when it was decided; empty where the two were merged without having been suspected")

    @classmethod
    def of(cls, pair: Pair, decision: Decision) -> Self:
        return cls(
            pair_id=pair.pair_id,
            contact_ids=list(pair.contact_ids),
            verdict=decision.verdict,
            by=decision.by,
            reason=decision.reason,
            findings=reasons_of(decision.findings),
        )


class DecisionsAnswer(BaseModel):
    """A page, in the order of the pairs' ids."""

    items: list[DecidedAnswer]
    next_cursor: str | None


def _pair_id(words: Sequence[str]) -> str:
    (pair_id,) = words
    return pair_id


DECISIONS = Cursors[str]("decisions", lambda pair_id: (pair_id,), _pair_id)


def decisions_router(store: DedupeStore) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates/decisions", tags=["duplicates"])

    async def viewed(caller: Principal, pairs: Sequence[Pair]) -> list[Pair]:
        contact_ids = {contact_id for pair in pairs for contact_id in pair.contact_ids}
        shown, _ = parted(caller, pairs, await store.cards(caller.workspace, contact_ids))
        return shown

    @router.get("")
    async def decisions(
        caller: Caller,
        *,
        cursor: Annotated[str | None, Query(max_length=200)] = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 200,
    ) -> DecisionsAnswer:
        """All that anybody said of pairs, and every merge of two that were suspected; where the caller may view both of them."""
        found = await store.decisions(caller.workspace, DECISIONS.place(cursor) or "", limit + 1)
        page = found[:limit]
        shown = page if sees_all(caller) else await viewed(caller, page)
        items = [DecidedAnswer.of(pair, pair.decision) for pair in shown if pair.decision is not None]
        return DecisionsAnswer(items=items, next_cursor=DECISIONS.after(page[-1].pair_id if len(found) > limit else None))

    return router
