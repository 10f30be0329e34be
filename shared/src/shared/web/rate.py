"""A token bucket per workspace and subject, in this process's memory: a brake on runaway clients, not an accounting."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from shared.auth.principal import Principal
from shared.problem import Problem

_MAX_BUCKETS = 20_000


class RateLimiter:
    """Lets `burst` requests through at once and `rate` a second in the long run; with a rate of 0 everything."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, caller: Principal) -> None:
        """Raises 429 when the caller's bucket is empty."""
        if self._rate == 0:
            return
        who, now = (caller.workspace, caller.subject), self._clock()
        tokens, seen = self._buckets.pop(who, (float(self._burst), now))
        tokens = min(self._burst, tokens + (now - seen) * self._rate)
        allowed = tokens >= 1
        self._buckets[who] = (tokens - 1 if allowed else tokens, now)
        if len(self._buckets) > _MAX_BUCKETS:
            self._buckets.popitem(last=False)  # who was longest away has a full bucket anyway
        if not allowed:
            wait = math.ceil((1 - tokens) / self._rate)
            raise Problem(429, "too-many-requests", f"Try again in {wait} s.", headers={"Retry-After": str(wait)})
