"""Trying again and taking apart, without a broker: the handler is the only thing that fails."""

from __future__ import annotations

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from shared.messaging import Batch, Unprocessable
from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.reliability import Patience, handle
from tests.support.messages import ticket

AT_ONCE = Patience(attempts=4, first_wait=0.0)


class Handler:
    """Fails for the subjects it is given, and notes every call."""

    def __init__(self, *, fails: dict[str, Exception] | None = None, heals_after: int | None = None) -> None:
        self.fails = fails or {}
        self.heals_after = heals_after
        self.calls: list[list[str]] = []

    async def __call__(self, batch: Batch) -> None:
        self.calls.append([event.subject for event in batch])
        if self.heals_after is not None and len(self.calls) > self.heals_after:
            return
        for event in batch:
            if event.subject in self.fails:
                raise self.fails[event.subject]


def tickets(count: int) -> Batch:
    return Batch("acme", [ticket(number) for number in range(count)])


async def test_a_batch_that_works_is_called_once() -> None:
    handler = Handler()

    assert await handle(handler, tickets(3), "g", AT_ONCE, Circuit(9)) == []
    assert len(handler.calls) == 1


async def test_only_the_event_that_fails_alone_is_given_up_and_its_neighbours_are_handled() -> None:
    handler = Handler(fails={"ticket-1": RuntimeError("secret")})

    failed = await handle(handler, tickets(3), "g", AT_ONCE, Circuit(9))

    assert [(failure.event.subject, failure.why.reason, failure.why.detail) for failure in failed] == [
        ("ticket-1", "failed", "RuntimeError")
    ]
    assert ["ticket-0"] in handler.calls
    assert ["ticket-2"] in handler.calls
    assert handler.calls.count(["ticket-1"]) == AT_ONCE.attempts


async def test_what_can_never_work_is_not_tried_again() -> None:
    handler = Handler(fails={"ticket-0": Unprocessable("no such thing")})

    failed = await handle(handler, tickets(1), "g", AT_ONCE, Circuit(9))

    assert [(failure.why.reason, failure.why.detail) for failure in failed] == [("unprocessable", "no such thing")]
    assert len(handler.calls) == 1


async def test_what_passes_is_tried_until_it_does() -> None:
    conflict = OperationFailure("write conflict", 112, {"errorLabels": ["TransientTransactionError"]})
    handler = Handler(fails={"ticket-0": conflict}, heals_after=7)

    assert await handle(handler, tickets(1), "g", AT_ONCE, Circuit(9)) == []
    assert len(handler.calls) == 8


@pytest.mark.parametrize("error", [AutoReconnect("gone"), ConnectionError(), TimeoutError()])
async def test_a_dependency_that_is_down_gives_up_nothing(error: Exception) -> None:
    with pytest.raises(DependencyDown):
        await handle(Handler(fails={"ticket-1": error}), tickets(3), "g", AT_ONCE, Circuit(9))


async def test_a_handler_that_fails_them_all_is_stopped_before_it_has_failed_the_whole_batch() -> None:
    every: dict[str, Exception] = {f"ticket-{number}": RuntimeError() for number in range(50)}
    handler, circuit = Handler(fails=every), Circuit(limit=3)

    with pytest.raises(DependencyDown):
        await handle(handler, tickets(50), "g", AT_ONCE, circuit)

    assert circuit.open
    assert ["ticket-3"] not in handler.calls
