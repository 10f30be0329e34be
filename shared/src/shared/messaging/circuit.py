"""Counts dead letters, and says stop: a bad deploy must not drain a topic into the dead letters, nor a producer gone wrong.

Counted per partition: that all is well on one says nothing about another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from aiokafka import TopicPartition

from shared.messaging.records import Record, partition_of


class DependencyDown(Exception):  # noqa: N818 - a state, which the consumer waits out
    """Something does not answer, or somebody has to look first. Nothing is skipped: all but what is `done` comes again later, in order."""

    def __init__(self, why: str, done: Sequence[Record] = ()) -> None:
        super().__init__(why)
        self.done = done


class Circuit:
    """Opens after `limit` dead letters of one partition in a row, until somebody has looked and starts the process again.

    It then goes on behind those, and opens again where as many follow.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.open = False
        self._in_a_row: Counter[TopicPartition] = Counter()

    def failed(self, record: Record) -> None:
        """To be told once it is set aside. Raises DependencyDown when this one was too many."""
        partition = partition_of(record)
        self._in_a_row[partition] += 1
        if self._in_a_row[partition] >= self.limit:
            self.trip()

    def handled(self, record: Record) -> None:
        self._in_a_row.pop(partition_of(record), None)

    def trip(self) -> None:
        """Raises DependencyDown."""
        self.open = True
        self.refuse_when_open()

    def refuse_when_open(self) -> None:
        if self.open:
            raise DependencyDown("too many dead letters in a row")

    def until_open(self, records: Iterable[tuple[Record, bool]]) -> int:
        """How many of these, each with whether it failed, may be taken; the one that would open the circuit is the last."""
        in_a_row, taken = self._in_a_row.copy(), 0
        for taken, (record, failed) in enumerate(records, start=1):  # noqa: B007 - the count is the answer
            partition = partition_of(record)
            in_a_row[partition] = in_a_row[partition] + 1 if failed else 0
            if in_a_row[partition] >= self.limit:
                break
        return taken
