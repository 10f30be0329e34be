"""What every story is told with, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from shared.contracts.catalogue import EventData
from shared.contracts.parties import Party
from shared.devstack.demo import team


@dataclass(frozen=True, slots=True)
class Told:
    """Something that happened to one aggregate; `by` is who did it."""

    at: datetime
    subject: str
    data: EventData
    by: str
    by_type: str = "user"


@dataclass(frozen=True, slots=True)
class Known:
    """A person as the other services know them: seldom by our id, mostly by an address."""

    name: str
    email: str | None
    phone: str | None
    contact_id: str | None
    account_id: str
    account: str
    owner_id: str


@dataclass(slots=True)
class Scene:
    """One story's frame. Its time only moves forward."""

    token: str
    """Unique among all stories: the ids of what a story is about are made from it."""
    now: datetime
    person: Known
    dice: Random
    party: Party = field(init=False)

    def __post_init__(self) -> None:
        by_id = self.person.contact_id is not None and (self.person.email is None or self.dice.random() < 0.5)
        self.party = (
            Party(contact_id=self.person.contact_id, account_id=self.person.account_id)
            if by_id
            else Party(email=self.person.email, phone=None if self.person.email else self.person.phone)
        )

    @property
    def parties(self) -> tuple[Party, ...]:
        return (self.party,)

    def later(self, hours: float, at_most: float | None = None) -> datetime:
        """Let time pass: this many hours, or something between the two."""
        self.now += timedelta(hours=self.dice.uniform(hours, at_most or hours), seconds=self.dice.random() * 60)
        return self.now

    def chance(self, probability: float) -> bool:
        return self.dice.random() < probability

    def colleague(self, does: str) -> str:
        return self.dice.choice(team.doing(does)).member_id

    def id(self, kind: str) -> str:
        return f"{kind}-{self.token}"

    def tell(self, data: EventData, subject: str, by: str | None = None) -> Told:
        """What happens now. `by` is a member; without one it is the person; "system" is nobody."""
        if by is None:
            return Told(self.now, subject, data, self.person.contact_id or self.person.email or "unknown", "contact")
        return Told(self.now, subject, data, by, "system" if by == "system" else "user")
