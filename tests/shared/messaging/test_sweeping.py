"""Dead letters about somebody erased are closed, whichever came first, on a real broker and database."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.contacts import SOURCE, TOPIC, ContactErased
from shared.contracts.envelope import Event
from shared.messaging import Batch, Consumer, Erasure, Erasures, Routes, Sweeping, Unprocessable
from shared.messaging.dead_letter_desk import DeadLetterDesk
from shared.mongo import Database
from shared.parties import mark
from shared.settings import ServiceSettings
from tests.support.messages import fresh_group, make_topics, publish, settings_for
from tests.support.waiting import eventually

pytestmark = pytest.mark.req("CR15")

EMAIL = "ada@acme.com"
Message = tuple[bytes, bytes]


@dataclass
class Office:
    """The letters of one service that can handle nothing but erasures; `group` is the workspace its messages are of, too."""

    settings: ServiceSettings
    group: str
    erasures: Erasures

    def __post_init__(self) -> None:
        self.desk = DeadLetterDesk(self.settings, self.group)
        self.sweeping = Sweeping(self.settings, self.group, self.erasures)
        self.consumer = Consumer(self.settings, Routes(self.group, {f"t.{self.group}": self._handle, TOPIC: self._handle}), self.erasures)

    async def _handle(self, batch: Batch) -> None:
        if batch.workspace == self.group and not all(isinstance(event.data, ContactErased) for event in batch):
            raise Unprocessable("not today")

    async def send(self, *messages: Event | Message) -> None:
        for message in messages:
            await publish(self.settings.kafka_bootstrap_servers, TOPIC if isinstance(message, Event) else f"t.{self.group}", message)

    async def has(self, count: int) -> bool:
        return len(await self.desk.open_letters()) == count

    async def open_keys(self) -> list[bytes]:
        return sorted(letter.key or b"" for letter in await self.desk.open_letters())

    async def noted(self) -> bool:
        return any(erasure.workspace == self.group for erasure in await self.erasures.unswept())

    async def retried(self, count: int) -> bool:
        """Whether it is done with that many records of its retry topic."""
        kafka = self.consumer._kafka
        retry = next(partition for partition in kafka.assignment() if partition.topic.endswith(".retry"))
        return bool(await kafka.committed(retry) == count)


@pytest.fixture
async def office(kafka_bootstrap: str, database: Database) -> AsyncIterator[Office]:
    settings, group, erasures = settings_for(kafka_bootstrap, kafka_dead_letters_in_a_row=1_000), fresh_group(), Erasures(database, "US")
    await make_topics(settings, group, f"t.{group}", TOPIC)
    await erasures.prepare()
    office = Office(settings, group, erasures)
    await office.consumer.start()
    yield office
    await office.consumer.stop()


def erased(workspace: str, contact_id: str, at: datetime) -> Event:
    data = ContactErased(contact_id=contact_id, marks=(mark(f"email:{EMAIL}"),))
    return Event.of(data, source=SOURCE, workspace=workspace, subject=contact_id, sequence=2, time=at)


def told(workspace: str, subject: str, at: datetime, **data: object) -> Message:
    event = {
        "specversion": "1.0", "id": f"{workspace}-{subject}", "source": "/services/tickets", "type": "crm.tickets.ticket.created.v1",
        "subject": subject, "time": at.isoformat(), "workspaceid": workspace, "partitionkey": f"{workspace}:{subject}", "sequence": "1",
        "data": data,
    }  # fmt: skip
    return f"{workspace}:{subject}".encode(), json.dumps(event).encode()


async def test_letters_about_somebody_erased_are_closed_and_all_others_stay(office: Office) -> None:
    now, group = datetime.now(UTC), office.group
    before, after = now - timedelta(hours=2), now + timedelta(minutes=5)
    theirs = [
        told(group, "by-address", before, requester={"email": EMAIL.upper()}),
        told(group, "by-id", after, parties=[{"contact_id": "c-ada"}]),
        (f"{group}:broken".encode(), b'{"email": "ada@acme.com", '),
    ]
    others = [
        told(group, "of-a-newcomer", after, requester={"email": EMAIL}),
        told(group, "of-somebody-else", before, requester={"email": "bob@acme.com"}),
        (b"elsewhere:broken", b'{"email": "ada@acme.com", '),
    ]
    await office.send(*theirs, *others)
    await eventually(lambda: office.has(6))

    await office.send(erased(group, "c-ada", now + timedelta(minutes=1)))
    await eventually(office.noted)
    assert await office.sweeping.sweep() == 3

    assert await office.open_keys() == sorted(key for key, _ in others)
    assert (await office.erasures.counted())[1] == 0
    assert await office.sweeping.sweep() == 0


async def test_a_letter_that_comes_after_the_erasure_was_swept_is_closed_at_once(office: Office) -> None:
    now, group = datetime.now(UTC), office.group
    await office.send(erased(group, "c-ada", now))
    await eventually(office.noted)
    await office.sweeping.sweep()

    late = [told(group, "late", now - timedelta(days=1), requester={"email": EMAIL}), (f"{group}:late".encode(), b"{ c-ada")]
    await office.send(*late, told(group, "late", now, requester={"email": "bob@acme.com"}))  # one partition: the last is read last

    async def last_is_there() -> bool:
        return any(b"bob@acme.com" in letter.value for letter in await office.desk.open_letters())

    await eventually(last_is_there)
    assert await office.has(1)


async def test_a_redriven_letter_that_fails_again_after_the_erasure_does_not_stay(office: Office) -> None:
    now, group = datetime.now(UTC), office.group
    await office.send(told(group, "t1", now - timedelta(days=1), requester={"email": EMAIL}), (f"{group}:t1".encode(), b"{ ada@acme.com"))
    await eventually(lambda: office.has(2))
    held = await office.desk.open_letters()
    await office.send(erased(group, "c-ada", datetime.now(UTC)))
    await eventually(office.noted)
    await office.sweeping.sweep()

    await office.desk.redrive(held)

    await eventually(lambda: office.retried(len(held)))
    assert await office.desk.open_letters() == []


async def test_what_was_noted_before_a_restart_is_swept_after_it(office: Office) -> None:
    now, group = datetime.now(UTC), office.group
    await office.send(told(group, "t1", now - timedelta(days=1), requester={"email": EMAIL}))
    await eventually(lambda: office.has(1))
    await office.send(erased(group, "c-ada", now))
    await eventually(office.noted)

    after_the_restart = Sweeping(office.settings, group, office.erasures)
    await after_the_restart.start()
    try:
        await eventually(lambda: office.has(0))
        assert (await after_the_restart.check()).ok
    finally:
        await after_the_restart.stop()


async def test_once_a_day_a_record_that_says_nothing_lets_the_broker_compact(office: Office) -> None:
    assert not await office.sweeping.write_on()

    await office.erasures.note([Erasure(office.group, "c-ada", frozenset(), datetime.now(UTC))])

    assert [await office.sweeping.write_on() for _ in range(2)] == [True, False]
    assert await office.desk.open_letters() == []


async def test_an_erasure_that_is_heard_again_is_not_swept_again(database: Database) -> None:
    erasures = Erasures(database)
    await erasures.prepare()
    batch = Batch("acme", [erased("acme", "c-ada", datetime.now(UTC))])

    async def handle(_: Batch) -> None: ...

    handler = erasures.noting(Routes("any", {TOPIC: handle})).by_topic[TOPIC]
    await handler(batch)
    await erasures.swept(await erasures.unswept())

    await handler(batch)

    assert await erasures.counted() == (1, 0)
