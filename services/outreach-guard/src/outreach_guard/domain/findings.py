"""What a check found: a rule that applies, why, who can help, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from outreach_guard.domain.policy import Rule


@dataclass(frozen=True, slots=True)
class Evidence:
    kind: str
    id: str
    text: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that applies; none where nothing can be said. `excepted`: the table's own exception makes it information only."""

    rule: Rule | None
    sentence: str
    clears_when: str
    evidence: tuple[Evidence, ...] = ()
    talk_to: tuple[str, ...] = ()
    excepted: bool = False


def people(ids: Iterable[str | None]) -> tuple[str, ...]:
    """Each once, in order, without those nobody named."""
    return tuple(dict.fromkeys(member for member in ids if member))


def day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def several(count: int, one: str, many: str) -> str:
    return one if count == 1 else f"{count} {many}"
