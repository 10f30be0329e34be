"""What is an event of the platform and what is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from shared.contracts.catalogue import EventData, Unknown
from shared.contracts.contacts import Contact, ContactErased, ContactUpdated
from shared.contracts.envelope import Event, read
from shared.contracts.outreach import VerdictChanged
from shared.contracts.tickets import TicketCreated, TicketDeleted
from shared.contracts.values import Change
from tests.contracts.messages import message

SECRET = "ada.lindqvist@kestrel.example"
DEEP = b'{"id":' + b"[" * 10_000 + b"]" * 10_000 + b"}"


def publish(data: EventData) -> Event:
    return Event.of(
        data,
        source="/services/contacts",
        workspace="northwind",
        subject="con_1",
        sequence=7,
        time=datetime(2025, 3, 3, tzinfo=UTC),
        correlationid="req_1",
    )


def test_a_message_is_read_to_the_payload_of_its_type() -> None:
    event = read(message())

    assert event.data == TicketCreated(subject="It fails")
    assert (event.workspaceid, event.sequence, event.topic) == ("northwind", 7, "crm.tickets")


def test_what_is_published_is_read_as_the_same_event() -> None:
    event = publish(ContactUpdated(contact=Contact(id="con_1", version=7), changes={"tags": Change(old=None, new=["a"])}))

    assert read(event.to_json()) == event


def test_the_sequence_is_padded_on_the_wire_and_a_number_here() -> None:
    event = publish(ContactErased(contact_id="con_1"))

    assert json.loads(event.to_json())["sequence"] == "000000000007"
    assert event.sequence == 7


@pytest.mark.parametrize("sequence", ["7", 7, "000000000007"])
def test_a_sequence_is_read_padded_or_not(sequence: object) -> None:
    assert read(message(sequence=sequence)).sequence == 7


@pytest.mark.parametrize("sequence", ["", "-1", -1, "1.5", 1.5, "٧", "1e3", " 7", 10**12, "9" * 13, True, None, ...])
def test_what_is_no_version_is_no_sequence(sequence: object) -> None:
    with pytest.raises(ValidationError):
        read(message(sequence=sequence))


def test_words_python_keeps_for_itself_cross_the_wire_as_they_are() -> None:
    verdict = VerdictChanged(contact_id="con_1", channel="email", purpose="sales", previous="clear", current="hold")

    assert json.loads(publish(verdict).to_json())["data"]["from"] == "clear"
    assert read(publish(verdict).to_json()).data == verdict


def test_an_unknown_type_is_an_event_with_unknown_data() -> None:
    assert read(message(type="crm.tickets.ticket.praised.v1", data={"stars": 5})).data == Unknown()


@pytest.mark.parametrize("data", [..., None, "text", [1], 7])
def test_nobody_looks_at_the_data_of_an_unknown_type(data: object) -> None:
    assert read(message(type="crm.weather.storm.seen.v1", data=data)).data == Unknown()


def test_unknown_fields_are_ignored_at_every_level() -> None:
    data = {"subject": "It fails", "mood": "bad", "parties": [{"contact_id": "con_1", "shoe_size": 43}]}

    assert read(message(data=data, dataschema="https://example.com")) == read(
        message(data={"subject": "It fails", "parties": [{"contact_id": "con_1"}]})
    )


@pytest.mark.parametrize("data", [..., None, {}])
def test_an_event_whose_type_says_everything_needs_no_data(data: object) -> None:
    assert read(message(type=TicketDeleted.TYPE, data=data)).data == TicketDeleted()


def test_an_event_that_lacks_what_its_type_needs_is_refused() -> None:
    with pytest.raises(ValidationError):
        read(message(type=ContactErased.TYPE, data=...))


@pytest.mark.parametrize("attribute", ["id", "source", "type", "subject", "time", "workspaceid", "partitionkey"])
@pytest.mark.parametrize("value", [..., None, "", 7, "a\u0000b", "line\nbreak"])
def test_nothing_of_the_envelope_is_made_up(attribute: str, value: object) -> None:
    with pytest.raises(ValidationError):
        read(message(**{attribute: value}))


@pytest.mark.parametrize("key", ["southwind:tic_1", "northwind", "northwindy:tic_1", ":tic_1", "tic_1"])
def test_a_key_of_another_workspace_is_refused(key: str) -> None:
    with pytest.raises(ValidationError):
        read(message(partitionkey=key))


@pytest.mark.parametrize("workspace", ["north:wind", "north wind", "$ne", "a/b", "", "x" * 101])
def test_what_is_no_workspace_is_refused(workspace: str) -> None:
    with pytest.raises(ValidationError):
        read(message(workspaceid=workspace, partitionkey=f"{workspace}:tic_1"))


@pytest.mark.parametrize("time", ["2025-03-03T09:00:00", "2025-03-03", "1741000000", 1741000000, "0001-01-01T00:00:00+14:00", "soon"])
def test_what_is_no_moment_is_no_time(time: object) -> None:
    with pytest.raises(ValidationError):
        read(message(time=time))


def test_a_time_is_told_in_utc() -> None:
    assert json.loads(read(message(time="2025-03-03T10:00:00+01:00")).to_json())["time"] == "2025-03-03T09:00:00Z"


POISON = {
    "empty": b"",
    "two objects": message() + message(),
    "two objects with a comma": message() + b"," + message(),
    "a list": b"[" + message() + b"]",
    "}{": b"}{",
    "half": message()[:-20],
    "NUL": message().replace(b"It fails", b"It \x00 fails"),
    "lone surrogate": message().replace(b"It fails", rb"It \ud800 fails"),
    "surrogate bytes": message().replace(b"It fails", b"It \xed\xa0\x80 fails"),
    "not UTF-8": message().replace(b"It fails", b"It \xff fails"),
    "deep": DEEP,
    "deep data": message().replace(b'"It fails"', b"[" * 10_000 + b"]" * 10_000),
    "not an object": b"7",
    "wrong schema": message(data={"parties": "everybody"}),
    "data that is no object": message(data="text"),
}


@pytest.mark.parametrize("value", POISON.values(), ids=POISON)
def test_poison_is_refused_as_invalid_and_nothing_else_happens(value: bytes) -> None:
    with pytest.raises(ValidationError):
        read(value)


def test_an_error_never_quotes_what_was_sent() -> None:
    with pytest.raises(ValidationError) as caught:
        read(message(data={"requester": {"email": SECRET, "phone": [SECRET]}}))

    assert SECRET not in str(caught.value)
