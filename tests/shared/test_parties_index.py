"""The directory and its followers on a real database: order, crashes and crossing writers."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Iterable, Sequence
from collections.abc import Collection as Bag
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.contracts.contacts import ContactUpdated
from shared.contracts.envelope import Event
from shared.mongo import Database
from shared.parties import BY_CONTACT, BY_PARTY, Directory, Follower, Known, PartyIndex, said_at
from shared.parties.directory import Changed
from shared.parties.person import FOR_ALL, Audience
from tests.support.timeline_builders import (
    CONTACTS_HISTORY,
    NOON,
    WORKSPACE,
    contact,
    contact_created,
    contact_erased,
    contact_merged,
    contact_unmerged,
    contact_updated,
    event,
)


@pytest.fixture
async def items(database: Database) -> Follower:
    collection = database.collection("items", *BY_PARTY, BY_CONTACT)
    await database.prepare(collection)
    return Follower(collection, said_at("at"))


@pytest.fixture
async def index(database: Database, items: Follower) -> PartyIndex:
    directory = Directory.of(database)
    await directory.prepare()
    return PartyIndex(directory, items)


async def owners(items: Follower) -> dict[str, list[str]]:
    return {document["_id"]: document["contact_ids"] for document in await items.collection.of(WORKSPACE).find()}


def item(item_id: str, *keys: str, at: datetime = NOON) -> dict[str, object]:
    """Said before anything else unless it says otherwise."""
    return {"_id": item_id, "keys": list(keys), "at": at}


@pytest.mark.req("SE2")
async def test_an_address_added_later_finds_what_was_parked(index: PartyIndex, items: Follower) -> None:
    await index.on_contacts(WORKSPACE, [contact_created("c1", "ada@acme.com")])
    await index.insert(WORKSPACE, items, [item("i1", "email:ada@home.com")])
    assert await owners(items) == {"i1": []}

    await index.on_contacts(WORKSPACE, [contact_updated("c1", "ada@acme.com", "ada@home.com")])

    assert await owners(items) == {"i1": ["c1"]}


@pytest.mark.req("CD11", "CD14")
@pytest.mark.parametrize("first", ["item", "merge"])
async def test_merge_and_undo_move_items_whichever_came_first(index: PartyIndex, items: Follower, first: str) -> None:
    people = [contact_created("a", "a@acme.com"), contact_created("b", "b@acme.com")]
    merged = contact_merged("a", "b", merge_id="m1", emails=["a@acme.com", "b@acme.com"])
    await index.on_contacts(WORKSPACE, people)
    steps: list[Awaitable[object]] = [index.insert(WORKSPACE, items, [item("i1", "contact:b"), item("i2", "email:b@acme.com")])]
    steps.insert(0 if first == "merge" else 1, index.on_contacts(WORKSPACE, [merged]))
    for step in steps:
        await step
    assert await owners(items) == {"i1": ["a"], "i2": ["a"]}

    await index.on_contacts(WORKSPACE, [contact_unmerged("a", "b", merge_id="m1", emails=["a@acme.com"])])

    assert await owners(items) == {"i1": ["b"], "i2": ["b"]}


async def test_undoing_the_last_merge_of_a_chain_moves_what_came_from_its_beginning(index: PartyIndex, items: Follower) -> None:
    await index.on_contacts(WORKSPACE, [contact_created(name) for name in "abz"])
    await index.on_contacts(WORKSPACE, [contact_merged("a", "b"), contact_merged("z", "a", merge_id="m2")])
    await index.insert(WORKSPACE, items, [item("i1", "contact:b")])
    assert await owners(items) == {"i1": ["z"]}

    await index.on_contacts(WORKSPACE, [contact_unmerged("z", "a", merge_id="m2")])

    assert await owners(items) == {"i1": ["a"]}


@pytest.mark.req("CR3")
async def test_a_contact_of_another_workspace_has_no_part_in_it(index: PartyIndex, items: Follower) -> None:
    await index.insert(WORKSPACE, items, [item("i1", "email:ada@acme.com")])

    await index.on_contacts("globex", [contact_created("c1", "ada@acme.com", workspace="globex")])

    assert await owners(items) == {"i1": []}


@pytest.mark.req("CR15")
async def test_nothing_personal_of_an_erased_contact_is_left_even_if_older_events_come_after(index: PartyIndex, database: Database) -> None:
    await index.on_contacts(WORKSPACE, [contact_created("c1", "ada@acme.com")])
    await index.on_contacts(WORKSPACE, [contact_erased("c1")])
    await index.on_contacts(WORKSPACE, [contact_updated("c1", "ada@home.com")])

    assert "ada@" not in str(await database.collection("people").of(WORKSPACE).find())


@pytest.mark.req("CR15")
async def test_what_still_comes_about_an_erased_contact_alone_is_dropped(index: PartyIndex, items: Follower) -> None:
    await index.on_contacts(WORKSPACE, [contact_created("c1"), contact_created("c2"), contact_erased("c1")])

    await index.insert(WORKSPACE, items, [item("i1", "contact:c1"), item("i2", "contact:c1", "contact:c2")])

    assert await owners(items) == {"i2": ["c2"]}


KEYS = [f"email:{name}" for name in ("a@acme.com", "a@home.com", "b@acme.com", "e@acme.com", "info@acme.com")] + [
    f"contact:{name}" for name in "abez"
]
RESOLVED = {
    "email:a@acme.com": ["z"],
    "email:a@home.com": ["a"],
    "email:b@acme.com": ["z"],
    "email:info@acme.com": ["a", "z"],
    "contact:a": ["a"],
    "contact:b": ["z"],
    "contact:z": ["z"],
}


@pytest.mark.parametrize("seed", range(6))
async def test_any_order_of_events_and_items_comes_to_the_same_end(index: PartyIndex, items: Follower, seed: int) -> None:
    chance = random.Random(seed)
    history: list[Event | str] = [*CONTACTS_HISTORY, *chance.choices(CONTACTS_HISTORY, k=4), *KEYS]
    chance.shuffle(history)

    async def arrive(arrivals: Sequence[Event | str]) -> None:
        for arrival in arrivals:
            if isinstance(arrival, str):
                await index.insert(WORKSPACE, items, [item(arrival, arrival)])
            else:
                await index.on_contacts(WORKSPACE, [arrival])

    await asyncio.gather(*(arrive(history[lane::4]) for lane in range(4)))

    found = await owners(items)
    assert found == RESOLVED  # nothing is left of what named the erased one, whichever came first


class Interrupted(Directory):
    """Lets something happen right after the directory was first read, where a crossing writer would come between.

    `reads` is how often it may be read before that.
    """

    meanwhile: Awaitable[object] | None = None
    reads = 0

    async def about(self, workspace: str, keys: Bag[str]) -> Known:
        known = await super().about(workspace, keys)
        if self.meanwhile is not None and self.reads == 0:
            crossing, self.meanwhile = self.meanwhile, None
            await crossing
        self.reads -= 1
        return known


async def test_a_contact_that_appears_between_resolution_and_insertion_is_not_missed(
    index: PartyIndex, items: Follower, database: Database
) -> None:
    directory = Interrupted.of(database)
    directory.meanwhile = index.on_contacts(WORKSPACE, [contact_created("c1", "ada@acme.com")])

    await PartyIndex(directory, items).insert(WORKSPACE, items, [item("i1", "email:ada@acme.com")])

    assert await owners(items) == {"i1": ["c1"]}


async def test_two_contacts_that_take_the_same_address_at_once_both_get_its_items(
    index: PartyIndex, items: Follower, database: Database
) -> None:
    await index.insert(WORKSPACE, items, [item("i1", "email:info@acme.com")])
    directory = Interrupted.of(database)
    directory.meanwhile = index.on_contacts(WORKSPACE, [contact_created("c2", "info@acme.com")])

    await PartyIndex(directory, items).on_contacts(WORKSPACE, [contact_created("c1", "info@acme.com")])

    assert await owners(items) == {"i1": ["c1", "c2"]}


MERGED, UNDONE = contact_merged("a", "b", merge_id="m1"), contact_unmerged("a", "b", merge_id="m1")
MERGED_AGAIN = contact_merged("a", "b", merge_id="m2", sequence=4)


@pytest.mark.req("CD11", "CD14")
@pytest.mark.parametrize("reads", range(3))
async def test_an_undo_that_crosses_its_merge_is_what_stays(index: PartyIndex, items: Follower, database: Database, reads: int) -> None:
    await index.on_contacts(WORKSPACE, [contact_created(name) for name in "ab"])
    await index.insert(WORKSPACE, items, [item("i1", "contact:b")])
    directory = Interrupted.of(database)
    directory.meanwhile, directory.reads = index.on_contacts(WORKSPACE, [UNDONE]), reads

    await PartyIndex(directory, items).on_contacts(WORKSPACE, [MERGED])
    if directory.meanwhile is not None:
        await directory.meanwhile
    assert await owners(items) == {"i1": ["b"]}

    await index.on_contacts(WORKSPACE, [MERGED_AGAIN])

    assert await owners(items) == {"i1": ["a"]}


class CrashError(Exception):
    pass


class Crashing(Directory):
    """Ends when documents are resolved with what was told of b, before that is known."""

    async def followed(self, workspace: str, changes: Iterable[Changed]) -> None:
        if any(changed.person.contact_id == "b" for changed in changes):
            raise CrashError


@pytest.mark.req("CD11", "CD14")
async def test_what_a_merge_left_half_moved_is_put_back_by_the_undo_that_came_before_its_redelivery(
    index: PartyIndex, items: Follower, database: Database
) -> None:
    await index.on_contacts(WORKSPACE, [contact_created(name) for name in "ab"])
    await index.insert(WORKSPACE, items, [item("i1", "contact:b")])
    with pytest.raises(CrashError):
        await PartyIndex(Crashing.of(database), items).on_contacts(WORKSPACE, [MERGED])
    assert await owners(items) == {"i1": ["a"]}

    await index.on_contacts(WORKSPACE, [UNDONE])

    assert await owners(items) == {"i1": ["b"]}


@pytest.mark.req("CR15")
async def test_what_came_to_a_contact_by_an_address_of_several_is_not_left_with_it_when_it_is_erased_before_a_redelivery(
    index: PartyIndex, items: Follower, database: Database
) -> None:
    await index.insert(WORKSPACE, items, [item("i1", "email:info@acme.com")])
    with pytest.raises(CrashError):
        await PartyIndex(Crashing.of(database), items).on_contacts(WORKSPACE, [contact_created("b", "info@acme.com")])
    assert await owners(items) == {"i1": ["b"]}

    await index.on_contacts(WORKSPACE, [contact_erased("b")])

    assert await owners(items) == {"i1": []}


async def test_a_redelivery_finishes_what_a_crash_left_after_the_directory_was_written(index: PartyIndex, items: Follower) -> None:
    await index.insert(WORKSPACE, items, [item("i1", "email:ada@acme.com")])
    created = contact_created("c1", "ada@acme.com")
    await index.directory.learn(WORKSPACE, [created])
    assert await owners(items) == {"i1": []}

    await index.on_contacts(WORKSPACE, [created])

    assert await owners(items) == {"i1": ["c1"]}


async def test_a_redelivered_item_is_repaired_if_its_writer_died_before_it_could_look_again(index: PartyIndex, items: Follower) -> None:
    await index.on_contacts(WORKSPACE, [contact_created("c1", "ada@acme.com")])
    await items.collection.of(WORKSPACE).insert({**item("i1", "email:ada@acme.com"), "contact_ids": []})

    assert await index.insert(WORKSPACE, items, [item("i1", "email:ada@acme.com")]) == set()

    assert await owners(items) == {"i1": ["c1"]}


async def test_readers_and_contacts_in_a_race_agree_in_the_end(index: PartyIndex, items: Follower) -> None:
    addresses = [f"p{n}@acme.com" for n in range(40)]

    async def write(n: int) -> None:
        await index.insert(WORKSPACE, items, [item(f"i{n}-{address}", f"email:{address}") for address in addresses])

    async def create(n: int) -> None:
        await index.on_contacts(WORKSPACE, [contact_created(f"c{n}", addresses[n])])

    await asyncio.gather(*(write(n) for n in range(5)), *(create(n) for n in range(len(addresses))))

    assert all(found == [f"c{addresses.index(item_id.partition('-')[2])}"] for item_id, found in (await owners(items)).items())


ERASED_AT = NOON + timedelta(days=1)


@pytest.mark.req("CR15")
@pytest.mark.parametrize("newcomer", [None, "c9"])
async def test_what_named_a_marked_address_before_is_nobodys_and_what_names_it_after_is_whose_it_is_then(
    index: PartyIndex, items: Follower, newcomer: str | None
) -> None:
    await index.insert(
        WORKSPACE, items, [item("before", "email:ada@acme.com"), item("after", "email:ada@acme.com", at=ERASED_AT + timedelta(1))]
    )
    if newcomer:
        await index.on_contacts(WORKSPACE, [contact_created(newcomer, "ada@acme.com")])

    await index.on_contacts(WORKSPACE, [contact_erased("c1", "ada@acme.com", at=ERASED_AT)])
    await index.insert(WORKSPACE, items, [item("late", "email:ada@acme.com")])

    assert await owners(items) == {"after": [newcomer] if newcomer else []}


@pytest.mark.req("CR15", "SE4")
async def test_an_address_that_is_not_marked_is_somebody_elses_too(index: PartyIndex, items: Follower) -> None:
    await index.on_contacts(WORKSPACE, [contact_created("c1", "ada@acme.com", "info@acme.com"), contact_created("c2", "info@acme.com")])
    await index.insert(WORKSPACE, items, [item("i1", "email:info@acme.com"), item("i2", "email:info@acme.com", "email:ada@acme.com")])

    await index.on_contacts(WORKSPACE, [contact_erased("c1", "ada@acme.com", at=ERASED_AT)])

    assert await owners(items) == {"i1": ["c2"], "i2": ["c2"]}
    assert "ada@" not in str(await items.collection.of(WORKSPACE).find())


@pytest.mark.req("CR15")
async def test_who_may_be_heard_of_later_by_their_id_keeps_what_names_them(index: PartyIndex, items: Follower) -> None:
    await index.insert(WORKSPACE, items, [item("i1", "contact:c1", "contact:c2"), item("i2", "contact:c1", "email:stranger@acme.com")])

    await index.on_contacts(WORKSPACE, [contact_erased("c1", at=ERASED_AT)])
    await index.on_contacts(WORKSPACE, [contact_created("c2")])

    assert await owners(items) == {"i1": ["c2"]}


@pytest.mark.req("CR15")
async def test_what_is_kept_elsewhere_is_told_before_a_document_goes(index: PartyIndex, items: Follower) -> None:
    told: list[Sequence[str]] = []

    async def forgetting(workspace: str, ids: Sequence[str]) -> None:
        assert len(await items.collection.of(workspace).get_many(ids)) == len(ids)
        told.append(ids)

    index = PartyIndex(index.directory, replace(items, forgetting=forgetting))
    await index.insert(WORKSPACE, items, [item("i1", "contact:c1"), item("i2", "contact:c2")])

    await index.on_contacts(WORKSPACE, [contact_erased("c1")])

    assert told == [["i1"]]


@pytest.mark.req("CD6")
async def test_for_whom_a_contact_is_follows_its_newest_event_and_changes_nothing_else(index: PartyIndex, database: Database) -> None:
    def told(sequence: int, **fields: Any) -> Event:
        shown = contact("c1", version=sequence, emails=["ada@acme.com"], **fields)
        return event(ContactUpdated(contact=shown), "c1", sequence=sequence)

    theirs = told(2, visibility="team", owner_id="ann", assignees=("bob",))
    await index.on_contacts(WORKSPACE, [theirs])
    revision = await index.directory.revision(WORKSPACE)
    await index.on_contacts(WORKSPACE, [told(1)])
    await index.on_contacts(WORKSPACE, [theirs])

    known = await index.directory.about(WORKSPACE, ["contact:c1"])
    assert known.audience("c1") == Audience("team", "ann", frozenset({"ann", "bob"}))
    assert known.audience("nobody") == FOR_ALL
    assert await index.directory.revision(WORKSPACE) == revision


@pytest.mark.req("CR15")
async def test_of_an_erased_contact_its_team_is_not_kept_either(index: PartyIndex, database: Database) -> None:
    owned = event(ContactUpdated(contact=contact("c1", owner_id="ann")), "c1")
    for told in (owned, contact_erased("c1"), owned.model_copy(update={"sequence": 2})):
        await index.on_contacts(WORKSPACE, [told])

    assert "ann" not in str(await database.collection("people").of(WORKSPACE).find())


async def test_what_was_written_in_an_earlier_form_is_whole_when_it_is_told_again(index: PartyIndex, database: Database) -> None:
    told = event(ContactUpdated(contact=contact("c1", emails=["ada@acme.com"], visibility="team", owner_id="ann")), "c1")
    await index.on_contacts(WORKSPACE, [told])
    people = database.collection("people").of(WORKSPACE)
    whole = await people.get("c1")
    await people.update("c1", {"$set": {"now": []}, "$unset": {"audience": ""}})

    await index.on_contacts(WORKSPACE, [told])

    assert await people.get("c1") == whole
