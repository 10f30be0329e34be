"""Which errors a handler may raise, how often each is tried again, and what is said of it; without a broker."""

from __future__ import annotations

import time

import pytest
from aiokafka.errors import KafkaError
from pydantic import BaseModel, ValidationError
from pymongo.errors import AutoReconnect, ExecutionTimeout, OperationFailure, PyMongoError

from shared.messaging import Batch
from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.reliability import PASSES_WITHIN, Patience, Trying
from tests.support.messages import ticket

AT_ONCE = Patience(attempts=4, first_wait=0.0)


class Attempts:
    """A handler that fails every batch with one of `refused`, and notes them all."""

    def __init__(self, error: Exception, *refused: str) -> None:
        self.error = error
        self.refused = refused or ("ticket-0",)
        self.of: list[list[str]] = []

    async def __call__(self, batch: Batch) -> None:
        subjects = [event.subject for event in batch]
        self.of.append(subjects)
        if not set(self.refused).isdisjoint(subjects):
            raise self.error


def tickets(*numbers: int) -> Batch:
    return Batch("acme", [ticket(number) for number in numbers])


def labelled(label: str, kind: type[PyMongoError] = OperationFailure) -> PyMongoError:
    error = kind("conflict")
    error._add_error_label(label)
    return error


async def test_a_batch_of_several_is_tried_twice_and_each_of_its_events_as_often_as_patience_says() -> None:
    handler = Attempts(RuntimeError())

    [failed] = await Trying("g", Circuit(9), AT_ONCE).handle(handler, tickets(0, 1))

    assert failed.event.subject == "ticket-0"
    assert handler.of == [["ticket-0", "ticket-1"]] * 2 + [["ticket-0"]] * 4 + [["ticket-1"]]


async def test_an_event_of_a_batch_is_handled_for_its_workspace() -> None:
    seen: set[str] = set()

    async def handler(batch: Batch) -> None:
        seen.add(batch.workspace)
        raise RuntimeError

    await Trying("g", Circuit(9), AT_ONCE).handle(handler, Batch("globex", [ticket(1), ticket(2)]))

    assert seen == {"globex"}


async def test_data_a_service_can_not_take_is_not_tried_again() -> None:
    class Known(BaseModel):
        number: int

    with pytest.raises(ValidationError) as invalid:
        Known.model_validate({"number": "many"})
    handler = Attempts(invalid.value)

    [failed] = await Trying("g", Circuit(9), AT_ONCE).handle(handler, tickets(0))

    assert (failed.why.reason, failed.why.detail) == ("invalid_for_us", "Known")
    assert len(handler.of) == 1


@pytest.mark.parametrize("label", ["TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError"])
@pytest.mark.parametrize("kind", [OperationFailure, AutoReconnect])
async def test_what_may_pass_is_tried_often_and_then_waited_for(label: str, kind: type[PyMongoError]) -> None:
    handler = Attempts(labelled(label, kind))

    with pytest.raises(DependencyDown, match=f"^{kind.__name__}$"):
        await Trying("g", Circuit(9), AT_ONCE).handle(handler, tickets(0))

    assert len(handler.of) == PASSES_WITHIN


async def test_a_batch_that_may_pass_is_tried_as_often_and_then_taken_apart() -> None:
    handler = Attempts(labelled("TransientTransactionError"), "ticket-1")

    with pytest.raises(DependencyDown):
        await Trying("g", Circuit(9), AT_ONCE).handle(handler, tickets(0, 1))

    assert handler.of == [["ticket-0", "ticket-1"]] * PASSES_WITHIN + [["ticket-0"]] + [["ticket-1"]] * PASSES_WITHIN


@pytest.mark.parametrize("error", [AutoReconnect("gone"), ExecutionTimeout("slow"), KafkaError(), ConnectionError(), TimeoutError()])
async def test_a_dependency_that_is_down_is_named_and_not_tried_again(error: Exception) -> None:
    handler = Attempts(error)

    with pytest.raises(DependencyDown, match=f"^{type(error).__name__}$"):
        await Trying("g", Circuit(9), AT_ONCE).handle(handler, tickets(0, 1))

    assert len(handler.of) == 1


async def test_an_answer_of_the_database_is_no_dependency_that_is_down() -> None:
    [failed] = await Trying("g", Circuit(9), AT_ONCE).handle(Attempts(OperationFailure("bad value", 2)), tickets(0))

    assert (failed.why.reason, failed.why.detail) == ("failed", "OperationFailure")


async def test_failures_are_counted_in_a_row_and_the_last_that_may_opens_the_circuit() -> None:
    circuit = Circuit(limit=2)
    handler = Attempts(RuntimeError(), "ticket-0", "ticket-2")
    assert len(await Trying("g", circuit, AT_ONCE).handle(handler, tickets(0, 1, 2, 3))) == 2

    with pytest.raises(DependencyDown):
        await Trying("g", circuit, AT_ONCE).handle(handler, tickets(0, 2, 3))

    assert (circuit.open, handler.of[-1]) == (True, ["ticket-2"])


async def test_attempts_are_apart() -> None:
    started = time.monotonic()

    await Trying("g", Circuit(9), Patience(attempts=9, first_wait=0.1, longest_wait=0.1)).handle(Attempts(RuntimeError()), tickets(0))

    assert time.monotonic() - started > 0.1
