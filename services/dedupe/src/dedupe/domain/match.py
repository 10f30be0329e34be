"""How likely two profiles are one person, why, and what somebody should do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dedupe.domain.evidence import Finding, findings
from dedupe.domain.person import Profile
from dedupe.domain.ruleset import DEFAULT, RULES, Rules
from dedupe.domain.weights import RARITY

MOST_BITS = 40.0
"""Beyond it the score is 0 or 1 in any case."""


class Advice(StrEnum):
    """What to do with somebody who is about to be created."""

    CREATE = "create"
    UPDATE = "update"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison that speaks for (above 0) or against (below 0) a match."""

    field: str
    comparison: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """How likely two profiles are one person; the strongest reasons come first. `bits` are the log of the odds, to the base of 2."""

    score: float
    reasons: tuple[Reason, ...]
    bits: float = 0.0
    suspected: bool = False
    certain: bool = False

    @property
    def same_address_or_number(self) -> bool:
        """People are told of it while they type, whoever it belongs to (CD3, CD4). A role address does not count (SE4)."""
        return any((reason.field, reason.comparison) in _SHARED for reason in self.reasons)

    @property
    def advice(self) -> Advice:
        """A phone, or a name and a company, only ever warns; it takes an address of one's own or a birth date to say `update` (CD4)."""
        identified = any((reason.field, reason.comparison) in _IDENTIFYING for reason in self.reasons)
        return Advice.UPDATE if self.certain and identified else Advice.REVIEW


_SHARED = frozenset({("email", "same"), ("email", "same_mailbox"), ("phone", "same")})
_IDENTIFYING = frozenset({("email", "same"), ("email", "same_mailbox"), ("birth_date", "same")})


def compare(a: Profile, b: Profile, rules: Rules = DEFAULT) -> Match:
    """The match of two profiles; the order makes no difference."""
    weighed = [(found, bits_of(found, a, b, rules)) for found in findings(a, b)]
    bits = _bounded(rules.prior + sum(bits for _, bits in weighed))
    reasons = [Reason(*found, round(bits, 2), RULES[found].text) for found, bits in weighed]
    strongest_first = tuple(sorted((reason for reason in reasons if reason.weight), key=lambda reason: -abs(reason.weight)))
    score = score_of(bits)
    return Match(score, strongest_first, bits, score >= rules.suspected, score >= rules.certain)


def bits_between(a: Profile, b: Profile, rules: Rules = DEFAULT) -> float:
    """The bits of `compare` without its reasons, where nobody reads them."""
    return _bounded(rules.prior + sum([bits_of(found, a, b, rules) for found in findings(a, b)]))


def bits_of(found: Finding, a: Profile, b: Profile, rules: Rules) -> float:
    """What this finding between the two is worth."""
    rule = RULES[found]
    bits = rule.weight
    for name in rule.rare_by:
        bits += RARITY[name] * rules.commonness.rarity(name, a, b)
    return bits


def score_of(bits: float) -> float:
    """The probability that bits stand for."""
    return round(1 / (1 + 2**-bits), 4)


def _bounded(bits: float) -> float:
    return max(-MOST_BITS, min(MOST_BITS, bits))


def advice_for(matches: Sequence[Match]) -> Advice:
    """What to do, all matches considered: with two who could be updated, somebody has to choose."""
    if not matches:
        return Advice.CREATE
    return Advice.UPDATE if [match.advice for match in matches].count(Advice.UPDATE) == 1 else Advice.REVIEW
