"""Trying again, and setting aside: the one place that catches `Exception`.

A handler's error is one of three kinds. *A dependency is down*: nothing is wrong with the events, so the caller puts them back and waits.
*It passes* (a conflict, a bug that depends on timing): bounded attempts with backoff and jitter. *It stays*: the batch is taken apart,
and only the events that fail alone become dead letters.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from aiokafka.errors import KafkaError
from pydantic import ValidationError
from pymongo.errors import AutoReconnect, PyMongoError

from shared.contracts.envelope import Event
from shared.messaging import metrics
from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.records import Unreadable
from shared.messaging.subscriptions import Batch, Handler, Unprocessable

log = structlog.get_logger()

PASSES_WITHIN = 12
"""Attempts; a transaction that still meets others then is too large, and taken apart."""

PASSING_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")


@dataclass(frozen=True)
class Patience:
    """How often, and how long between (seconds; full jitter up to a doubling bound)."""

    attempts: int = 4
    first_wait: float = 0.05
    longest_wait: float = 2.0

    def wait_after(self, attempt: int) -> float:
        return random.uniform(0, min(self.longest_wait, self.first_wait * 2**attempt))  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True)
class Failed:
    """An event that will not be handled, and why."""

    event: Event
    why: Unreadable


@dataclass(frozen=True)
class Trying:
    """How one consumer group runs its handlers. `moved` is told of whatever gets done: taking a batch apart may take minutes."""

    group: str
    circuit: Circuit
    patience: Patience = field(default_factory=Patience)
    moved: Callable[[], None] = lambda: None

    async def handle(self, handler: Handler, batch: Batch) -> list[Failed]:
        """Run the handler until every event of the batch is handled or has failed alone. Raises DependencyDown."""
        why = await self._attempts(handler, batch)
        self.moved()
        if why is None:
            return []
        if len(batch) == 1:
            return [Failed(batch.events[0], why)]
        failed: list[Failed] = []
        in_a_row = 0
        for event in batch:
            failures = await self.handle(handler, Batch(batch.workspace, [event]))
            failed += failures
            in_a_row = in_a_row + 1 if failures else 0
            if in_a_row >= self.circuit.limit:  # a handler that fails them all does not have to fail five hundred, four times each
                self.circuit.trip()
        return failed

    async def _attempts(self, handler: Handler, batch: Batch) -> Unreadable | None:
        """None when the work got done. A batch of several is tried twice, then taken apart; one event alone gets all attempts."""
        attempts = self.patience.attempts if len(batch) == 1 else 2
        attempt = 0
        while True:
            try:
                await handler(batch)
            except Unprocessable as refusal:
                return Unreadable("unprocessable", refusal.reason)
            except ValidationError as error:
                return Unreadable("invalid_for_us", error.title)
            except Exception as error:
                if _is_down(error):
                    raise DependencyDown(type(error).__name__) from error
                attempt += 1
                if attempt >= (PASSES_WITHIN if _passes(error) else attempts):
                    if _passes(error) and len(batch) == 1:
                        raise DependencyDown(type(error).__name__) from error
                    log.error("event_failed", group=self.group, error=type(error).__name__, exc_info=error)
                    return Unreadable("failed", type(error).__name__)
                metrics.RETRIED.labels(self.group, type(error).__name__).inc()
                await asyncio.sleep(self.patience.wait_after(attempt))
            else:
                return None


async def acknowledged(send: Awaitable[None]) -> None:
    """Wait until the broker has a dead letter. While it can't be written nothing is skipped: the records come again.

    The same while the database can't say whether it tells of somebody erased.
    """
    try:
        await send
    except (KafkaError, PyMongoError, ConnectionError, TimeoutError) as error:
        raise DependencyDown(type(error).__name__) from error


def _is_down(error: Exception) -> bool:
    if isinstance(error, PyMongoError) and not _passes(error):
        return error.timeout or isinstance(error, AutoReconnect)
    return isinstance(error, KafkaError | ConnectionError | TimeoutError)


def _passes(error: Exception) -> bool:
    """Errors that say of themselves that the same call may go through."""
    return isinstance(error, PyMongoError) and any(error.has_error_label(label) for label in PASSING_LABELS)


async def all_of(tasks: Sequence[Awaitable[list[Failed]]]) -> list[Failed]:
    """Wait for all, also where one fails, so that nothing of a batch runs on after it was given up; then raise the first failure.

    A cancelled child is a failure like another: were it let through, the subscriber would end in silence.
    """
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, asyncio.CancelledError):
            raise DependencyDown("CancelledError") from result
        if isinstance(result, BaseException):
            raise result
    return [failed for result in results if not isinstance(result, BaseException) for failed in result]
