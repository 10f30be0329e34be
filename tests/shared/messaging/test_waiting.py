"""How long is waited between attempts, and what waiting for several ends with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest
from aiokafka.errors import KafkaError

from shared.messaging.circuit import DependencyDown
from shared.messaging.records import Unreadable
from shared.messaging.reliability import Failed, Patience, acknowledged, all_of
from tests.support.messages import ticket

FIRST, SECOND = (Failed(ticket(number), Unreadable("failed", "RuntimeError")) for number in (1, 2))


def longest(patience: Patience, attempt: int) -> float:
    return max(patience.wait_after(attempt) for _ in range(500))


def test_waits_double_up_to_the_longest_and_differ_from_each_other() -> None:
    patience = Patience(first_wait=0.1, longest_wait=1.0)

    for attempt, bound in ((1, 0.2), (2, 0.4), (3, 0.8), (4, 1.0), (60, 1.0)):
        assert bound * 0.9 < longest(patience, attempt) <= bound
    assert min(patience.wait_after(4) for _ in range(500)) < 0.1


def test_by_default_an_event_alone_is_tried_four_times_within_seconds() -> None:
    patience = Patience()

    assert (patience.attempts, patience.first_wait, patience.longest_wait) == (4, 0.05, 2.0)


async def ends_with(answer: list[Failed] | BaseException, after: float = 0.0) -> list[Failed]:
    await asyncio.sleep(after)
    if isinstance(answer, BaseException):
        raise answer
    return answer


async def test_what_failed_anywhere_is_told_together() -> None:
    assert await all_of([ends_with([FIRST], 0.01), ends_with([]), ends_with([SECOND])]) == [FIRST, SECOND]
    assert await all_of([]) == []


async def test_nothing_runs_on_after_the_first_failure_is_raised() -> None:
    done: list[str] = []

    async def slow() -> list[Failed]:
        await asyncio.sleep(0.05)
        done.append("slow")
        return []

    with pytest.raises(DependencyDown, match="gone"):
        await all_of([ends_with(DependencyDown("gone")), slow()])
    assert done == ["slow"]


async def test_one_that_was_cancelled_comes_again_like_one_whose_dependency_is_down() -> None:
    with pytest.raises(DependencyDown, match="CancelledError"):
        await all_of([ends_with([FIRST]), ends_with(asyncio.CancelledError())])


async def sent(error: Exception | None = None) -> None:
    if error is not None:
        raise error


@pytest.mark.parametrize("error", [KafkaError(), ConnectionError(), TimeoutError()])
async def test_a_dead_letter_that_can_not_be_written_holds_everything_back(error: Exception) -> None:
    send: Awaitable[None] = sent(error)
    with pytest.raises(DependencyDown, match=f"^{type(error).__name__}$"):
        await acknowledged(send)
    await acknowledged(sent())
