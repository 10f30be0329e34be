"""A chain of events can be followed: correlation id and trace go from request to event, and from event to event."""

from __future__ import annotations

import pytest

from shared import telemetry
from shared.contracts.envelope import Event, read
from shared.messaging import Batch, Outbox, Transaction
from shared.messaging.provenance import working_on
from shared.mongo import Database
from tests.support.messages import ticket

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER_TRACE = "00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def outbox(database: Database) -> Outbox:
    return Outbox(database)


async def published(outbox: Outbox, event: Event) -> Event:
    """The event as it was written into the outbox."""

    async def work(transaction: Transaction) -> None:
        transaction.publish(event)

    await outbox.transact(work)
    row = await outbox.rows.find_one({})
    assert row is not None
    return read(row["value"])


async def test_an_event_belongs_to_the_request_that_made_it(outbox: Outbox) -> None:
    with telemetry.scope(correlation_id="c-1"), telemetry.span("POST", parent=TRACE):
        event = await published(outbox, ticket(1))

    assert (event.correlationid, event.traceparent) == ("c-1", TRACE)


async def test_an_event_belongs_to_the_event_it_answers(outbox: Outbox) -> None:
    cause = ticket(1).model_copy(update={"correlationid": "c-1", "traceparent": TRACE})

    with working_on(Batch("acme", [cause]), "dedupe"):
        event = await published(outbox, ticket(2))

    assert (event.correlationid, event.traceparent) == ("c-1", TRACE)


async def test_what_an_event_says_itself_stays(outbox: Outbox) -> None:
    own = ticket(1).model_copy(update={"correlationid": "own", "traceparent": OTHER_TRACE})

    with telemetry.scope(correlation_id="c-1"), telemetry.span("POST", parent=TRACE):
        event = await published(outbox, own)

    assert (event.correlationid, event.traceparent) == ("own", OTHER_TRACE)


def test_a_batch_of_several_chains_is_none_of_them() -> None:
    first, second = (ticket(n).model_copy(update={"correlationid": f"c-{n}", "traceparent": None}) for n in (1, 2))

    with working_on(Batch("acme", [first, second]), "dedupe"):
        assert (telemetry.workspace(), telemetry.correlation_id(), telemetry.current_traceparent()) == ("acme", None, None)
