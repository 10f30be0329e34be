"""What clients get: reasons, and a matched contact as the index knows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from dedupe.domain.indexed import IndexedContact
from dedupe.domain.match import Reason


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
        )


def reasons_of(reasons: Iterable[Reason]) -> list[ReasonAnswer]:
    return [ReasonAnswer.model_validate(reason) for reason in reasons]
