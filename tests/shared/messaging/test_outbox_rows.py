"""What an event looks like in the outbox: the form that relays of every version agree on."""

from __future__ import annotations

import re

import pytest

from shared.contracts.tickets import TicketCreated
from shared.messaging.outbox import SHARDS, EventTooLargeError, headers_of, row_of, shard_of
from tests.support.messages import SOON, ticket


def test_a_row_says_which_aggregate_it_belongs_to_and_where_it_goes() -> None:
    event = ticket(1, sequence=7)

    assert row_of(event, SOON) == {
        "_id": "crm.tickets acme:ticket-1 000000000007",
        "aggregate": "crm.tickets acme:ticket-1",
        "sequence": 7,
        "shard": shard_of("crm.tickets acme:ticket-1"),
        "topic": "crm.tickets",
        "key": "acme:ticket-1",
        "value": event.to_json(),
        "headers": [[name, value.encode()] for name, value in headers_of(event).items()],
        "created_at": SOON,
        "pending": True,
    }


def test_an_event_can_be_routed_by_its_headers() -> None:
    event = ticket(1, sequence=7)

    assert headers_of(event) == {
        "content-type": "application/cloudevents+json",
        "ce_specversion": "1.0",
        "ce_id": event.id,
        "ce_source": "/services/tickets",
        "ce_type": TicketCreated.TYPE,
        "ce_subject": "ticket-1",
        "ce_time": "2026-01-05T09:30:00+00:00",
        "ce_workspaceid": "acme",
        "ce_sequence": "000000000007",
    }


def test_an_aggregate_stays_in_its_shard_whatever_the_process_and_version() -> None:
    assert [shard_of(f"crm.contacts acme:c-{number}") for number in range(6)] == [1, 7, 5, 3, 0, 6]
    assert {shard_of(f"crm.contacts acme:c-{number}") for number in range(200)} == set(range(SHARDS))


def test_an_event_that_is_too_large_is_named_by_type_and_size() -> None:
    with pytest.raises(EventTooLargeError, match=rf"^{re.escape(TicketCreated.TYPE)}: 1\d{{6}} bytes$"):
        row_of(ticket(1, subject="x" * 1_000_000), SOON)
