"""The guard's table: every check there is, in the order answers list them.

One module per subject. A module finds (a function per check), and declares beside it what it finds: `CHECKS`, the last thing in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple

from outreach_guard.domain.checks import Check
from outreach_guard.domain.policy import Limit, Rule
from outreach_guard.domain.rules import business, card, consent, conversation, record, timing

SUBJECTS = (card, conversation, business, consent, record, timing)

CHECKS: tuple[Check, ...] = tuple(check for subject in SUBJECTS for check in subject.CHECKS)
BY_NAME: Mapping[str, Check] = {check.name: check for check in CHECKS}
RULES: Mapping[str, Rule] = {rule.name: rule for check in CHECKS for rule in check.rules}
LIMITS: Mapping[str, Limit] = {limit.name: limit for check in CHECKS for limit in check.limits}
EVERY_TOPIC = tuple({topic: None for check in CHECKS for topic in check.topics})


def version_of(checks: Iterable[Check]) -> str:
    """Names what a workspace's changes are changes of: another table of severities and limits has another version."""
    judged = [
        (check.name, check.when_unknown, [astuple(rule) for rule in check.rules], [_numbers(limit) for limit in check.limits])
        for check in checks
    ]
    return hashlib.sha256(json.dumps(judged).encode()).hexdigest()[:8]


def _numbers(limit: Limit) -> tuple[str, int, int, int]:
    return limit.name, limit.default, limit.least, limit.most


VERSION = version_of(CHECKS)
