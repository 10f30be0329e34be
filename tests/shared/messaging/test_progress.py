"""The arithmetic of offsets: what may be committed, and where to go back to."""

from __future__ import annotations

from aiokafka import ConsumerRecord, TopicPartition

from shared.messaging.progress import Progress, starts_of
from shared.messaging.records import Record

FIRST, SECOND = TopicPartition("t", 0), TopicPartition("t", 1)


def record(offset: int, partition: int = 0, topic: str = "t") -> Record:
    return ConsumerRecord(topic, partition, offset, 0, 0, None, None, None, 0, 0, [])


def test_what_is_to_be_committed_is_one_past_the_last_that_is_done() -> None:
    progress = Progress()
    progress.done([record(0), record(1), record(7, partition=1)])

    assert progress.uncommitted() == {FIRST: 2, SECOND: 8}


def test_the_first_record_of_a_partition_counts() -> None:
    progress = Progress()
    progress.done([record(0)])

    assert progress.uncommitted() == {FIRST: 1}


def test_what_comes_again_moves_nothing_back() -> None:
    progress = Progress()
    progress.done([record(5)])
    progress.done([record(3)])

    assert progress.uncommitted() == {FIRST: 6}


def test_what_came_to_be_done_during_a_commit_is_committed_next() -> None:
    progress = Progress()
    progress.done([record(5), record(5, partition=1)])
    committed = progress.uncommitted()
    progress.done([record(6)])

    progress.committed(committed)

    assert progress.uncommitted() == {FIRST: 7}


def test_what_was_given_away_is_not_committed() -> None:
    progress = Progress()
    progress.done([record(5), record(5, partition=1)])

    progress.forget([FIRST, TopicPartition("t", 9)])

    assert progress.uncommitted() == {SECOND: 6}


def test_to_take_records_again_each_partition_goes_back_to_its_earliest() -> None:
    assert starts_of([record(4), record(3), record(9), record(2, partition=1), record(1, topic="u")]) == {
        FIRST: 3,
        SECOND: 2,
        TopicPartition("u", 0): 1,
    }
