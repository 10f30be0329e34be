"""The answer: one line per check, the worst applicable rule on it, and the verdict of the worst line.

Everything that shows or enforces the verdict calls `preflight`, so that they can not disagree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from outreach_guard.domain.card import Card
from outreach_guard.domain.checks import Case, Check
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.findings import Evidence, Finding, day, people
from outreach_guard.domain.policy import Policy, Severity
from outreach_guard.domain.question import Question
from outreach_guard.domain.rules import BY_NAME, CHECKS, EVERY_TOPIC, VERSION
from outreach_guard.domain.view import NEVER, Part


class Word(StrEnum):
    CLEAR = "clear"
    CAUTION = "caution"
    HOLD = "hold"


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
    check: str
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
        return BY_NAME[self.check].when_unknown if self.severity is Severity.UNKNOWN else self.severity


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
    case = Case(dossier, question, policy, now)
    silent = freshness.silent(now)
    for check in CHECKS:
        found = check.find(case)
        as_of = freshness.as_of(check.topics)
        doubts = []
        if case.missed:
            found = _believed(found, case.missed)
            doubts.append(_unread(case, found))
            case.missed.clear()
        if not silent.isdisjoint(check.topics):
            doubts.append(_silence([topic for topic in check.topics if topic in silent], as_of, found))
        lines.append(_line(check, [*found, *doubts], case, as_of))
    worst = max(line.counts_as.rank for line in lines)
    word = (Word.CLEAR, Word.CLEAR, Word.CAUTION, Word.HOLD)[worst]
    deciding = [line for line in lines if line.counts_as.rank == worst]
    return Verdict(word, _sentence(word, deciding), freshness.as_of(EVERY_TOPIC), version(policy), tuple(lines))


def contacts_in(verdict: Verdict) -> frozenset[str]:
    """Those the answer rests on."""
    return frozenset(entry.id for line in verdict.lines for entry in line.evidence if entry.kind == "contact")


def without(verdict: Verdict, owners: Mapping[str, str | None]) -> Verdict:
    """The answer for somebody who may not view these contacts: it counts them, and says whom to ask, their `owners`."""
    if not owners:
        return verdict

    def shown(line: Line) -> Line:
        hidden = [entry.id for entry in line.evidence if entry.kind == "contact" and entry.id in owners]
        left = tuple(entry for entry in line.evidence if entry.kind != "contact" or entry.id not in owners)
        return replace(line, evidence=left, talk_to=people([*line.talk_to, *(owners[contact_id] for contact_id in hidden)]))

    return replace(verdict, lines=tuple(map(shown, verdict.lines)))


def version(policy: Policy) -> str:
    """Of everything an answer is judged by: what is declared, and what the workspace made of it."""
    return f"{VERSION}.{policy.revision}"


def _line(check: Check, found: Sequence[Finding], case: Case, as_of: datetime | None) -> Line:
    """The worst rule that applies."""
    if not found:
        return Line(check.name, "ok", Severity.OK, False, check.fine, (), as_of, (), None)
    return max((_of(check, finding, case, as_of) for finding in found), key=_weight)


def _of(check: Check, finding: Finding, case: Case, as_of: datetime | None) -> Line:
    rule = finding.rule
    if rule is None:
        severity = Severity.UNKNOWN
    elif finding.excepted:
        severity = Severity.INFO
    else:
        severity = case.policy.severity(rule, case.question.purpose)
    name = rule.name if rule else f"{check.name}.unknown"
    absolute = rule is not None and rule.absolute and severity is Severity.HOLD
    return Line(check.name, name, severity, absolute, finding.sentence, finding.evidence, as_of, finding.talk_to, finding.clears_when)


def _weight(line: Line) -> tuple[int, bool, bool]:
    """Of two that weigh the same, what nobody can override comes first, then not knowing: that must not hide behind a known trifle."""
    return line.counts_as.rank, line.absolute, line.severity is Severity.UNKNOWN


def _believed(found: Sequence[Finding], missed: Collection[type[Part]]) -> Sequence[Finding]:
    """In place of a card that can not be read there is a blank one, on which nothing was found but what the person decided elsewhere."""
    return [finding for finding in found if finding.rule and finding.rule.absolute] if Card in missed else found


def _unread(case: Case, found: Sequence[Finding]) -> Finding:
    missed = sorted((part.__name__.lower(), fact_id) for part in case.missed for fact_id in case.dossier.unreadable[part])
    evidence = [Evidence(kind, fact_id, "can not be read") for kind, fact_id in missed]
    return _unknown("not everything that is kept can be read", "it can be read again", evidence, found)


def _silence(silent: Sequence[str], as_of: datetime | None, found: Sequence[Finding]) -> Finding:
    names = ", ".join(topic.removeprefix("crm.") for topic in silent)
    heard = f"last heard {day(as_of)}" if as_of else "never heard completely"
    evidence = [Evidence("source", topic, heard, as_of) for topic in silent]
    return _unknown(f"{names}, {heard}", "the source is heard again", evidence, found)


def _unknown(why: str, clears_when: str, evidence: Sequence[Evidence], found: Sequence[Finding]) -> Finding:
    """What is known goes along: it is worth reading, only not worth relying on."""
    known = [entry for finding in found for entry in finding.evidence]
    talk_to = people(member for finding in found for member in finding.talk_to)
    sentence = " ".join([f"Unknown: {why}.", *(finding.sentence for finding in found)])
    return Finding(None, sentence, clears_when, (*evidence, *known), talk_to)


def _sentence(word: Word, deciding: Sequence[Line]) -> str:
    if word is Word.CLEAR:
        return "Clear: nothing stands in the way."
    more = f" And {len(deciding) - 1} more." if len(deciding) > 1 else ""
    first = max(deciding, key=lambda line: line.absolute)
    return f"{word.capitalize()}: {first.sentence}{more}"
