"""Outbox and inbox against a real database: what is told is saved with what it tells of, and handled once."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import pytest
from pymongo.errors import DuplicateKeyError

from shared.contracts.envelope import Event
from shared.messaging import Batch, EventTooLargeError, Inbox, Outbox, Transaction, pending, republish
from shared.mongo import Database
from tests.support.messages import ticket
from tests.support.outboxes import write


async def test_nothing_is_published_of_a_transaction_that_fails(outbox: Outbox) -> None:
    async def work(transaction: Transaction) -> None:
        transaction.publish(ticket(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await outbox.transact(work)
    assert await pending(outbox) == 0


async def test_what_was_written_is_gone_with_a_transaction_that_is_given_up_at_its_end(outbox: Outbox, database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            transaction = Transaction(session)
            transaction.publish(ticket(1))
            outbox._write(transaction)
            raise ZeroDivisionError
    assert await pending(outbox) == 0


@pytest.mark.parametrize("events", [1, 2])
async def test_rows_are_gone_with_a_commit_that_fails_after_they_were_written(outbox: Outbox, events: int) -> None:
    def fails(_: object) -> None:
        raise ZeroDivisionError

    async def work(transaction: Transaction) -> None:
        transaction.publish(*map(ticket, range(events)))
        outbox._write(transaction)
        transaction.events.clear()  # they are in front of what fails
        transaction.session.at_commit(fails)

    with pytest.raises(ZeroDivisionError):
        await outbox.transact(work)
    assert await pending(outbox) == 0


async def test_an_event_no_broker_would_take_is_refused_with_what_it_tells_of(outbox: Outbox) -> None:
    with pytest.raises(EventTooLargeError):
        await write(outbox, ticket(1), ticket(2, subject="x" * 1_000_000))
    assert await pending(outbox) == 0


async def test_one_version_of_an_aggregate_can_not_be_two_events(outbox: Outbox) -> None:
    await write(outbox, ticket(1, sequence=1))
    with pytest.raises(DuplicateKeyError):
        await write(outbox, ticket(1, sequence=1))


async def test_republish_reaches_everything_however_much_it_is(outbox: Outbox) -> None:
    await write(outbox, *(ticket(number) for number in range(10)))
    await outbox.rows.update_many({}, {"$set": {"sent_at": datetime(2024, 1, 1, tzinfo=UTC)}, "$unset": {"pending": ""}})

    assert await republish(outbox, datetime(2023, 1, 1, tzinfo=UTC), at_once=3) == 10
    assert await pending(outbox) == 10


async def test_an_event_is_fresh_once(outbox: Outbox, database: Database) -> None:
    inbox = Inbox(database, "tests")
    batch = Batch("acme", [ticket(1), ticket(2)])
    handled: list[Event] = []
    for _ in range(2):
        async with outbox.handling(batch, inbox) as transaction:
            handled += transaction.fresh
    assert handled == list(batch.events)


async def test_of_two_consumers_with_the_same_event_one_handles_it(outbox: Outbox, database: Database) -> None:
    inbox = Inbox(database, "tests")
    batch = Batch("acme", [ticket(1)])
    handled: list[Event] = []

    async def consume() -> None:
        while True:
            try:
                async with outbox.handling(batch, inbox) as transaction:
                    await asyncio.sleep(random.uniform(0, 0.02))
                    fresh = list(transaction.fresh)
            except Exception:  # noqa: S112, BLE001 - the consumer hands the batch in again, whatever it was
                continue
            handled.extend(fresh)
            return

    await asyncio.gather(*(consume() for _ in range(8)))
    assert handled == list(batch.events)


@pytest.mark.req("CR15")
async def test_what_was_told_of_an_aggregate_is_forgotten_and_what_waits_is_told_without_content(outbox: Outbox) -> None:
    async def tell(tx: Transaction) -> None:
        tx.publish(*(ticket(1, sequence=sequence, subject="her wish") for sequence in (1, 2)), ticket(11, subject="another's"))

    await outbox.transact(tell)
    await outbox.rows.update_one({"sequence": 1, "key": "acme:ticket-1"}, {"$unset": {"pending": ""}, "$currentDate": {"sent_at": True}})

    def emptied(event: Event) -> Event:
        return event.model_copy(update={"data": event.data.model_copy(update={"subject": None})})

    await outbox.forget("crm.tickets", "acme", ["ticket-1"], emptied)

    rows = await outbox.rows.find().sort("_id", 1).to_list(None)
    assert [(row["_id"], b"wish" in row["value"]) for row in rows] == [
        ("crm.tickets acme:ticket-1 000000000002", False),
        ("crm.tickets acme:ticket-11 000000000001", False),
    ]
    assert b"another's" in rows[1]["value"]
