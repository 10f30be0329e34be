"""Events in, timelines out: redelivered, shuffled, early, late, and about people who are merged."""

from __future__ import annotations

import random

import httpx
import pytest

from shared.contracts.deals import DealWon
from tests.support.timeline_builders import (
    NOON,
    WORKSPACE,
    contact_created,
    contact_erased,
    contact_merged,
    contact_unmerged,
    contact_updated,
    deal_won,
    event,
    ticket_created,
)
from tests.support.timelines import Deliver, Timeline
from tests.support.tokens import bearer


@pytest.mark.req("DP3")
async def test_what_happens_to_a_contact_is_on_its_timeline_the_newest_first(deliver: Deliver, timeline: Timeline) -> None:
    created, asked, won = contact_created("c1", "ada@acme.com"), ticket_created(email="ADA@acme.com"), deal_won(contact_id="c1")

    await deliver(created, won, asked)

    assert await timeline.of("c1") == [won.id, asked.id, created.id]


async def test_redelivery_changes_nothing(deliver: Deliver, timeline: Timeline) -> None:
    events = [contact_created("c1", "ada@acme.com"), ticket_created(email="ada@acme.com")]
    await deliver(*events)
    before = await timeline.documents()

    await deliver(*events, *events)

    assert await timeline.documents() == before
    assert len(before) == 2


@pytest.mark.req("SE2")
async def test_an_address_added_later_unparks_what_came_from_it(deliver: Deliver, timeline: Timeline) -> None:
    asked = ticket_created(email="ada@home.com")
    await deliver(contact_created("c1", "ada@acme.com"), asked)
    assert asked.id not in await timeline.of("c1")

    await deliver(contact_updated("c1", "ada@acme.com", "ada@home.com"))

    assert asked.id in await timeline.of("c1")


async def test_what_came_before_the_contact_is_there_when_it_appears(deliver: Deliver, timeline: Timeline) -> None:
    won = deal_won(contact_id="c1")
    await deliver(won)
    assert await timeline.of("c1") == []

    created = contact_created("c1")
    await deliver(created)

    assert await timeline.of("c1") == [created.id, won.id]


@pytest.mark.req("CD11", "CD14")
@pytest.mark.parametrize("merged_first", [True, False])
async def test_a_merge_moves_what_is_there_and_what_comes_and_undo_moves_it_back(
    deliver: Deliver, timeline: Timeline, merged_first: bool
) -> None:
    asked, merged = ticket_created(email="b@acme.com"), contact_merged("a", "b", merge_id="m1", emails=["b@acme.com"])
    await deliver(contact_created("a"), contact_created("b", "b@acme.com"))

    await deliver(*([merged, asked] if merged_first else [asked, merged]))
    assert asked.id in await timeline.of("a")
    assert await timeline.of("b") == await timeline.of("a")

    await deliver(contact_unmerged("a", "b", merge_id="m1"))
    assert asked.id in await timeline.of("b")
    assert asked.id not in await timeline.of("a")


@pytest.mark.req("CR3")
async def test_nothing_crosses_workspaces(deliver: Deliver, timeline: Timeline) -> None:
    here, there = contact_created("c1", "ada@acme.com"), contact_created("c1", "ada@acme.com", workspace="globex")
    asked = ticket_created(email="ada@acme.com", workspace="globex")

    await deliver(here, there, asked)

    assert await timeline.of("c1") == [here.id]
    assert await timeline.of("c1", "globex") == [asked.id, there.id]


@pytest.mark.req("CR15")
async def test_erasure_leaves_nothing_and_lets_nothing_in(deliver: Deliver, timeline: Timeline) -> None:
    shared = deal_won(contact_id="c2")
    await deliver(contact_created("c1", "ada@acme.com"), contact_created("c2"), ticket_created(email="ada@acme.com"), shared)

    await deliver(contact_erased("c1", "ada@acme.com"))
    await deliver(deal_won("d9", contact_id="c1"))

    assert "ada@acme.com" not in str(await timeline.documents())
    assert "contact:c1" not in str(await timeline.documents())
    assert shared.id in await timeline.of("c2")


@pytest.mark.req("CR15", "SE4")
async def test_erasure_takes_nothing_from_others_who_share_an_address(deliver: Deliver, timeline: Timeline) -> None:
    asked = ticket_created(email="info@acme.com")
    await deliver(contact_created("c1", "ada@acme.com", "info@acme.com"), contact_created("c2", "info@acme.com"), asked)

    await deliver(contact_erased("c1", "ada@acme.com"))
    assert asked.id in await timeline.of("c2")

    await deliver(contact_created("z"), contact_merged("z", "c2"))
    assert asked.id in await timeline.of("z")


@pytest.mark.parametrize("seed", range(3))
async def test_the_order_of_arrival_makes_no_difference(deliver: Deliver, timeline: Timeline, seed: int) -> None:
    events = [
        contact_created("a", "a@acme.com", at=NOON),
        contact_created("b", "b@acme.com", at=NOON),
        contact_updated("b", "b@acme.com", "b@home.com", at=NOON),
        contact_merged("a", "b", merge_id="m1", sequence=2, emails=["a@acme.com", "b@acme.com", "b@home.com"]),
        contact_unmerged("a", "b", merge_id="m1", sequence=3, emails=["a@acme.com"]),
        ticket_created("t1", email="a@acme.com"),
        ticket_created("t2", email="b@home.com"),
        deal_won("d1", contact_id="b"),
    ]
    await deliver(*events)
    in_order = {contact_id: await timeline.of(contact_id, WORKSPACE) for contact_id in "ab"}

    elsewhere = [event.model_copy(update={"workspaceid": "globex", "partitionkey": f"globex:{event.subject}"}) for event in events]
    random.Random(seed).shuffle(elsewhere)
    await deliver(*elsewhere, *elsewhere[:3])

    assert {contact_id: await timeline.of(contact_id, "globex") for contact_id in "ab"} == in_order


async def test_entries_made_anew_from_the_log_are_those_that_were_there(
    deliver: Deliver, client: httpx.AsyncClient, timeline: Timeline
) -> None:
    log = [contact_created("c1", "ada@acme.com"), contact_created("gone"), ticket_created(email="ada@acme.com")]
    log += [deal_won(contact_id="gone"), contact_erased("gone"), contact_merged("c2", "c1", emails=["ada@acme.com"])]
    await deliver(*log)
    await client.post("/v1/timeline/c2/notes", json={"text": "Call at noon"}, headers=bearer())
    log += await timeline.published()
    before = await timeline.documents()

    await timeline.forget_entries()
    await deliver(*log)

    assert await timeline.documents() == before
    assert len(before) == 4


@pytest.mark.req("DP4")
async def test_each_source_is_as_fresh_as_its_last_event_whatever_came_late(deliver: Deliver, timeline: Timeline) -> None:
    newer, older = ticket_created("t1", email="x@acme.com"), ticket_created("t2", email="x@acme.com", at=NOON)
    await deliver(newer)

    await deliver(older)

    assert await timeline.store.heard(WORKSPACE) == {"tickets": newer.time}


@pytest.mark.req("DP4")
async def test_a_source_is_its_topic_whatever_its_events_call_it(deliver: Deliver, timeline: Timeline) -> None:
    of_many_names = [event(DealWon(title="Renewal"), f"d{number}", source=f"/services/{number}") for number in range(3)]

    await deliver(*of_many_names)

    assert list(await timeline.store.heard(WORKSPACE)) == ["deals"]
