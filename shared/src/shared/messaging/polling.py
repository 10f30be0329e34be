"""Polls of the broker that go on, whatever lies in it.

aiokafka raises out of `getmany` when a batch can't be taken apart (a header name that is no text, a broken checksum), and FastStream's
consuming task ends with it: one such record would stop a service for good. It becomes a record without a value here, to be set aside
with its origin, and the next ones follow.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CorruptRecordException

from shared.messaging.records import UNDECODABLE, Record

log = structlog.get_logger()

TAKEN_APART = (ValueError, CorruptRecordException)
"""What taking a batch apart can raise (a text that is none is a ValueError); a broker that is away raises other errors."""

ONE_BY_ONE_MS = 200


class Polling:
    """Takes the place of a consumer's `getmany`, and knows when it was last asked: aiokafka tells nobody.

    What came is `in_hand` until it is let go or the next is asked for: by the client's position it is done from the moment of the poll.
    """

    def __init__(self, kafka: AIOKafkaConsumer) -> None:
        self._kafka = kafka
        self._getmany = kafka.getmany
        self._asked_at = time.monotonic()
        self.in_hand: Sequence[Record] = ()

    def let_go(self) -> None:
        self.in_hand = ()

    def age_s(self) -> float:
        """A loop that stopped asking looks healthy from outside."""
        return time.monotonic() - self._asked_at

    async def getmany(self, *partitions: TopicPartition, **bounds: Any) -> dict[TopicPartition, list[Record]]:
        self._asked_at = time.monotonic()
        self.let_go()
        try:
            polled: dict[TopicPartition, list[Record]] = await self._getmany(*partitions, **bounds)
        except TAKEN_APART as error:
            log.warning("batch_undecodable", error=type(error).__name__)
            polled = await self._one_by_one()
        self.in_hand = [record for records in polled.values() for record in records]
        return polled

    async def _one_by_one(self) -> dict[TopicPartition, list[Record]]:
        """A single record of each partition, which tells the one that can't be read from its neighbours."""
        polled: dict[TopicPartition, list[Record]] = {}
        for partition in self._kafka.assignment():
            try:
                polled |= await self._getmany(partition, timeout_ms=ONE_BY_ONE_MS, max_records=1)
            except TAKEN_APART:
                offset = await self._kafka.position(partition)
                self._kafka.seek(partition, offset + 1)
                polled[partition] = [_stand_in(partition, offset)]
        return polled


def _stand_in(partition: TopicPartition, offset: int) -> Record:
    return ConsumerRecord(partition.topic, partition.partition, offset, int(time.time() * 1000), 0, None, None, None, 0, 0, (UNDECODABLE,))
