"""What a check answers: whoever it may be and the caller may view, and that there are others."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, Field

from dedupe.api.answers import ContactAnswer, DecisionAnswer, ReasonAnswer, reasons_of
from dedupe.api.viewing import hidden_by_owner, unseen, views
from dedupe.domain.indexed import Card
from dedupe.domain.look_alikes import MOST_SHOWN, Alike, LookAlike
from dedupe.domain.match import Advice, advice_for
from dedupe.domain.pairs import Pair, Status
from dedupe.domain.ruleset import Rules
from shared.auth import Hidden, Principal


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


@dataclass(frozen=True, slots=True)
class Seen:
    """Of those who are alike, whom the caller may view, and the others: somebody who is hidden takes nobody's place among those shown."""

    shown: Sequence[LookAlike]
    hidden: Sequence[Card]

    @classmethod
    def by(cls, caller: Principal, found: Sequence[LookAlike], *, but: Container[str]) -> Self:
        """`but` are left out who it is about; whether one they may not view is among these is not told either."""
        shown = [each for each in found if views(caller, each.contact.card) and each.contact.contact_id not in but]
        return cls(shown[:MOST_SHOWN], unseen(caller, [each.contact.card for each in found]))

    @property
    def advice(self) -> Advice:
        """Of somebody hidden no more is said than that they are alike: whoever asks has to ask their owner."""
        return Advice.REVIEW if self.hidden else advice_for([each.match for each in self.shown])


class CheckAnswer(BaseModel):
    """Everybody the candidate may be, the likeliest first."""

    advice: Advice = Field(description="create: nobody is alike; update: it is that one contact; review: somebody has to look, or to ask")
    matches: list[MatchAnswer]
    hidden: list[Hidden] = Field(description="look-alikes that the caller may not view, by owner")
    capped: Capped | None = Field(description="null where everybody was compared who has anything in common")
    ruleset_version: str

    @classmethod
    def of(cls, seen: Seen, alike: Alike, rules: Rules) -> Self:
        return cls(
            advice=seen.advice,
            matches=[MatchAnswer.of(each) for each in seen.shown],
            hidden=hidden_by_owner(seen.hidden),
            capped=Capped.of(alike),
            ruleset_version=rules.version,
        )


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
    hidden: list[Hidden] = Field(description="look-alikes that the caller may not view, by owner")
    capped: Capped | None
    ruleset_version: str
