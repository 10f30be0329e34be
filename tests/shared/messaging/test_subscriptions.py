"""What a service listens to, from the declaration to handlers that are ready to run."""

from __future__ import annotations

import pytest

from shared.messaging import Batch, Routes, Subscriptions, Unprocessable
from tests.support.messages import ticket


def test_a_refusal_says_why() -> None:
    assert Unprocessable("no such thing").reason == str(Unprocessable("no such thing")) == "no such thing"


def test_a_group_has_topics_of_its_own_for_what_it_could_not_handle() -> None:
    routes = Routes("dedupe", {})

    assert (routes.retry_topic, routes.dead_letter_topic) == ("crm.dedupe.retry", "crm.dedupe.dlt")


def test_a_batch_is_its_events() -> None:
    events = [ticket(1), ticket(2)]

    assert (list(Batch("acme", events)), len(Batch("acme", events))) == (events, 2)


async def test_every_handler_gets_what_it_names_and_nothing_else() -> None:
    subscriptions, seen = Subscriptions("dedupe"), list[object]()

    @subscriptions.on("crm.tickets", "crm.mail")
    async def on_both(batch: Batch, store: str, *, rules: int) -> None:
        local = (store, rules)
        seen.append(local)

    @subscriptions.on("crm.deals")
    async def on_deals(batch: Batch) -> None:
        seen.append(batch.workspace)

    routes = subscriptions.bind(store="a store", rules=3, unused=None)
    for topic in subscriptions.topics:
        await routes.by_topic[topic](Batch("acme", []))

    assert seen == [("a store", 3), ("a store", 3), "acme"]
    assert (routes.group, tuple(routes.by_topic)) == ("dedupe", ("crm.tickets", "crm.mail", "crm.deals"))
    assert routes.by_topic["crm.tickets"] is routes.by_topic["crm.mail"]


def test_what_a_handler_names_has_to_be_there() -> None:
    subscriptions = Subscriptions("dedupe")

    @subscriptions.on("crm.tickets")
    async def on_tickets(batch: Batch, *, store: str) -> None: ...

    with pytest.raises(TypeError, match="on_tickets is given no store"):
        subscriptions.bind(rules=3)


def test_a_topic_has_one_handler() -> None:
    subscriptions = Subscriptions("dedupe")

    async def handler(batch: Batch) -> None: ...

    subscriptions.on("crm.tickets")(handler)
    with pytest.raises(TypeError, match=r"dedupe has two handlers for crm\.tickets"):
        subscriptions.on("crm.mail", "crm.tickets")(handler)
