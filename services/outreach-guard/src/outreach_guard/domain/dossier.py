"""Everything known about one contact, sorted by what it is: what the rules read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self, TypeVar

from outreach_guard.domain.card import Account, Card, Context, Member
from outreach_guard.domain.dealings import Address, Consent, Deal, Invoice, Meeting, Pair, Step, Submission, Thread, Ticket, Touch
from outreach_guard.domain.facts import Fact, Kind, Value
from outreach_guard.domain.view import View

VIEWS: dict[Kind, type[View]] = {
    Kind.MEMBER: Member,
    Kind.ACCOUNT: Account,
    Kind.CONTACT: Card,
    Kind.TICKET: Ticket,
    Kind.DEAL: Deal,
    Kind.INVOICE: Invoice,
    Kind.THREAD: Thread,
    Kind.TOUCH: Touch,
    Kind.ADDRESS: Address,
    Kind.CONSENT: Consent,
    Kind.SUPPRESSION: Consent,
    Kind.SUBMISSION: Submission,
    Kind.PAIR: Pair,
    Kind.STEP: Step,
    Kind.MEETING: Meeting,
}

V = TypeVar("V", bound=View)


def view_of(fact: Fact) -> View:
    return view(fact.kind, fact.id, fact.state, fact.contact_ids)


def view(kind: Kind, fact_id: str, state: Mapping[str, Value], contact_ids: Iterable[str] = (), context: Context | None = None) -> View:
    """The typed view of a fact's state; a card comes with what others know about it."""
    known = {"context": context} if context else {}
    return VIEWS[kind].model_validate({**state, **known, "id": fact_id, "contact_ids": contact_ids})


@dataclass(frozen=True, slots=True)
class Dossier:
    """The card of the contact in question, and all else that concerns it."""

    card: Card
    views: tuple[View, ...] = ()

    @classmethod
    def of(cls, contact_id: str, views: Sequence[View]) -> Self | None:
        """None where the contact itself was never heard of. Cards of those merged into it say nothing of their own."""
        card = next((entry for entry in views if isinstance(entry, Card) and entry.id == contact_id), None)
        return cls(card, tuple(entry for entry in views if not isinstance(entry, Card))) if card else None

    def all(self, view: type[V]) -> list[V]:
        """Those of one kind, in an order that does not depend on the database."""
        return sorted((entry for entry in self.views if isinstance(entry, view)), key=lambda entry: entry.id)
