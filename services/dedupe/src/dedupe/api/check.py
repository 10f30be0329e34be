"""The search before somebody is saved: who may this already be? (CD1, CD2, CD9) And the same for somebody who is."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from dedupe.api.candidate import Candidate
from dedupe.api.check_answers import Capped, CheckAnswer, ChecksAnswer, MatchesAnswer, PairedMatch, Seen
from dedupe.api.viewing import hidden_by_owner, refuse_unseen
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.look_alikes import look_alikes
from dedupe.domain.pairs import pair_id
from dedupe.domain.person import profile_of
from dedupe.store import DedupeStore
from shared.auth import Caller, Principal
from shared.problem import Problem

MOST_AT_ONCE = 100
AT_A_TIME = 20
"""Candidates looked up with one query; then others get their turn."""

ContactId = Annotated[str, Path(min_length=1, max_length=200)]


class Candidates(BaseModel):
    """Several, as one would be checked."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    candidates: Annotated[list[Candidate], Field(min_length=1, max_length=MOST_AT_ONCE)]


def check_router(store: DedupeStore) -> APIRouter:
    router = APIRouter(prefix="/v1/duplicates", tags=["duplicates"])

    async def checked(caller: Principal, candidates: list[Candidate]) -> list[CheckAnswer]:
        rules = await store.rules(caller.workspace)
        saved = {candidate.contact_id for candidate in candidates if candidate.contact_id}
        today = await store.survivors(caller.workspace, saved) if saved else {}
        answers: list[CheckAnswer] = []
        for start in range(0, len(candidates), AT_A_TIME):
            if answers:
                await asyncio.sleep(0)
            portion = candidates[start : start + AT_A_TIME]
            profiles = [profile_of(candidate.person()) for candidate in portion]
            found = await store.alike(caller.workspace, [blocking_keys(profile) for profile in profiles])
            for candidate, profile, alike in zip(portion, profiles, found, strict=True):
                itself = {today[candidate.contact_id]} if candidate.contact_id else set()
                seen = Seen.by(caller, look_alikes(profile, alike, rules, most=None), but=itself)
                answers.append(CheckAnswer.of(seen, alike, rules))
        return answers

    @router.post("/check")
    async def check(candidate: Candidate, caller: Caller) -> CheckAnswer:
        """Who may this already be? Writes nothing."""
        [answer] = await checked(caller, [candidate])
        return answer

    @router.post("/checks")
    async def checks(asked: Candidates, caller: Caller) -> ChecksAnswer:
        """The same for several at once."""
        return ChecksAnswer(answers=await checked(caller, asked.candidates))

    @router.get("/contacts/{contact_id}/matches")
    async def matches(contact_id: ContactId, caller: Caller) -> MatchesAnswer:
        """Who may this contact be too? An id that was merged away is answered for its survivor."""
        of_whom = await store.survivor(caller.workspace, contact_id)
        contact = (await store.contacts(caller.workspace, [of_whom])).get(of_whom)
        if contact is not None:
            refuse_unseen(caller, [contact.card])
        if contact is None or contact.gone:
            raise Problem(404, "not-found", "There is no such contact in the match index.")
        rules = await store.rules(caller.workspace)
        [alike] = await store.alike(caller.workspace, [contact.keys])
        seen = Seen.by(caller, look_alikes(contact.profile, alike, rules, most=None), but={of_whom})
        of_both = {each.contact.contact_id: pair_id(of_whom, each.contact.contact_id) for each in seen.shown}
        pairs = await store.pairs_by_id(caller.workspace, of_both.values())
        return MatchesAnswer(
            contact_id=of_whom,
            matches=[PairedMatch.paired(each, of := of_both[each.contact.contact_id], pairs.get(of)) for each in seen.shown],
            hidden=hidden_by_owner(seen.hidden),
            capped=Capped.of(alike),
            ruleset_version=rules.version,
        )

    return router
