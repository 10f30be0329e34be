"""When a consumer stops setting aside."""

from __future__ import annotations

import pytest
from aiokafka import ConsumerRecord

from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.records import Record


def record(offset: int, partition: int = 0) -> Record:
    return ConsumerRecord("t", partition, offset, 0, 0, None, None, None, 0, 0, [])


def test_so_many_failures_of_one_partition_in_a_row_open_it_for_good() -> None:
    circuit = Circuit(limit=3)
    circuit.failed(record(0))
    circuit.failed(record(1))

    with pytest.raises(DependencyDown):
        circuit.failed(record(2))

    circuit.handled(record(3))
    with pytest.raises(DependencyDown):
        circuit.refuse_when_open()


def test_one_that_went_well_begins_the_count_anew() -> None:
    circuit = Circuit(limit=2)
    circuit.failed(record(0))
    circuit.handled(record(1))
    circuit.failed(record(2))

    assert not circuit.open


def test_what_goes_well_on_another_partition_excuses_nothing() -> None:
    circuit = Circuit(limit=2)
    circuit.failed(record(0, partition=0))
    circuit.handled(record(0, partition=1))

    with pytest.raises(DependencyDown):
        circuit.failed(record(1, partition=0))


def test_it_can_be_asked_how_many_may_be_taken_and_is_none_the_wiser() -> None:
    circuit = Circuit(limit=2)
    bad, good = True, False

    assert circuit.until_open([(record(0), bad), (record(1), good), (record(2), bad), (record(3), bad), (record(4), good)]) == 4
    assert circuit.until_open([(record(0), bad), (record(1), good)]) == 2
    assert circuit.until_open([]) == 0
    circuit.failed(record(0))
    assert circuit.until_open([(record(1), bad), (record(2), good)]) == 1
