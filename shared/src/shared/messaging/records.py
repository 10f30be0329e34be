"""From a record of the broker to an event, or to the reason why it is none.

Nothing in here raises: a record that can't be read is an answer like another, so that one bad message never costs its neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from aiokafka import ConsumerRecord, TopicPartition
from pydantic import ValidationError

from shared.contracts.envelope import Event, read

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
    if not record.value:
        return Unreadable("empty", "a record without a value")
    try:
        return _with_its_key(read(record.value), record)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "message"
        return Unreadable("invalid_json" if first["type"] == "json_invalid" else "invalid_event", f"{place}: {first['type']}")
    except (ValueError, RecursionError) as error:
        return Unreadable("invalid_event", type(error).__name__)


def _with_its_key(event: Event, record: Record) -> Event | Unreadable:
    """The broker ordered by the record's key and the store files by the envelope's workspace: they must agree."""
    if record.key != event.partitionkey.encode():
        return Unreadable("key_mismatch", "the record's key is not the envelope's partitionkey")
    return event
