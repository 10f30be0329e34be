"""Dead letters: messages set aside with the reason and the place they came from, so that the rest flows.

The topic is compacted and keyed by origin (`<topic>-<partition>-<offset>`): setting the same message aside twice is one dead letter, and a
record without a value says that it was dealt with. Values and original keys are kept whole; headers hold ids and error classes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka.errors import MessageSizeTooLargeError, RecordTooLargeError

from shared.messaging.erasures import Erasures
from shared.messaging.producer import Headers, Producer
from shared.messaging.records import Record, Unreadable
from shared.messaging.traces import Traces, traces_of

MOST_OF_A_HEADER = 1_000
SENT_AT = "dead-letter-timestamp"
"""When the broker first had the message (milliseconds): it goes along when it is handed in again."""


@dataclass(frozen=True)
class DeadLetters:
    """Where one consumer group puts what it can't handle."""

    producer: Producer
    topic: str
    erasures: Erasures | None = None

    async def add(self, record: Record, why: Unreadable) -> None:
        """Returns when the broker has it. A message too large for the topic leaves its origin and reason there, and stays where it is.

        Only the client knows how large a record gets, with its key, its headers and what frames them. One that tells of somebody erased is
        closed again at once.
        """
        described = _description_of(record, why)
        try:
            await self.producer.send(self.topic, origin_of(record), record.value or b"", described)
        except (MessageSizeTooLargeError, RecordTooLargeError):
            short = [header for header in described if header[0].startswith("dead-letter-") and len(header[1]) <= MOST_OF_A_HEADER]
            await self.producer.send(self.topic, origin_of(record), b"", [*short, ("dead-letter-truncated", b"true")])
        if self.erasures is not None and await self.erasures.among_the_erased(_traces_of(record, self.erasures.region)):
            await self.producer.send(self.topic, origin_of(record), None)


def origin_of(record: Record) -> bytes:
    return f"{record.topic}-{record.partition}-{record.offset}".encode()


def _traces_of(record: Record, region: str) -> Traces:
    return traces_of(record.key, record.value or b"", record.headers, sent_at(record.headers, record.timestamp), region)


def sent_at(headers: Headers, timestamp_ms: int) -> datetime:
    """As it is noted, else the record's own time."""
    noted = dict(headers).get(SENT_AT, b"")
    return datetime.fromtimestamp(int(noted) / 1000 if noted.isdigit() else max(timestamp_ms, 0) / 1000, UTC)


def _description_of(record: Record, why: Unreadable) -> Headers:
    described = {
        "dead-letter-reason": why.reason,
        "dead-letter-detail": why.detail[:MOST_OF_A_HEADER],
        "dead-letter-topic": record.topic,
        "dead-letter-partition": str(record.partition),
        "dead-letter-offset": str(record.offset),
        SENT_AT: str(round(sent_at(record.headers, record.timestamp).timestamp() * 1000)),
    }
    own = [(name, value.encode()) for name, value in described.items()]
    key = [("dead-letter-key", record.key)] if record.key is not None else []
    return [*(header for header in record.headers if not header[0].startswith("dead-letter-")), *own, *key]
