"""The search before somebody is saved: who may this already be? (CD1, CD2, CD9) And the same for somebody who is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from dedupe.api.answers import ContactAnswer, DecisionAnswer, ReasonAnswer, reasons_of
from dedupe.api.candidate import Candidate
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.look_alikes import Alike, LookAlike, look_alikes
from dedupe.domain.match import Advice, advice_for
from dedupe.domain.pairs import Pair, Status, pair_id
from dedupe.domain.person import profile_of
from dedupe.domain.ruleset import Rules
from dedupe.store import DedupeStore
from shared.auth import Caller
from shared.problem import Problem

MOST_AT_ONCE = 100
AT_A_TIME = 20
"""Candidates looked up with one query; then others get their turn."""

ContactId = Annotated[str, Path(min_length=1, max_length=200)]


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
        return cls(
            contact_id=found.contact.contact_id,
            score=found.match.score,
            certain=found.match.certain,
            advice=found.match.advice,
            reasons=reasons_of(found.match.reasons),
            contact=ContactAnswer.of(found.contact),
        )


class Capped(BaseModel):
    """What was not looked at, so that an answer takes no longer in a large workspace."""

    crowded: list[str] = Field(description="kinds of what too many have to tell anybody by: a common name, a switchboard")
    not_compared: int = Field(description="contacts with something in common that are not among those compared; counted up to 1000")

    @classmethod
    def of(cls, alike: Alike) -> Self | None:
        if not alike.crowded and not alike.beyond:
            return None
        return cls(crowded=sorted(alike.crowded), not_compared=alike.beyond)


class CheckAnswer(BaseModel):
    """Everybody the candidate may be, the likeliest first."""

    advice: Advice = Field(description="create: nobody is alike; update: it is that one contact; review: somebody has to look")
    matches: list[MatchAnswer]
    capped: Capped | None = Field(description="null where everybody was compared who has anything in common")
    ruleset_version: str

    @classmethod
    def of(cls, found: Iterable[LookAlike], alike: Alike, rules: Rules) -> Self:
        shown = list(found)
        return cls(
            advice=advice_for([each.match for each in shown]),
            matches=[MatchAnswer.of(each) for each in shown],
            capped=Capped.of(alike),
            ruleset_version=rules.version,
        )


class Candidates(BaseModel):
    """Several, as one would be checked."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    candidates: Annotated[list[Candidate], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ChecksAnswer(BaseModel):
    """In the order of the candidates. Among each other they are not compared."""

    answers: list[CheckAnswer]


class PairedMatch(MatchAnswer):
    """A look-alike of a saved contact, with what is kept of the two."""

    pair_id: str
    status: Status | None = Field(description="null where the two are no pair: not suspected, shown for their address or number in common")
    decision: DecisionAnswer | None

    @classmethod
    def paired(cls, found: LookAlike, of_both: str, pair: Pair | None) -> Self:
        said = DecisionAnswer.of(pair.decision) if pair and pair.decision else None
        return cls(**MatchAnswer.of(found).model_dump(), pair_id=of_both, status=pair and pair.status, decision=said)


class MatchesAnswer(BaseModel):
    """Everybody a saved contact may be too, the likeliest first."""

    contact_id: str = Field(description="who it is about: the survivor of one that was merged away")
    matches: list[PairedMatch]
    capped: Capped | None
    ruleset_version: str


def check_router(store: DedupeStore) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])

    async def checked(workspace: str, candidates: list[Candidate], rules: Rules) -> list[CheckAnswer]:
        profiles = [profile_of(candidate.person()) for candidate in candidates]
        found = await store.alike(workspace, [blocking_keys(profile) for profile in profiles])
        answers = []
        for candidate, profile, alike in zip(candidates, profiles, found, strict=True):
            changed = {await store.survivor(workspace, candidate.contact_id)} if candidate.contact_id else set()
            answers.append(CheckAnswer.of(look_alikes(profile, alike, rules, but=changed), alike, rules))
        return answers

    @router.post("/check")
    async def check(candidate: Candidate, caller: Caller) -> CheckAnswer:
        """Who may this already be? Writes nothing."""
        [answer] = await checked(caller.workspace, [candidate], await store.rules(caller.workspace))
        return answer

    @router.post("/checks")
    async def checks(asked: Candidates, caller: Caller) -> ChecksAnswer:
        """The same for several at once."""
        rules = await store.rules(caller.workspace)
        answers: list[CheckAnswer] = []
        for start in range(0, len(asked.candidates), AT_A_TIME):
            answers += await checked(caller.workspace, asked.candidates[start : start + AT_A_TIME], rules)
            await asyncio.sleep(0)
        return ChecksAnswer(answers=answers)

    @router.get("/contacts/{contact_id}/matches")
    async def matches(contact_id: ContactId, caller: Caller) -> MatchesAnswer:
        """Who may this contact be too? An id that was merged away is answered for its survivor."""
        of_whom = await store.survivor(caller.workspace, contact_id)
        contact = (await store.contacts(caller.workspace, [of_whom])).get(of_whom)
        if contact is None or contact.gone:
            raise Problem(404, "not-found", "There is no such contact in the match index.")
        rules = await store.rules(caller.workspace)
        [alike] = await store.alike(caller.workspace, [contact.keys])
        found = look_alikes(contact.profile, alike, rules, but={of_whom})
        of_both = {each.contact.contact_id: pair_id(of_whom, each.contact.contact_id) for each in found}
        pairs = await store.pairs_by_id(caller.workspace, of_both.values())
        return MatchesAnswer(
            contact_id=of_whom,
            matches=[PairedMatch.paired(each, of := of_both[each.contact.contact_id], pairs.get(of)) for each in found],
            capped=Capped.of(alike),
            ruleset_version=rules.version,
        )

    return router
