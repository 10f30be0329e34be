"""When to stop asking a service that keeps failing, so that one that is down costs a page nothing instead of its whole deadline."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES_IN_A_ROW = 5
REST_SECONDS = 3.0


class Circuit:
    """Closed while answers come; open for a rest after some failures in a row; then one call at a time tries again."""

    def __init__(self, failures: int = FAILURES_IN_A_ROW, rest_s: float = REST_SECONDS, now: Callable[[], float] = time.monotonic) -> None:
        self._allowed = failures
        self._rest_s = rest_s
        self._now = now
        self._failed = 0
        self._retry_at = 0.0

    def lets_through(self) -> bool:
        """Whether to make the call. Once the rest is over one caller is let through, and the others wait for how that goes."""
        if self._failed < self._allowed:
            return True
        if self._now() < self._retry_at:
            return False
        self._retry_at = self._now() + self._rest_s
        return True

    def succeeded(self) -> None:
        self._failed = 0

    def failed(self) -> None:
        self._failed += 1
        if self._failed >= self._allowed:
            self._retry_at = self._now() + self._rest_s

    @property
    def resting(self) -> bool:
        return self._failed >= self._allowed
