"""What operators do with dead letters, on a real broker."""

from __future__ import annotations

import uuid

from shared.contracts.envelope import Event
from shared.messaging import Batch, Consumer, Routes, Unprocessable
from shared.messaging.dead_letter_desk import DeadLetterDesk
from tests.support.messages import fresh_group, make_topics, publish, settings_for, ticket
from tests.support.waiting import eventually


async def test_a_dead_letter_is_listed_redriven_after_the_repair_and_gone(kafka_bootstrap: str) -> None:
    settings, group, topic = settings_for(kafka_bootstrap), fresh_group(), f"t.{uuid.uuid4().hex[:8]}"
    await make_topics(settings, group, topic, "crm.tickets")
    workspace = group
    desk, handled, broken = DeadLetterDesk(settings, group), list[Event](), True

    async def handle(batch: Batch) -> None:
        if broken and batch.workspace == workspace:
            raise Unprocessable("not yet")
        handled.extend(event for event in batch if batch.workspace == workspace)

    consumer = Consumer(settings, Routes(group, {topic: handle, "crm.tickets": handle}))
    await consumer.start()
    try:
        await publish(kafka_bootstrap, topic, ticket(1, workspace=workspace), ticket(2, workspace=workspace), (b"acme:x", b"{"))

        async def three_letters() -> bool:
            return len(await desk.open_letters()) == 3

        await eventually(three_letters)
        letters = await desk.open_letters()
        assert sorted(letter.reason for letter in letters) == ["invalid_json", "unprocessable", "unprocessable"]
        await desk.drop([letter for letter in letters if letter.reason == "invalid_json"])
        broken = False
        assert await desk.redrive(await desk.open_letters()) == 2
        await eventually(lambda: {event.subject for event in handled} == {"ticket-1", "ticket-2"})
        assert await desk.open_letters() == []
    finally:
        await consumer.stop()


async def test_an_empty_desk_says_so(kafka_bootstrap: str) -> None:
    settings, group = settings_for(kafka_bootstrap), fresh_group()
    await make_topics(settings, group)
    assert await DeadLetterDesk(settings, group).open_letters() == []
