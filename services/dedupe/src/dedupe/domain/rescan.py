"""How far a workspace is with judging everybody anew, because its rules changed.

It is wanted whenever the rules its pairs were judged by are not the ones that hold: thresholds or counts that were set anew, or another
ruleset in a new version of the program. So nobody has to remember to ask for it, and one that was cut off goes on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from dedupe.domain.ruleset import VERSION, Rules


class State(StrEnum):
    NORMALISING = "normalising"
    """Contacts that an earlier ruleset made comparable are made so anew."""
    JUDGING = "judging"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Rescan:
    """The newest one of a workspace. `after` is the contact it got to; `normalised_by` the ruleset all of the index is made by."""

    rules_version: str = ""
    state: State = State.DONE
    after: str = ""
    done: int = 0
    total: int = 0
    started_at: datetime | None = None
    ended_at: datetime | None = None
    normalised_by: str = ""
    wanted_by: str | None = None
    """Who asked for one that has not begun."""

    @classmethod
    def nothing_to_do(cls) -> Self:
        """Of a workspace in which nobody was judged yet."""
        return cls(Rules().version, normalised_by=VERSION)

    @property
    def is_under_way(self) -> bool:
        return self.state is not State.DONE or self.wanted_by is not None

    def is_due(self, rules: Rules) -> bool:
        return self.wanted_by is not None or self.rules_version != rules.version

    def begun(self, rules: Rules, total: int, now: datetime) -> Rescan:
        state = State.JUDGING if self.normalised_by == VERSION else State.NORMALISING
        return Rescan(rules.version, state, total=total, started_at=now, normalised_by=self.normalised_by)

    def further(self, contact_ids: list[str], now: datetime) -> Rescan:
        """After the next of its contacts; with none left, what comes next."""
        if contact_ids:
            return replace(self, after=contact_ids[-1], done=self.done + len(contact_ids))
        if self.state is State.NORMALISING:
            return replace(self, state=State.JUDGING, after="", done=0, normalised_by=VERSION)
        return replace(self, state=State.DONE, after="", ended_at=now)
