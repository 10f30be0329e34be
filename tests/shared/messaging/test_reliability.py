"""Trying again and taking apart, without a broker: the handler is the only thing that fails."""

from __future__ import annotations

import pytest
from pymongo.errors import AutoReconnect, OperationFailure

from shared.messaging import Batch, Unprocessable
from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.reliability import Patience, Trying
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


def trying(circuit: Circuit | None = None) -> Trying:
    return Trying("g", circuit or Circuit(9), AT_ONCE)


def tickets(count: int) -> Batch:
    return Batch("acme", [ticket(number) for number in range(count)])


async def test_a_batch_that_works_is_called_once() -> None:
    handler = Handler()

    assert await trying().handle(handler, tickets(3)) == []
    assert len(handler.calls) == 1


async def test_only_the_event_that_fails_alone_is_given_up_and_its_neighbours_are_handled() -> None:
    handler = Handler(fails={"ticket-1": RuntimeError("secret")})

    failed = await trying().handle(handler, tickets(3))

    assert [(failure.event.subject, failure.why.reason, failure.why.detail) for failure in failed] == [
        ("ticket-1", "failed", "RuntimeError")
    ]
    assert ["ticket-0"] in handler.calls
    assert ["ticket-2"] in handler.calls
    assert handler.calls.count(["ticket-1"]) == AT_ONCE.attempts


async def test_what_can_never_work_is_not_tried_again() -> None:
    handler = Handler(fails={"ticket-0": Unprocessable("no such thing")})

    failed = await trying().handle(handler, tickets(1))

    assert [(failure.why.reason, failure.why.detail) for failure in failed] == [("unprocessable", "no such thing")]
    assert len(handler.calls) == 1


async def test_what_passes_is_tried_until_it_does() -> None:
    conflict = OperationFailure("write conflict", 112, {"errorLabels": ["TransientTransactionError"]})
    handler = Handler(fails={"ticket-0": conflict}, heals_after=7)

    assert await trying().handle(handler, tickets(1)) == []
    assert len(handler.calls) == 8


async def test_a_batch_that_always_meets_others_is_taken_apart_and_loses_nothing() -> None:
    conflict = OperationFailure("too long", 251, {"errorLabels": ["TransientTransactionError"]})

    class TooLarge(Handler):
        async def __call__(self, batch: Batch) -> None:
            await super().__call__(batch)
            if len(batch) > 1:
                raise conflict

    handler = TooLarge()
    assert await trying().handle(handler, tickets(3)) == []
    assert handler.calls[-3:] == [["ticket-0"], ["ticket-1"], ["ticket-2"]]


async def test_an_event_that_always_meets_others_is_waited_for_and_not_given_up() -> None:
    conflict = OperationFailure("write conflict", 112, {"errorLabels": ["TransientTransactionError"]})

    with pytest.raises(DependencyDown):
        await trying().handle(Handler(fails={"ticket-0": conflict}), tickets(1))


@pytest.mark.parametrize("error", [AutoReconnect("gone"), ConnectionError(), TimeoutError()])
async def test_a_dependency_that_is_down_gives_up_nothing(error: Exception) -> None:
    with pytest.raises(DependencyDown):
        await trying().handle(Handler(fails={"ticket-1": error}), tickets(3))


async def test_a_handler_that_fails_them_all_is_stopped_before_it_has_failed_the_whole_batch() -> None:
    every: dict[str, Exception] = {f"ticket-{number}": RuntimeError() for number in range(50)}
    handler, circuit = Handler(fails=every), Circuit(limit=3)

    with pytest.raises(DependencyDown):
        await trying(circuit).handle(handler, tickets(50))

    assert circuit.open
    assert ["ticket-3"] not in handler.calls


async def test_while_a_batch_is_taken_apart_every_event_counts_as_progress() -> None:
    moves: list[None] = []
    every_other: dict[str, Exception] = {f"ticket-{number}": OverflowError() for number in range(1, 10, 2)}

    await Trying("g", Circuit(9), AT_ONCE, moved=lambda: moves.append(None)).handle(Handler(fails=every_other), tickets(10))

    assert len(moves) > 10
