"""An old version on its way, on a real broker: what is set aside and sent again are the bytes its producer sent."""

from __future__ import annotations

import json

import pytest

from shared.contracts.envelope import Event, read
from shared.messaging import Batch, Consumer, Routes, Unprocessable
from shared.messaging.dead_letter_desk import DeadLetterDesk
from tests.contracts.parcels import FIRST, STORY, THIRD, TOPIC
from tests.support.messages import fresh_group, make_topics, publish, settings_for
from tests.support.waiting import eventually


@pytest.mark.usefixtures("parcel")
async def test_a_dead_letter_keeps_the_version_it_was_sent_in_and_is_redriven_as_the_newest(kafka_bootstrap: str) -> None:
    settings, group = settings_for(kafka_bootstrap), fresh_group()
    await make_topics(settings, group, TOPIC)
    desk, handled, broken = DeadLetterDesk(settings, group), list[Event](), True

    async def handle(batch: Batch) -> None:
        if broken:
            raise Unprocessable("not yet")
        handled.extend(batch)

    first, *_ = STORY.examples()
    sent = json.dumps(first.message).encode()
    consumer = Consumer(settings, Routes(group, {TOPIC: handle}))
    await consumer.start()
    try:
        await publish(kafka_bootstrap, TOPIC, (read(sent).partitionkey.encode(), sent))

        async def one_letter() -> bool:
            return len(await desk.open_letters()) == 1

        await eventually(one_letter)
        letters = await desk.open_letters()
        broken = False
        await desk.redrive(letters)
        await eventually(lambda: bool(handled))
    finally:
        await consumer.stop()
    assert [(letter.reason, letter.value) for letter in letters] == [("unprocessable", sent)]
    assert json.loads(letters[0].value)["type"] == FIRST
    assert [event.type for event in handled] == [THIRD]
