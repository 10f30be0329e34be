"""What becomes of the records of one poll: a real dead-letter topic, handlers that note what they get, and no consumer."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from aiokafka import ConsumerRecord

from shared.contracts.envelope import Event
from shared.messaging import Batch, Routes, Unprocessable
from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.dead_letter_desk import DeadLetterDesk
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.delivery import AT_ONCE, Delivery
from shared.messaging.producer import Producer
from shared.messaging.records import Record
from shared.settings import ServiceSettings
from tests.support.messages import fresh_group, make_topics, settings_for, ticket


@dataclass
class Delivering:
    """One group's delivery. `refused` are the subjects its handler never handles; `batches` is what it was given."""

    settings: ServiceSettings
    producer: Producer
    group: str = field(default_factory=fresh_group)
    circuit: Circuit = field(default_factory=lambda: Circuit(9))
    refused: set[str] = field(default_factory=set)
    batches: list[tuple[str, str, list[str]]] = field(default_factory=list)
    delivery: Delivery = field(init=False)

    def __post_init__(self) -> None:
        routes = Routes(self.group, {"crm.tickets": self._on_tickets, "elsewhere": self._on_others})
        self.delivery = Delivery(routes, DeadLetters(self.producer, routes.dead_letter_topic), self.circuit)

    async def _on_tickets(self, batch: Batch) -> None:
        self._note("tickets", batch)

    async def _on_others(self, batch: Batch) -> None:
        self._note("others", batch)

    def _note(self, handler: str, batch: Batch) -> None:
        subjects = [event.subject for event in batch]
        if self.refused.intersection(subjects):
            raise Unprocessable("not for us")
        self.batches.append((handler, batch.workspace, subjects))

    async def letters(self) -> list[tuple[str, str]]:
        """Origin and reason of what was set aside, in the order of the records."""
        letters = await DeadLetterDesk(self.settings, self.group).open_letters()
        return sorted((letter.id, letter.reason) for letter in letters)


@pytest.fixture
async def delivering(kafka_bootstrap: str) -> AsyncIterator[Delivering]:
    settings = settings_for(kafka_bootstrap)
    producer = Producer(settings)
    await producer.start()
    made = Delivering(settings, producer)
    await make_topics(settings, made.group)
    yield made
    await producer.stop()


def record(offset: int, event: Event | None, *, topic: str = "crm.tickets", partition: int = 0) -> Record:
    """`None` is a record nobody can read."""
    key, value = (event.partitionkey.encode(), event.to_json()) if event else (b"k", b"{")
    return ConsumerRecord(topic, partition, offset, 0, 0, key, value, None, 0, 0, ())


def records(*events: Event | None) -> Sequence[Record]:
    return [record(offset, event) for offset, event in enumerate(events)]


async def test_events_go_to_their_handler_by_workspace_in_their_order(delivering: Delivering) -> None:
    other = record(9, ticket(9), topic="elsewhere")

    await delivering.delivery.deliver([*records(ticket(2), ticket(1, workspace="globex"), ticket(1)), other])

    assert sorted(delivering.batches) == [
        ("others", "acme", ["ticket-9"]),
        ("tickets", "acme", ["ticket-2", "ticket-1"]),
        ("tickets", "globex", ["ticket-1"]),
    ]


async def test_what_is_sent_again_goes_to_the_handler_of_its_type(delivering: Delivering) -> None:
    await delivering.delivery.deliver([record(0, ticket(1), topic=f"crm.{delivering.group}.retry")])

    assert delivering.batches == [("tickets", "acme", ["ticket-1"])]


async def test_what_has_no_handler_or_is_unknown_is_passed_over(delivering: Delivering) -> None:
    unknown = json.loads(ticket(1).to_json()) | {"type": "crm.tickets.ticket.sung.v1"}
    deals = json.loads(ticket(2).to_json()) | {"type": "crm.deals.deal.sung.v1"}
    told = [ConsumerRecord("crm.tickets", 0, 0, 0, 0, b"acme:ticket-1", json.dumps(unknown).encode(), None, 0, 0, ())]
    told += [ConsumerRecord("crm.deals", 0, 0, 0, 0, b"acme:ticket-2", json.dumps(deals).encode(), None, 0, 0, ())]

    await delivering.delivery.deliver([*told, record(1, ticket(3))])

    assert delivering.batches == [("tickets", "acme", ["ticket-3"])]
    assert await delivering.letters() == []


async def test_what_can_not_be_handled_is_set_aside_and_its_neighbours_are_handled(delivering: Delivering) -> None:
    delivering.refused = {"ticket-1"}

    await delivering.delivery.deliver(records(ticket(0), ticket(1), None, ticket(2)))

    assert await delivering.letters() == [("crm.tickets-0-1", "unprocessable"), ("crm.tickets-0-2", "invalid_json")]
    assert Counter(subject for *_, subjects in delivering.batches for subject in subjects) == {"ticket-0": 1, "ticket-2": 1}


async def test_nothing_behind_the_record_that_opens_the_circuit_is_handled_and_what_is_done_is_told(delivering: Delivering) -> None:
    delivering.circuit.limit = 2
    told = records(ticket(0), None, None, ticket(1))

    with pytest.raises(DependencyDown) as down:
        await delivering.delivery.deliver(told)

    assert list(down.value.done) == list(told[:3])
    assert delivering.batches == [("tickets", "acme", ["ticket-0"])]
    assert await delivering.letters() == [("crm.tickets-0-1", "invalid_json"), ("crm.tickets-0-2", "invalid_json")]


async def test_an_open_circuit_lets_nothing_through(delivering: Delivering) -> None:
    with pytest.raises(DependencyDown):
        delivering.circuit.trip()

    with pytest.raises(DependencyDown):
        await delivering.delivery.deliver(records(ticket(0)))

    assert delivering.batches == []


async def test_dead_letters_in_a_row_are_counted_from_one_poll_to_the_next(delivering: Delivering) -> None:
    delivering.circuit.limit = 3
    await delivering.delivery.deliver(records(None, ticket(0)))
    await delivering.delivery.deliver(records(None, None))

    with pytest.raises(DependencyDown):
        await delivering.delivery.deliver(records(None))


async def test_what_comes_again_after_a_dependency_was_down_is_not_counted_twice(delivering: Delivering) -> None:
    delivering.circuit.limit = 3
    await delivering.producer.stop()
    for _ in range(3):
        with pytest.raises(DependencyDown, match="ConnectionError") as down:
            await delivering.delivery.deliver(records(None))
        assert not down.value.done
    await delivering.producer.start()

    await delivering.delivery.deliver(records(None))

    assert not delivering.circuit.open
    assert await delivering.letters() == [("crm.tickets-0-0", "invalid_json")]


async def test_so_many_batches_run_beside_each_other_and_no_more(delivering: Delivering) -> None:
    running, most = 0, 0

    async def slow(batch: Batch) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1

    routes = Routes(delivering.group, {"crm.tickets": slow})
    delivery = Delivery(routes, DeadLetters(delivering.producer, routes.dead_letter_topic), delivering.circuit)
    await delivery.deliver(records(*(ticket(1, workspace=f"w{number}") for number in range(AT_ONCE * 2))))

    assert most == AT_ONCE
