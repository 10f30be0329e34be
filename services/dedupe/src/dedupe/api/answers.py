"""What clients get: reasons, and a matched contact as the index knows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.match import Reason
from dedupe.domain.pairs import Decision, Pair, Status, Verdict


class ReasonAnswer(BaseModel):
    """One comparison. A weight above 0 speaks for one person, below 0 against it; 1 doubles the odds."""

    model_config = ConfigDict(from_attributes=True)

    field: str
    comparison: str
    weight: float
    text: str


class ContactAnswer(BaseModel):
    """A contact as the match index knows it, which may be seconds behind."""

    id: str
    name: str
    first_name: str
    last_name: str
    emails: list[str]
    phones: list[str]
    company: str | None
    owner_id: str | None = Field(description="member id")
    source: str | None = Field(description="manual, form, import, mailbox, integration, api")
    run: str | None = Field(description="import run, name of the integration, form or mailbox")

    @classmethod
    def of(cls, contact: IndexedContact) -> Self:
        card = contact.card
        return cls(
            id=contact.contact_id,
            name=card.name,
            first_name=card.first_name,
            last_name=card.last_name,
            emails=list(card.emails),
            phones=list(card.phones),
            company=card.company or None,
            owner_id=card.owner_id or None,
            source=card.source or None,
            run=card.run or None,
        )


class DecisionAnswer(BaseModel):
    """What somebody said of two contacts, or that they took it back (undecided); a merge says it too, and then nobody is named."""

    verdict: Verdict
    by: str | None = Field(description="member id")
    reason: str | None

    @classmethod
    def of(cls, decision: Decision) -> Self:
        return cls(verdict=decision.verdict, by=decision.by, reason=decision.reason)


class ScoredPair(BaseModel):
    """Two contacts that may be one person, and why."""

    id: str
    contact_ids: list[str]
    status: Status
    decision: DecisionAnswer | None = Field(description="the newest; it may have been of other contents than they have now")
    score: float = Field(description="0 to 1: how likely it is one person")
    certain: bool = Field(description="by its score, or because somebody said so")
    reasons: list[ReasonAnswer]
    ruleset_version: str
    version: int

    @classmethod
    def of(cls, pair: Pair) -> Self:
        return cls(**_scored(pair))


class PairAnswer(ScoredPair):
    """With what is known of both."""

    contacts: list[ContactAnswer] = Field(description="in the order of contact_ids; those that are gone are left out")

    @classmethod
    def with_both(cls, pair: Pair, known: Mapping[str, IndexedContact]) -> Self:
        here = [known[contact_id] for contact_id in pair.contact_ids if contact_id in known]
        return cls(**_scored(pair), contacts=[ContactAnswer.of(contact) for contact in here if not contact.gone])


def _scored(pair: Pair) -> dict[str, Any]:
    return {
        "id": pair.pair_id,
        "contact_ids": list(pair.contact_ids),
        "status": pair.status,
        "decision": DecisionAnswer.of(pair.decision) if pair.decision else None,
        "score": pair.score,
        "certain": pair.sure,
        "reasons": reasons_of(pair.reasons),
        "ruleset_version": pair.ruleset,
        "version": pair.version,
    }


def reasons_of(reasons: Iterable[Reason]) -> list[ReasonAnswer]:
    return [ReasonAnswer.model_validate(reason) for reason in reasons]
