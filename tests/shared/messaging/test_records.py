"""What makes a record an event of the platform, and what is said of one that is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiokafka import ConsumerRecord

from shared.contracts.envelope import Event
from shared.messaging.records import MOST_BYTES, UNDECODABLE, Record, Unreadable, event_of
from tests.support.messages import ticket

MERGED = Path(__file__).parents[3] / "shared" / "examples" / "crm.contacts.contact.merged.v1"


def record(
    value: bytes | None, key: bytes | None = b"acme:ticket-1", headers: tuple[tuple[str, bytes], ...] = (), topic: str = "crm.tickets"
) -> Record:
    return ConsumerRecord(topic, 0, 7, 0, 0, key, value, None, 0, 0, headers)


def told(**changes: Any) -> bytes:
    return json.dumps({**json.loads(ticket(1).to_json()), **changes}).encode()


def test_an_event_is_read_as_it_was_written() -> None:
    event = ticket(1)

    assert event_of(record(event.to_json())) == event


@pytest.mark.parametrize("value", [None, b""])
def test_nothing_is_no_event(value: bytes | None) -> None:
    assert event_of(record(value)) == Unreadable("empty", "a record without a value")


def test_a_record_that_could_not_be_taken_apart_says_so() -> None:
    answer = event_of(record(None, headers=(UNDECODABLE,)))

    assert isinstance(answer, Unreadable)
    assert answer.reason == "undecodable"


def test_a_value_that_was_small_on_its_way_is_not_read_when_it_is_huge() -> None:
    assert event_of(record(b"{" * (MOST_BYTES + 1))) == Unreadable("too_large", f"{MOST_BYTES + 1} bytes")
    assert event_of(record(b"{" * MOST_BYTES)) == Unreadable("invalid_json", "message: json_invalid")


@pytest.mark.parametrize("key", [None, b"acme:ticket-2", b"other:ticket-1"])
def test_the_key_is_the_envelopes(key: bytes | None) -> None:
    answer = event_of(record(ticket(1).to_json(), key=key))

    assert isinstance(answer, Unreadable)
    assert answer.reason == "key_mismatch"


@pytest.mark.parametrize(("topic", "believed"), [("crm.tickets", True), ("crm.mail", False), ("crm.timeline.retry", True)])
def test_who_may_write_to_one_topic_speaks_for_that_service_only(topic: str, believed: bool) -> None:
    answer = event_of(record(ticket(1).to_json(), topic=topic))

    assert isinstance(answer, Event) if believed else answer == Unreadable("wrong_topic", "its type belongs to another topic")


def test_what_happens_the_day_after_tomorrow_has_not_happened() -> None:
    now = datetime.now(UTC)
    ahead = event_of(record(told(time=(now + timedelta(days=2)).isoformat())))
    a_little = event_of(record(told(time=(now + timedelta(hours=23)).isoformat())))

    assert ahead == Unreadable("clock_ahead", "its time is more than a day ahead")
    assert isinstance(a_little, Event)


def test_the_place_of_an_error_is_named_and_nothing_that_somebody_wrote() -> None:
    [example] = MERGED.glob("*.json")
    merged = json.loads(example.read_text())
    merged["data"]["field_choices"] = {"ann@example.org": [5]}
    many = told(data={**json.loads(ticket(1).to_json())["data"], "parties": [{}, {"contact_id": [5]}]})

    assert event_of(record(told(sequence="many"))) == Unreadable("invalid_event", "sequence: int_type")
    assert event_of(record(many)) == Unreadable("invalid_event", "data.parties.1.contact_id: string_type")
    assert event_of(record(json.dumps(merged).encode())) == Unreadable("invalid_event", "data.field_choices.*: string_type")
