"""Everything known about one contact, sorted by what it is: what the rules read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar, cast

from outreach_guard.domain.card import Account, Card, Context, Member
from outreach_guard.domain.dealings import Address, Consent, Deal, Invoice, Meeting, Pair, Step, Submission, Thread, Ticket, Touch
from outreach_guard.domain.facts import Fact, Kind, Value
from outreach_guard.domain.view import Part, Unreadable, View

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
    """The card of the contact in question, and all else that concerns it by what it is. Of what can not be read, the ids are known."""

    card: Card
    views: Mapping[type[View], Sequence[View]] = field(default_factory=dict)
    unreadable: Mapping[type[Part], Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, contact_id: str, views: Iterable[View]) -> Self | None:
        """None where the contact itself was never heard of. Cards of those merged into it say nothing of their own."""
        card: Card | None = None
        sorted_out: dict[type[View], list[View]] = {}
        unreadable: dict[type[Part], Sequence[str]] = {}
        for entry in sorted(views, key=lambda entry: entry.id):  # no answer depends on the database's order
            kind = entry.of if isinstance(entry, Unreadable) else type(entry)
            if kind is Card and entry.id != contact_id:
                continue
            if isinstance(entry, Unreadable):
                unreadable[kind] = (*unreadable.get(kind, ()), entry.id)
            elif isinstance(entry, Card):
                card = entry
            else:
                sorted_out.setdefault(type(entry), []).append(entry)
        if Card in unreadable:
            card = Card(id=contact_id)
        if card is not None and card.context.unreadable:
            unreadable[Context] = card.context.unreadable
        return cls(card, sorted_out, unreadable) if card else None

    def all(self, view: type[V]) -> Sequence[V]:
        return cast(Sequence[V], self.views.get(view, ()))
