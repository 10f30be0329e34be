"""What somebody says of pairs: kept with the clusters it changes, and told, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from dedupe.api.viewing import refuse_unseen
from dedupe.domain.indexed import IndexedContact
from dedupe.domain.pairs import LINKING, Pair, Status, Verdict, decided, taken_back
from dedupe.judging import regroup
from dedupe.store import DedupeStore, Judgement
from dedupe.translate import told_by
from shared.auth import Principal, Role, require
from shared.problem import Problem

Member = Annotated[Principal, require(Role.MEMBER)]
Three = tuple[Pair, IndexedContact, IndexedContact]

OPEN = frozenset({*LINKING, Status.DISMISSED})
"""What somebody can say something of."""


class Said(BaseModel):
    """Why, in somebody's own words."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None = None


@dataclass(frozen=True, slots=True)
class Deciding:
    """Decisions of people."""

    store: DedupeStore
    now: Callable[[], datetime]

    async def about_pair(
        self, pair_id: str, verdict: Verdict, said: Said, caller: Principal
    ) -> tuple[Pair, dict[str, IndexedContact]] | None:
        """The pair afterwards, and its two contacts; None where there is no such pair."""

        async def work(judging: Judgement) -> tuple[Pair, dict[str, IndexedContact]] | None:
            found = await judging.pair(pair_id)
            if found is None:
                return None
            pair, one, other = found
            refuse_unseen(caller, [one.card, other.card])
            if pair.status not in OPEN:
                raise Problem(409, "not-suspected", "These two are no longer suspected to be one person.", pair_status=pair.status.value)
            [after] = await self._decide(judging, [found], verdict, said, caller)
            return after, {one.contact_id: one, other.contact_id: other}

        return await self.store.judging(caller.workspace, work)

    async def apart(self, contact_ids: Collection[str], others: Collection[str], said: Said, caller: Principal) -> list[Pair]:
        """Whoever of the ones is linked to one of the others is another person."""

        async def work(judging: Judgement) -> list[Pair]:
            together = await judging.together({*contact_ids, *others})
            ones, theirs = frozenset(contact_ids), frozenset(others)
            linked = [
                (pair, together.contacts[one], together.contacts[other])
                for pair in together.pairs.values()
                for one, other in [pair.contact_ids]
                if pair.status in LINKING and ((one in ones and other in theirs) or (one in theirs and other in ones))
            ]
            return await self._decide(judging, linked, Verdict.TWO_PEOPLE, said, caller)

        return await self.store.judging(caller.workspace, work)

    async def _decide(self, judging: Judgement, pairs: Iterable[Three], verdict: Verdict, said: Said, caller: Principal) -> list[Pair]:
        """The pairs as they are afterwards."""
        rules = await judging.rules()

        def after(pair: Pair, one: IndexedContact, other: IndexedContact) -> Pair:
            if verdict is Verdict.UNDECIDED:
                return taken_back(pair, one, other, by=caller.subject, reason=said.reason, rules=rules)
            return decided(pair, one, other, verdict, by=caller.subject, reason=said.reason)

        before_and_after = [(three[0], after(*three)) for three in pairs]
        changed = [after for before, after in before_and_after if after is not before]
        if changed:
            await judging.save(changed)
            await regroup(judging, {contact_id for pair in changed for contact_id in pair.contact_ids}, changed, rules)
            judging.publish(*(told_by(pair, caller, self.now()) for pair in changed))
        return [after for _, after in before_and_after]
