"""What a check is, and the case it is made for.

Each check is declared once, beside its rules: everything else that names checks, rules or limits follows from the declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from outreach_guard.domain.card import Card, Context
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.findings import Finding
from outreach_guard.domain.policy import CAUTION, Limit, Policy, Rule, Severity
from outreach_guard.domain.question import Question
from outreach_guard.domain.view import Part, View

V = TypeVar("V", bound=View)


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule decides on. What it asks for and nobody can read is noted as `missed`, so that its check says so."""

    dossier: Dossier
    question: Question
    policy: Policy
    now: datetime
    missed: set[type[Part]] = field(default_factory=set)

    @property
    def card(self) -> Card:
        self._note(Card)
        return self.dossier.card

    @property
    def context(self) -> Context:
        self._note(Context)
        return self.card.context

    def all(self, view: type[V]) -> Sequence[V]:
        self._note(view)
        return self.dossier.all(view)

    def _note(self, part: type[Part]) -> None:
        if part in self.dossier.unreadable:
            self.missed.add(part)

    def limit(self, limit: Limit) -> int:
        return self.policy.limit(limit)

    def span(self, days: Limit) -> timedelta:
        return timedelta(days=self.policy.limit(days))


@dataclass(frozen=True, slots=True)
class Check:
    """One line of every answer: how it is found, and what it says when nothing is. `rules` are all it can find.

    `topics` are what it rests on: while one of them is silent, the check is unknown and counts as `when_unknown`, which no workspace can
    change.
    """

    name: str
    find: Callable[[Case], Sequence[Finding]]
    fine: str
    topics: tuple[str, ...]
    rules: tuple[Rule, ...]
    limits: tuple[Limit, ...] = ()
    when_unknown: Severity = CAUTION


def sources(*services: str) -> tuple[str, ...]:
    """The topics of these services. All checks hear from contacts too, who says who is who."""
    return tuple(f"crm.{service}" for service in ("contacts", *services))
