"""Up to when has everything been handled? Asked every few seconds, because the embedded broker forgets when it stops.

A start with a fresh broker publishes again what was sent since then, minus some slack. Too much is harmless: consumers drop
what they have. Too little would lose events, so the answer is only given when it was "everything" twice in a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import httpx
from pymongo.errors import PyMongoError

from shared.messaging import Outbox, pending, republish
from shared.mongo import Database

SLACK = timedelta(seconds=90)
LAG = re.compile(rb"^consumer_lag\{[^}]*\} ([0-9.eE+]+)$", re.MULTILINE)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Observer:
    """Looks at the outboxes' rows and at the services' own metrics (the embedded broker can not be asked for lags)."""

    def __init__(self, outboxes: Sequence[Outbox], services: Iterable[str]) -> None:
        self._outboxes = outboxes
        self._services = tuple(services)
        self._before: datetime | None = None

    async def look(self, http: httpx.AsyncClient) -> datetime | None:
        """A moment up to which everything has been handled, if that can be said now."""
        now = datetime.now(UTC)
        before, self._before = self._before, now if await self._all_done(http) else None
        return before if self._before is not None else None

    async def _all_done(self, http: httpx.AsyncClient) -> bool:
        try:
            if any([await pending(outbox) for outbox in self._outboxes]):
                return False
            answers = [await http.get(f"{service}/metrics") for service in self._services]
        except (httpx.HTTPError, PyMongoError):
            return False
        return all(answer.is_success and lag_in(answer.content) == 0 for answer in answers)


def lag_in(metrics: bytes) -> float | None:
    """The sum of a service's lags; None while it consumes nothing."""
    lags = [float(number) for number in LAG.findall(metrics)]
    return sum(lags) if lags else None


async def republish_since(outboxes: Sequence[Outbox], watermark: datetime | None) -> int:
    """Mark as unsent, in every outbox, what the forgotten broker may have taken with it."""
    since = watermark - SLACK if watermark is not None else EVER
    return sum([await republish(outbox, since) for outbox in outboxes])


def outboxes(uri: str, databases: Iterable[str]) -> list[Outbox]:
    return [Outbox(Database.connect(uri, name)) for name in databases]
