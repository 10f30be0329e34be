"""From a record of the broker to an event, or to the reason why it is none.

Nothing in here raises: a record that can't be read is an answer like another, so that one bad message never costs its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TypeAlias

from aiokafka import ConsumerRecord, TopicPartition
from pydantic import BaseModel, ValidationError

from shared.contracts.all import ALL_TOPICS
from shared.contracts.catalogue import models
from shared.contracts.envelope import Event, read

MOST_BYTES = 2_000_000
"""Of a value; a broker takes half of that, but counts a compressed one as it came."""

CLOCKS_DIFFER_BY = timedelta(days=1)

UNDECODABLE = ("undecodable", b"")
"""The header of the stand-in for a record the client could not take apart (polling.py)."""

Record: TypeAlias = "ConsumerRecord[bytes | None, bytes | None]"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a record is not an event: an error class and a place, never a value."""

    reason: str
    detail: str


def partition_of(record: Record) -> TopicPartition:
    return TopicPartition(record.topic, record.partition)


def event_of(record: Record) -> Event | Unreadable:
    """Each record by itself: joined into one JSON list, pieces of neighbouring messages could become events that nobody sent."""
    if UNDECODABLE in record.headers:
        return Unreadable("undecodable", "a record the client can not take apart; it is where it was")
    if not record.value:
        return Unreadable("empty", "a record without a value")
    if len(record.value) > MOST_BYTES:
        return Unreadable("too_large", f"{len(record.value)} bytes")
    try:
        return _of_this_platform(read(record.value), record)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(map(_named, first["loc"])) or "message"
        return Unreadable("invalid_json" if first["type"] == "json_invalid" else "invalid_event", f"{place}: {first['type']}")
    except (ValueError, RecursionError) as error:
        return Unreadable("invalid_event", type(error).__name__)


def _of_this_platform(event: Event, record: Record) -> Event | Unreadable:
    """The broker ordered by the record's key and the store files by the envelope's workspace: they must agree.

    Who may write to one topic speaks for that service only. And what happens tomorrow has not happened: it would be the newest of
    everything for as long as that clock is ahead.
    """
    if record.key != event.partitionkey.encode():
        return Unreadable("key_mismatch", "the record's key is not the envelope's partitionkey")
    if record.topic in ALL_TOPICS and event.topic != record.topic:
        return Unreadable("wrong_topic", "its type belongs to another topic")
    if event.time > datetime.now(UTC) + CLOCKS_DIFFER_BY:
        return Unreadable("clock_ahead", "its time is more than a day ahead")
    return event


def _named(part: int | str) -> str:
    """Names the platform gave; the keys of somebody's data may be anything, an address too."""
    return str(part) if isinstance(part, int) or part in _names() else "*"


@cache
def _names() -> frozenset[str]:
    payloads = {name for model in models().values() for name in _names_of(model)}
    return frozenset(payloads | set(Event.model_fields))


def _names_of(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    return {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", {})}
