"""Which records are done and which of that the broker knows: the arithmetic of explicit offsets, without a broker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from aiokafka import TopicPartition

from shared.messaging.records import Record, partition_of


class Progress:
    """Offsets to commit, by partition: always one past the last record whose effects are in the database."""

    def __init__(self) -> None:
        self._done: dict[TopicPartition, int] = {}

    def done(self, records: Iterable[Record]) -> None:
        for record in records:
            partition = partition_of(record)
            self._done[partition] = max(self._done.get(partition, 0), record.offset + 1)

    def uncommitted(self) -> Mapping[TopicPartition, int]:
        return dict(self._done)

    def committed(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Forget what the broker has now; what came to be done meanwhile stays."""
        for partition, offset in offsets.items():
            if self._done.get(partition) == offset:
                del self._done[partition]

    def forget(self, partitions: Iterable[TopicPartition]) -> None:
        """They belong to another member now, which does again what was not committed."""
        for partition in partitions:
            self._done.pop(partition, None)


def starts_of(records: Iterable[Record]) -> dict[TopicPartition, int]:
    """Where to go back to, so that all of these come again."""
    starts: dict[TopicPartition, int] = {}
    for record in records:
        partition = partition_of(record)
        starts[partition] = min(starts.get(partition, record.offset), record.offset)
    return starts
