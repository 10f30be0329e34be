"""Values that may be a moment old, kept so that the read path asks the database for what is about the contact alone."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

V = TypeVar("V")

MOST = 10_000


class Remembered(Generic[V]):
    """Asks again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[str, tuple[float, V]] = {}

    async def get(self, key: str, ask: Callable[[], Awaitable[V]]) -> V:
        known = self._known.get(key)
        if known is not None and time.monotonic() - known[0] < self._seconds:
            return known[1]
        asked_at = time.monotonic()
        value = await ask()
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[key] = (asked_at, value)
        return value

    def forget(self, key: str) -> None:
        self._known.pop(key, None)
