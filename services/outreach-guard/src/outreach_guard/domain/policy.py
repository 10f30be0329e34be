"""How serious each rule is for each purpose: data, so that a workspace can change it and a reader can see it whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from outreach_guard.domain.question import Purpose

VERSION = 1
"""Of the table below; raise it with every change, because answers name it."""


class Severity(StrEnum):
    OK = "ok"
    INFO = "info"
    CAUTION = "caution"
    HOLD = "hold"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        return _RANKS[self]


class Check(StrEnum):
    """In the order an answer lists them."""

    EMAIL = "email"
    ACCOUNT = "account"
    OWNER = "owner"
    RECENT_ACTIVITY = "recent_activity"
    OPEN_TICKETS = "open_tickets"
    ACTIVE_DEALS = "active_deals"
    UNPAID_INVOICES = "unpaid_invoices"
    CONSENT = "consent"
    REVIEW = "review"
    DUPLICATES = "duplicates"
    PLANNED = "planned"
    FREQUENCY = "frequency"
    QUIET_HOURS = "quiet_hours"


OK, INFO, CAUTION, HOLD, UNKNOWN = Severity
_RANKS = {OK: 0, INFO: 1, CAUTION: 2, HOLD: 3}

DEFAULTS: Mapping[str, tuple[Severity, Severity, Severity, Severity]] = {
    # rule                           sales    support  billing  announcement
    "consent.stopped":              (HOLD,    HOLD,    HOLD,    HOLD),
    "consent.unsubscribed":         (HOLD,    INFO,    INFO,    HOLD),
    "consent.unknown":              (CAUTION, INFO,    INFO,    HOLD),
    "email.unusable":               (HOLD,    HOLD,    HOLD,    HOLD),
    "review.pending":               (HOLD,    CAUTION, CAUTION, HOLD),
    "duplicates.suspected":         (CAUTION, CAUTION, HOLD,    CAUTION),
    "account.missing":              (CAUTION, INFO,    HOLD,    INFO),
    "account.mismatch":             (CAUTION, INFO,    HOLD,    INFO),
    "owner.missing":                (CAUTION, INFO,    INFO,    INFO),
    "owner.inactive":               (CAUTION, INFO,    INFO,    INFO),
    "owner.other":                  (CAUTION, INFO,    INFO,    INFO),
    "recent_activity.colleague":    (HOLD,    INFO,    CAUTION, CAUTION),
    "recent_activity.unanswered":   (CAUTION, HOLD,    CAUTION, CAUTION),
    "planned.step":                 (HOLD,    INFO,    INFO,    CAUTION),
    "open_tickets.open":            (CAUTION, INFO,    CAUTION, CAUTION),
    "open_tickets.urgent":          (HOLD,    INFO,    HOLD,    HOLD),
    "active_deals.other_owner":     (HOLD,    INFO,    CAUTION, CAUTION),
    "active_deals.recently_lost":   (CAUTION, OK,      OK,      INFO),
    "unpaid_invoices.not_due":      (INFO,    INFO,    INFO,    OK),
    "unpaid_invoices.overdue":      (HOLD,    CAUTION, INFO,    CAUTION),
    "unpaid_invoices.disputed":     (HOLD,    CAUTION, HOLD,    CAUTION),
    "unpaid_invoices.reminded_today": (OK,    OK,      HOLD,    OK),
    "frequency.exceeded":           (HOLD,    INFO,    CAUTION, HOLD),
    "quiet_hours.now":              (CAUTION, INFO,    CAUTION, CAUTION),
}  # fmt: skip

ABSOLUTE = frozenset({"consent.stopped", "consent.unsubscribed"})
"""What the person decided themself: a hold from these is overridden by nobody, and no workspace makes them milder."""

Overrides = Mapping[str, Mapping[Purpose, Severity]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a workspace may not change a severity."""

    rule: str
    purpose: Purpose | None
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The severities of one workspace: the defaults, and what it changed."""

    overrides: Overrides = field(default_factory=dict)
    revision: int = 0

    @property
    def version(self) -> str:
        return f"{VERSION}.{self.revision}"

    def severity(self, rule: str, purpose: Purpose) -> Severity:
        changed = self.overrides.get(rule, {}).get(purpose)
        default = default_severity(rule, purpose)
        if changed is None or (rule in ABSOLUTE and changed.rank < default.rank):
            return default
        return changed


def default_severity(rule: str, purpose: Purpose) -> Severity:
    return DEFAULTS[rule][tuple(Purpose).index(purpose)]


def when_unknown(check: Check) -> Severity:
    """What a check counts as while nothing can be said: closed for consent, visible for the rest. No workspace can change that."""
    return HOLD if check is Check.CONSENT else CAUTION


def refusals(overrides: Overrides) -> list[Refusal]:
    """Everything in the wish that can not be granted."""
    found: list[Refusal] = []
    for rule, row in overrides.items():
        if rule not in DEFAULTS:
            found.append(Refusal(rule, None, "there is no such rule"))
            continue
        for purpose, severity in row.items():
            if severity is UNKNOWN:
                found.append(Refusal(rule, purpose, "a rule is ok, info, caution or hold"))
            elif rule in ABSOLUTE and severity.rank < default_severity(rule, purpose).rank:
                found.append(Refusal(rule, purpose, "the person decided this: it can be made stricter only"))
    return found
