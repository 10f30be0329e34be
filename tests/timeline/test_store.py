"""How entries lie in the database: they come back as they went in, and a page of them is one read of an index."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.envelope import read
from shared.mongo import Database
from tests.support.database import asked_of
from tests.support.timeline_builders import NOON, WORKSPACE, contact_created, deal_won, ticket_created
from tests.support.timelines import REGION, Deliver, Timeline
from timeline.domain import Entry, Filters, NewEntry, Position
from timeline.mongo_store import MongoTimeline
from timeline.mongo_store.documents import entry_from
from timeline.translate import entries_from

EXAMPLES = Path(__file__).parents[2] / "shared/examples"
FILTERS: Mapping[str, Any] = {
    "kinds": ("ticket", "deal"),
    "sources": ("tickets",),
    "actor": "ann",
    "since": NOON,
    "until": NOON + timedelta(hours=1),
}
ADDED_LATER = [field.name for field in fields(Entry) if field.default is not MISSING]


def as_read(entry: NewEntry) -> Entry:
    return Entry(**{field.name: getattr(entry, field.name) for field in fields(Entry)})


async def test_what_any_producer_says_comes_back_as_it_was_stored(store: MongoTimeline, timeline: Timeline) -> None:
    said = entries_from([read(path.read_bytes()) for path in EXAMPLES.glob("*/*.json")], REGION)

    await store.record(WORKSPACE, said, {})

    stored = {document["_id"]: entry_from(document) for document in await timeline.documents()}
    assert stored == {entry.id: as_read(entry) for entry in said}


@pytest.mark.parametrize("name", ADDED_LATER)
async def test_an_entry_from_before_a_field_was_added_is_read(timeline: Timeline, deliver: Deliver, name: str) -> None:
    await deliver(contact_created("c1"))
    (document,) = await timeline.documents()

    del document[name]

    assert getattr(entry_from(document), name) == next(field.default for field in fields(Entry) if field.name == name)


def test_the_read_of_every_filter_is_looked_at() -> None:
    assert set(FILTERS) == {field.name for field in fields(Filters)}, "FILTERS in tests/timeline/test_store.py needs a value for it"


@pytest.mark.req("DP3")
@pytest.mark.parametrize("after", [None, Position(NOON + timedelta(minutes=30), "t9")], ids=["first page", "a later page"])
@pytest.mark.parametrize(
    "asked", [{}, *({name: value} for name, value in FILTERS.items()), FILTERS], ids=lambda asked: "+".join(asked) or "all"
)
async def test_a_page_is_one_query_of_an_index_in_its_order(
    store: MongoTimeline, deliver: Deliver, database: Database, asked: Mapping[str, Any], after: Position | None
) -> None:
    tickets = [ticket_created(f"t{n}", contact_id="c1", at=NOON + timedelta(minutes=n), actorid="ann", actortype="user") for n in range(20)]
    others = [deal_won(f"d{n}", contact_id="c2") for n in range(20)]
    await deliver(contact_created("c1", at=NOON), contact_created("c2"), *tickets, *others)
    whose = await store.whose(WORKSPACE, "c1")
    assert whose is not None
    async with asked_of(database, "entries") as ran:
        page = await store.entries(WORKSPACE, whose, Filters(**asked), after, 10)

    (query,) = ran
    assert len(page) == 10
    assert query["op"] == "query"
    assert query["planSummary"].startswith("IXSCAN { workspace: 1, contact_ids: 1")
    assert not query.get("hasSortStage", False), "sorted in memory: an index of MongoTimeline needs its fields before `at` and `_id`"
    assert query["docsExamined"] <= len(tickets) + 1
