"""The answer: one line per check, the worst applicable rule on it, and the verdict of the worst line.

Everything that shows or enforces the verdict calls `preflight`, so that they can not disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.findings import Evidence, Finding, day, people
from outreach_guard.domain.policy import ABSOLUTE, Check, Policy, Severity, when_unknown
from outreach_guard.domain.question import Question
from outreach_guard.domain.rules import business, card, consent, conversation
from outreach_guard.domain.view import NEVER

Rule = Callable[[Dossier, Question, datetime], list[Finding]]


class Word(StrEnum):
    CLEAR = "clear"
    CAUTION = "caution"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Checking:
    """How a check is made, what it hears from, and what it says when nothing is found. All hear from contacts, who says who is who."""

    rule: Rule
    fine: str
    topics: tuple[str, ...]


def _checking(rule: Rule, fine: str, *sources: str) -> Checking:
    return Checking(rule, fine, tuple(f"crm.{source}" for source in ("contacts", *sources)))


CHECKS: Mapping[Check, Checking] = {
    Check.EMAIL: _checking(card.email, "There is nothing against the address.", "mail"),
    Check.ACCOUNT: _checking(card.account, "The account fits.", "accounts"),
    Check.OWNER: _checking(card.owner, "The sender owns the contact.", "workspace"),
    Check.RECENT_ACTIVITY: _checking(
        conversation.recent_activity, "Nobody else was in touch lately.", "mail", "calendar", "tickets", "finance", "documents"
    ),
    Check.OPEN_TICKETS: _checking(business.open_tickets, "No ticket is open.", "tickets"),
    Check.ACTIVE_DEALS: _checking(business.active_deals, "No deal stands in the way.", "deals"),
    Check.UNPAID_INVOICES: _checking(business.unpaid_invoices, "No invoice is unpaid.", "finance"),
    Check.CONSENT: _checking(consent.consent, "They consented.", "consent", "forms", "mail"),
    Check.REVIEW: _checking(card.review, "The source is reviewed."),
    Check.DUPLICATES: _checking(card.duplicates, "No duplicate is suspected.", "dedupe"),
    Check.PLANNED: _checking(conversation.planned, "Nothing is planned.", "campaigns", "calendar"),
    Check.FREQUENCY: _checking(
        conversation.frequency, "Not too many touches.", "mail", "calendar", "tickets", "finance", "documents", "campaigns"
    ),
    Check.QUIET_HOURS: _checking(card.quiet_hours, "The hour is fine."),
}


EVERY_TOPIC = tuple({topic: None for checking in CHECKS.values() for topic in checking.topics})


@dataclass(frozen=True, slots=True)
class Freshness:
    """Up to when each source was heard completely, and how long it may be silent. A source never heard is silent since ever."""

    heard: Mapping[str, datetime]
    limit: timedelta
    _as_of: dict[tuple[str, ...], datetime] = field(default_factory=dict, repr=False, compare=False)

    def as_of(self, topics: tuple[str, ...]) -> datetime | None:
        oldest = self._as_of.get(topics)
        if oldest is None:
            oldest = self._as_of[topics] = min(self.heard.get(topic, NEVER) for topic in topics)
        return oldest if oldest > NEVER else None

    def silent(self, now: datetime) -> frozenset[str]:
        since = now - self.limit
        oldest = self.as_of(EVERY_TOPIC)
        if oldest is not None and oldest >= since:
            return frozenset()
        return frozenset(topic for topic in EVERY_TOPIC if self.heard.get(topic, NEVER) < since)


@dataclass(frozen=True, slots=True)
class Line:
    check: Check
    rule: str
    severity: Severity
    absolute: bool
    sentence: str
    evidence: tuple[Evidence, ...]
    as_of: datetime | None
    talk_to: tuple[str, ...]
    clears_when: str | None

    @property
    def counts_as(self) -> Severity:
        return when_unknown(self.check) if self.severity is Severity.UNKNOWN else self.severity


@dataclass(frozen=True, slots=True)
class Verdict:
    verdict: Word
    sentence: str
    as_of: datetime | None
    policy_version: str
    lines: tuple[Line, ...]


def preflight(dossier: Dossier, question: Question, policy: Policy, freshness: Freshness, now: datetime) -> Verdict:
    """May this contact be approached?"""
    lines = []
    silent = freshness.silent(now)
    for check, checking in CHECKS.items():
        found = checking.rule(dossier, question, now)
        as_of = freshness.as_of(checking.topics)
        if not silent.isdisjoint(checking.topics):
            found = [*found, _silence(check, [topic for topic in checking.topics if topic in silent], as_of, found)]
        lines.append(_line(check, found, question, policy, as_of))
    worst = max(line.counts_as.rank for line in lines)
    word = (Word.CLEAR, Word.CLEAR, Word.CAUTION, Word.HOLD)[worst]
    deciding = [line for line in lines if line.counts_as.rank == worst]
    return Verdict(word, _sentence(word, deciding), freshness.as_of(EVERY_TOPIC), policy.version, tuple(lines))


def _line(check: Check, found: Sequence[Finding], question: Question, policy: Policy, as_of: datetime | None) -> Line:
    """The worst rule that applies."""
    if not found:
        return Line(check, "ok", Severity.OK, False, CHECKS[check].fine, (), as_of, (), None)
    return max((_of(check, finding, question, policy, as_of) for finding in found), key=_weight)


def _of(check: Check, finding: Finding, question: Question, policy: Policy, as_of: datetime | None) -> Line:
    if finding.unknown:
        severity = Severity.UNKNOWN
    elif finding.excepted:
        severity = Severity.INFO
    else:
        severity = policy.severity(finding.rule, question.purpose)
    absolute = finding.rule in ABSOLUTE and severity is Severity.HOLD
    return Line(check, finding.rule, severity, absolute, finding.sentence, finding.evidence, as_of, finding.talk_to, finding.clears_when)


def _weight(line: Line) -> tuple[int, bool, bool]:
    """Of two that weigh the same, what nobody can override comes first, then not knowing: that must not hide behind a known trifle."""
    return line.counts_as.rank, line.absolute, line.severity is Severity.UNKNOWN


def _silence(check: Check, silent: Sequence[str], as_of: datetime | None, found: Sequence[Finding]) -> Finding:
    """What was heard before the silence goes along: it is worth reading, only not worth relying on."""
    names = ", ".join(topic.removeprefix("crm.") for topic in silent)
    heard = f"last heard {day(as_of)}" if as_of else "never heard completely"
    evidence = [Evidence("source", topic, heard, as_of) for topic in silent]
    evidence += [entry for finding in found for entry in finding.evidence]
    talk_to = people(member for finding in found for member in finding.talk_to)
    sentence = " ".join([f"Unknown: {names}, {heard}.", *(finding.sentence for finding in found)])
    return Finding(f"{check}.unknown", sentence, "the source is heard again", tuple(evidence), talk_to, unknown=True)


def _sentence(word: Word, deciding: Sequence[Line]) -> str:
    if word is Word.CLEAR:
        return "Clear: nothing stands in the way."
    more = f" And {len(deciding) - 1} more." if len(deciding) > 1 else ""
    first = max(deciding, key=lambda line: line.absolute)
    return f"{word.capitalize()}: {first.sentence}{more}"
