"""What a dead letter keeps, and what operators see of it, on a real broker."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiokafka import ConsumerRecord

from shared.messaging.dead_letter_desk import DeadLetterDesk, Letter
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.producer import MOST_BYTES, Producer
from shared.messaging.records import Record, Unreadable
from shared.settings import ServiceSettings
from tests.support.messages import fresh_group, make_topics, publish, settings_for

WHY = Unreadable("invalid_event", "sequence: int_parsing")
HEADERS = (("ce_id", b"7"), ("dead-letter-reason", b"an earlier one"))


@pytest.fixture
def settings(kafka_bootstrap: str) -> ServiceSettings:
    return settings_for(kafka_bootstrap)


@pytest.fixture
async def group(settings: ServiceSettings) -> str:
    group = fresh_group()
    await make_topics(settings, group)
    return group


@pytest.fixture
async def dead_letters(settings: ServiceSettings, group: str) -> AsyncIterator[DeadLetters]:
    producer = Producer(settings)
    await producer.start()
    yield DeadLetters(producer, f"crm.{group}.dlt")
    await producer.stop()


def record(offset: int, value: bytes | None = b"{", key: bytes | None = b"acme:1") -> Record:
    return ConsumerRecord("crm.tickets", 3, offset, 0, 0, key, value, None, 0, 0, HEADERS)


async def retried(settings: ServiceSettings, group: str) -> list[Letter]:
    """What was handed to the group once more, read as letters are."""
    desk = DeadLetterDesk(settings, group)
    desk._topic = f"crm.{group}.retry"
    return await desk.open_letters()


async def test_a_dead_letter_keeps_the_message_whole_and_says_where_it_came_from(
    settings: ServiceSettings, group: str, dead_letters: DeadLetters
) -> None:
    await dead_letters.add(record(7), WHY)

    [letter] = await DeadLetterDesk(settings, group).open_letters()
    assert (letter.id, letter.reason, letter.detail) == ("crm.tickets-3-7", "invalid_event", "sequence: int_parsing")
    assert (letter.key, letter.value, letter.truncated) == (b"acme:1", b"{", False)
    assert letter.set_aside_at_ms > 0
    assert sorted(letter.headers) == [
        ("ce_id", b"7"),
        ("dead-letter-detail", b"sequence: int_parsing"),
        ("dead-letter-key", b"acme:1"),
        ("dead-letter-offset", b"7"),
        ("dead-letter-partition", b"3"),
        ("dead-letter-reason", b"invalid_event"),
        ("dead-letter-timestamp", b"0"),
        ("dead-letter-topic", b"crm.tickets"),
    ]


async def test_a_message_without_key_and_value_is_kept_as_one(settings: ServiceSettings, group: str, dead_letters: DeadLetters) -> None:
    await dead_letters.add(record(7, value=None, key=None), WHY)

    [letter] = await DeadLetterDesk(settings, group).open_letters()
    assert (letter.key, letter.value) == (None, b"")


async def test_a_message_that_is_too_large_leaves_its_origin_and_is_not_sent_again(
    settings: ServiceSettings, group: str, dead_letters: DeadLetters
) -> None:
    await dead_letters.add(record(7, value=b"x" * 20_000_000), WHY)

    desk = DeadLetterDesk(settings, group)
    [letter] = letters = await desk.open_letters()
    assert (letter.id, letter.reason, letter.key) == ("crm.tickets-3-7", "invalid_event", b"acme:1")
    assert (letter.value, letter.truncated) == (b"", True)
    assert await desk.redrive(letters) == 0
    assert await desk.open_letters() == letters


async def test_a_message_is_kept_whole_up_to_the_last_byte_a_record_takes_and_set_aside_whatever_its_size(
    settings: ServiceSettings, group: str, dead_letters: DeadLetters
) -> None:
    sizes = range(MOST_BYTES - 600, MOST_BYTES + 100, 50)
    for size in sizes:
        await dead_letters.add(record(size, value=b"x" * size), WHY)

    letters = {int(letter.id.rpartition("-")[2]): letter for letter in await DeadLetterDesk(settings, group).open_letters()}
    assert [len(letters[size].value) for size in sizes] == [0 if letters[size].truncated else size for size in sizes]
    assert [letters[size].truncated for size in (sizes[0], sizes[-1])] == [False, True]


async def test_a_message_with_more_headers_than_a_record_takes_keeps_only_our_own(
    settings: ServiceSettings, group: str, dead_letters: DeadLetters
) -> None:
    crowded = ConsumerRecord("crm.tickets", 3, 7, 0, 0, b"k" * 2_000, b"{", None, 0, 0, (("a", b"b"),) * 400_000)

    await dead_letters.add(crowded, Unreadable("invalid_event", "x" * 2_000))

    [letter] = await DeadLetterDesk(settings, group).open_letters()
    assert (letter.id, letter.detail, letter.truncated) == ("crm.tickets-3-7", "x" * 1_000, True)
    assert {name for name, _ in letter.headers} == {
        "dead-letter-detail",
        "dead-letter-offset",
        "dead-letter-partition",
        "dead-letter-reason",
        "dead-letter-timestamp",
        "dead-letter-topic",
        "dead-letter-truncated",
    }


async def test_letters_are_shown_once_oldest_first_until_they_are_dropped(
    settings: ServiceSettings, group: str, dead_letters: DeadLetters
) -> None:
    for offset in (9, 8, 9):
        await dead_letters.add(record(offset), WHY)
    desk = DeadLetterDesk(settings, group)

    letters = await desk.open_letters()
    assert [letter.id for letter in sorted(letters, key=lambda letter: letter.set_aside_at_ms)] == [letter.id for letter in letters]
    assert {letter.id for letter in letters} == {"crm.tickets-3-8", "crm.tickets-3-9"}
    await desk.drop([letter for letter in letters if letter.id == "crm.tickets-3-8"])
    assert [letter.id for letter in await desk.open_letters()] == ["crm.tickets-3-9"]


async def test_what_somebody_else_wrote_to_the_topic_is_shown_as_far_as_it_can_be(
    settings: ServiceSettings, group: str, kafka_bootstrap: str
) -> None:
    await publish(kafka_bootstrap, f"crm.{group}.dlt", (b"\xff", b"?"), (None, b"!"))

    letters = await DeadLetterDesk(settings, group).open_letters()

    assert sorted((letter.id, letter.reason, letter.detail, letter.value) for letter in letters) == [
        ("", "", "", b"!"),
        ("\ufffd", "", "", b"?"),
    ]


async def test_reasons_that_are_no_text_are_shown_as_far_as_they_can_be(
    settings: ServiceSettings, group: str, dead_letters: DeadLetters
) -> None:
    described = [("dead-letter-reason", b"\xffodd"), ("dead-letter-detail", b"d\xfe")]
    await dead_letters.producer.send(f"crm.{group}.dlt", b"x-0-0", b"?", described)

    [letter] = await DeadLetterDesk(settings, group).open_letters()

    assert (letter.reason, letter.detail) == ("\ufffdodd", "d\ufffd")


async def test_what_came_without_a_key_is_sent_again_without_one(settings: ServiceSettings, group: str, dead_letters: DeadLetters) -> None:
    await dead_letters.add(record(7, key=None), WHY)
    desk = DeadLetterDesk(settings, group)

    assert await desk.redrive(await desk.open_letters()) == 1

    [again] = await retried(settings, group)
    assert (again.id, again.value) == ("", b"{")
    assert await desk.open_letters() == []


async def test_what_is_sent_again_is_as_it_was_and_says_since_when(
    settings: ServiceSettings, group: str, dead_letters: DeadLetters
) -> None:
    await dead_letters.add(record(7), WHY)
    desk = DeadLetterDesk(settings, group)

    assert await desk.redrive(await desk.open_letters()) == 1

    [again] = await retried(settings, group)
    assert (again.id, again.value, tuple(again.headers)) == ("acme:1", b"{", (("ce_id", b"7"), ("dead-letter-timestamp", b"0")))
    assert await desk.open_letters() == []
