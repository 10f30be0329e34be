"""How handlers are declared and given what they need."""

from __future__ import annotations

import pytest

from shared.messaging import Batch, Subscriptions
from tests.support.messages import ticket


async def test_a_handler_gets_what_it_names_and_nothing_else() -> None:
    subscriptions, seen = Subscriptions("g"), list[object]()

    @subscriptions.on("a", "b")
    async def on_both(batch: Batch, store: str, *, region: str) -> None:
        seen.extend([batch, store, region])

    @subscriptions.on("c")
    async def on_one(batch: Batch) -> None:
        seen.append(batch)

    routes = subscriptions.bind(store="s", region="r", unused="u")
    batch = Batch("acme", [ticket(1)])
    await routes.by_topic["b"](batch)
    await routes.by_topic["c"](batch)

    assert seen == [batch, "s", "r", batch]
    assert subscriptions.topics == ("a", "b", "c")
    assert routes.by_topic["a"] is routes.by_topic["b"]
    assert (routes.retry_topic, routes.dead_letter_topic) == ("crm.g.retry", "crm.g.dlt")


def test_two_handlers_of_one_topic_are_a_mistake() -> None:
    subscriptions = Subscriptions("g")

    @subscriptions.on("a")
    async def first(batch: Batch) -> None: ...

    with pytest.raises(TypeError, match="g has two handlers for a"):

        @subscriptions.on("a")
        async def second(batch: Batch) -> None: ...


def test_what_a_handler_is_not_given_is_named() -> None:
    subscriptions = Subscriptions("g")

    @subscriptions.on("a")
    async def on_a(batch: Batch, store: str, region: str) -> None: ...

    with pytest.raises(TypeError, match="on_a is given no region, store"):
        subscriptions.bind()


def test_a_batch_is_its_events() -> None:
    batch = Batch("acme", [ticket(1), ticket(2)])

    assert len(batch) == 2
    assert [event.subject for event in batch] == ["ticket-1", "ticket-2"]
