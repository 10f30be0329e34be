"""Processes that are started again when they die, after a pause that grows while they keep dying."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.devstack.embedded import explain
from shared.devstack.processes import Child

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
HEALTHY_AFTER = 60.0


@dataclass(slots=True)
class Supervised:
    """One process of ours under supervision. `look` is called every now and then."""

    name: str
    launch: Callable[[], Child]
    say: Callable[[str], None]
    ends: bool = False
    """Whether an exit code of 0 is the end of its work, and not an accident."""
    child: Child | None = None
    _started_at: float = 0.0
    _pause: float = FIRST_PAUSE
    _start_again_at: float | None = field(default=None)

    def start(self) -> None:
        self.child = self.launch()
        self._started_at = time.monotonic()
        self._start_again_at = None

    def look(self) -> None:
        """Notice a death, and start again once the pause is over."""
        if self._start_again_at is not None:
            if time.monotonic() >= self._start_again_at:
                self.start()
        elif self.child is not None and not self.child.running and not (self.ends and self.child.exit_code == 0):
            self._died(self.child)

    def _died(self, child: Child) -> None:
        if time.monotonic() - self._started_at > HEALTHY_AFTER:
            self._pause = FIRST_PAUSE
        advice = explain(child.last_words()) or f"its last words will be in {child.log}.1"
        self.say(f"{self.name} died (exit code {child.exit_code}), starting it again in {self._pause:.0f} s; {advice}")
        self._start_again_at = time.monotonic() + self._pause
        self._pause = min(self._pause * 2, LONGEST_PAUSE)

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.running

    @property
    def pid(self) -> int | None:
        return self.child.pid if self.child is not None else None
