"""The search before somebody is saved: who may this already be? (CD1, CD2, CD9)"""

from __future__ import annotations

from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dedupe.api.answers import ContactAnswer, ReasonAnswer, reasons_of
from dedupe.api.candidate import Candidate
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.look_alikes import LookAlike, look_alikes
from dedupe.domain.match import Advice, advice_for
from dedupe.domain.person import profile_of
from dedupe.store import DedupeStore
from shared.auth import Caller


class MatchAnswer(BaseModel):
    """A contact that may be this person."""

    contact_id: str
    score: float = Field(description="0 to 1: how likely it is the same person")
    certain: bool
    advice: Advice
    reasons: list[ReasonAnswer] = Field(description="the weightiest first")
    contact: ContactAnswer

    @classmethod
    def of(cls, found: LookAlike) -> Self:
        match = found.match
        return cls(
            contact_id=found.contact.contact_id,
            score=match.score,
            certain=match.certain,
            advice=match.advice,
            reasons=reasons_of(match.reasons),
            contact=ContactAnswer.of(found.contact),
        )


class CheckAnswer(BaseModel):
    """Everybody the candidate may be, the likeliest first."""

    advice: Advice = Field(description="create: nobody is alike; update: it is that one contact; review: somebody has to look")
    matches: list[MatchAnswer]
    ruleset_version: str


def check_router(store: DedupeStore) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])

    @router.post("/check")
    async def check(candidate: Candidate, caller: Caller) -> CheckAnswer:
        """Who may this already be? Writes nothing."""
        profile = profile_of(candidate.person())
        changed = await store.survivor(caller.workspace, candidate.contact_id) if candidate.contact_id else None
        rules = await store.rules(caller.workspace)
        known = await store.alike(caller.workspace, blocking_keys(profile))
        found = look_alikes(profile, (contact for contact in known if contact.contact_id != changed), rules)
        return CheckAnswer(
            advice=advice_for([each.match for each in found]),
            matches=[MatchAnswer.of(each) for each in found],
            ruleset_version=rules.version,
        )

    return router
