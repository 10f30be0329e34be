"""The idempotent consumer's marks, on a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.contracts.envelope import Event
from shared.messaging import Batch, Inbox, Outbox, republish
from shared.messaging.inbox import REMEMBER
from shared.mongo import Database
from tests.support.messages import ticket
from tests.support.outboxes import write


@pytest.fixture
async def inbox(database: Database) -> Inbox:
    inbox = Inbox(database, "dedupe")
    await inbox.prepare()
    return inbox


async def fresh(database: Database, inbox: Inbox, *events: Event, workspace: str = "acme") -> list[Event]:
    async with database.transaction() as session:
        return await inbox.fresh(Batch(workspace, events), session)


async def test_the_new_ones_of_a_batch_come_once_each_and_in_their_order(database: Database, inbox: Inbox) -> None:
    first, second, third = (ticket(number) for number in range(3))
    await fresh(database, inbox, second)

    assert await fresh(database, inbox, third, second, first, third) == [third, first]
    assert await fresh(database, inbox, third, second, first, third) == []


async def test_an_event_is_marked_for_its_group_and_workspace_with_the_time(database: Database, inbox: Inbox) -> None:
    event, before = ticket(1), datetime.now(UTC) - timedelta(seconds=1)
    await fresh(database, inbox, event)

    assert await fresh(database, inbox, event, workspace="globex") == [event]
    assert await fresh(database, Inbox(database, "timeline"), event) == [event]
    marks = await database.plumbing("inbox").find().to_list(None)
    assert {mark["_id"] for mark in marks} == {f"dedupe:acme:{event.id}", f"dedupe:globex:{event.id}", f"timeline:acme:{event.id}"}
    assert all(before < mark["at"] <= datetime.now(UTC) + timedelta(seconds=1) for mark in marks)


async def test_nothing_is_marked_of_a_transaction_that_fails(database: Database, inbox: Inbox) -> None:
    event = ticket(1)
    with pytest.raises(ZeroDivisionError):
        async with database.transaction() as session:
            await inbox.fresh(Batch("acme", [event]), session)
            raise ZeroDivisionError

    assert await fresh(database, inbox, event) == [event]


async def test_an_event_that_comes_twice_in_one_transaction_is_fresh_once(database: Database, inbox: Inbox) -> None:
    async with database.transaction() as session:
        assert len(await inbox.fresh(Batch("acme", [event := ticket(1)]), session)) == 1
        assert await inbox.fresh(Batch("acme", [event]), session) == []


async def test_marks_and_rows_that_were_sent_are_kept_for_as_long_as_is_said(database: Database, inbox: Inbox, outbox: Outbox) -> None:
    marks = await database.plumbing("inbox").index_information()
    rows = await database.plumbing("outbox").index_information()

    assert (marks["at_1"]["key"], marks["at_1"]["expireAfterSeconds"]) == ([("at", 1)], REMEMBER.total_seconds())
    assert rows["sent_at_1"]["expireAfterSeconds"] == timedelta(days=7).total_seconds()
    for fields in ([("shard", 1), ("created_at", 1)], [("aggregate", 1), ("sequence", 1)]):
        assert [index["partialFilterExpression"] for index in rows.values() if index["key"] == fields] == [{"pending": True}]


async def test_of_what_was_sent_only_that_since_is_published_again(outbox: Outbox) -> None:
    now = datetime.now(UTC)
    await write(outbox, *(ticket(number) for number in range(4)))
    for number, sent_at in enumerate([now - timedelta(hours=2), now - timedelta(hours=1), now + timedelta(hours=1)]):
        mark = {"$set": {"sent_at": sent_at}, "$unset": {"pending": ""}}
        await outbox.rows.update_one({"key": f"acme:ticket-{number}"}, mark)

    assert await republish(outbox, now - timedelta(hours=1)) == 1

    again = await outbox.rows.find({"pending": True}).sort("key", 1).to_list(None)
    assert [(row["key"], "sent_at" in row) for row in again] == [("acme:ticket-1", False), ("acme:ticket-3", False)]
