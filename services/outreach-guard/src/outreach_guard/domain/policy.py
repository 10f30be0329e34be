"""How serious each rule is for each purpose, and the numbers rules count with: data, so that a workspace can change it.

What there is to change is declared beside the rules themselves (`rules/`); this says what a declaration is and what a workspace may do
about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum

from outreach_guard.domain.question import Purpose


class Severity(StrEnum):
    OK = "ok"
    INFO = "info"
    CAUTION = "caution"
    HOLD = "hold"
    UNKNOWN = "unknown"

    @property
    def rank(self) -> int:
        return _RANKS[self]


OK, INFO, CAUTION, HOLD, UNKNOWN = Severity
_RANKS = {OK: 0, INFO: 1, CAUTION: 2, HOLD: 3}


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the table: how serious it is for each purpose when it applies.

    An `absolute` one is what the person decided themself: its hold is overridden by nobody, and no workspace makes it milder.
    """

    name: str
    _: KW_ONLY
    sales: Severity
    support: Severity
    billing: Severity
    announcement: Severity
    absolute: bool = False

    def default(self, purpose: Purpose) -> Severity:
        severity: Severity = getattr(self, purpose)
        return severity


@dataclass(frozen=True, slots=True)
class Limit:
    """A number a rule counts with. `most` is also how long facts have to be kept at hand for it, where it is a time."""

    name: str
    meaning: str
    default: int
    least: int
    most: int


Overrides = Mapping[str, Mapping[Purpose, Severity]]
Limits = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Policy:
    """What one workspace changed about the defaults."""

    overrides: Overrides = field(default_factory=dict)
    revision: int = 0
    limits: Limits = field(default_factory=dict)

    def severity(self, rule: Rule, purpose: Purpose) -> Severity:
        default = rule.default(purpose)
        changed = self.overrides.get(rule.name, {}).get(purpose)
        if changed is None or (rule.absolute and changed.rank < default.rank):
            return default
        return changed

    def limit(self, limit: Limit) -> int:
        """Within its bounds, also where they were wider when the workspace changed it."""
        changed = self.limits.get(limit.name)
        return limit.default if changed is None else min(max(changed, limit.least), limit.most)


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """What a workspace wants changed instead of what it changed before, `revision` being what it had seen. No limits: those stay."""

    revision: int
    overrides: Overrides
    limits: Limits | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a workspace may not change something, by the path to it."""

    path: tuple[str, ...]
    reason: str


def refusals(change: PolicyChange, rules: Mapping[str, Rule], limits: Mapping[str, Limit]) -> list[Refusal]:
    """Everything in the wish that can not be granted."""
    return [*_severities_refused(change.overrides, rules), *_limits_refused(change.limits or {}, limits)]


def _severities_refused(overrides: Overrides, rules: Mapping[str, Rule]) -> list[Refusal]:
    found: list[Refusal] = []
    for name, row in overrides.items():
        rule = rules.get(name)
        if rule is None:
            found.append(Refusal(("rules", name), "there is no such rule"))
            continue
        for purpose, severity in row.items():
            if severity is UNKNOWN:
                found.append(Refusal(("rules", name, purpose), "a rule is ok, info, caution or hold"))
            elif rule.absolute and severity.rank < rule.default(purpose).rank:
                found.append(Refusal(("rules", name, purpose), "the person decided this: it can be made stricter only"))
    return found


def _limits_refused(wanted: Limits, limits: Mapping[str, Limit]) -> list[Refusal]:
    found: list[Refusal] = []
    for name, value in wanted.items():
        limit = limits.get(name)
        if limit is None:
            found.append(Refusal(("limits", name), "there is no such limit"))
        elif not limit.least <= value <= limit.most:
            found.append(Refusal(("limits", name), f"it is a number from {limit.least} to {limit.most}"))
    return found
