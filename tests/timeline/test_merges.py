"""Where items are while contacts are merged and after that was undone: the same in any order of arrival, however often.

What names a contact stays with it and follows whoever stands for it; what came to an address goes with the address.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import httpx
import pytest

from shared.contracts.contacts import ContactReviewed, ContactUpdated
from shared.contracts.dedupe import PairDismissed
from shared.contracts.envelope import Event
from shared.contracts.values import Change
from tests.support.timeline_builders import (
    contact,
    contact_created,
    contact_merged,
    contact_unmerged,
    contact_updated,
    deal_won,
    event,
    ticket_created,
)
from tests.support.timelines import Deliver, Timeline
from tests.support.tokens import bearer
from timeline.translate import entry_from

A, B, C = "a@acme.com", "b@acme.com", "c@acme.com"


def taken(contact_id: str, survivor_id: str, *emails: str, sequence: int = 2, **more: str) -> Event:
    after = contact(contact_id, version=sequence, emails=emails, merged_into=survivor_id, last_name="Lovelace")
    return event(ContactUpdated(contact=after, changes={"merged_into": Change(new=survivor_id)}, **more), contact_id, sequence=sequence)


def given_back(contact_id: str, survivor_id: str, *emails: str, sequence: int = 3) -> Event:
    after = contact(contact_id, version=sequence, emails=emails, last_name="Lovelace")
    return event(ContactUpdated(contact=after, changes={"merged_into": Change(old=survivor_id)}), contact_id, sequence=sequence)


PEOPLE = [contact_created("a", A), contact_created("b", B), contact_created("c", C)]
BEFORE = [
    ticket_created("by id of b", contact_id="b"),
    ticket_created("by address of b", email=B),
    ticket_created("by address of a", email=A),
    deal_won("of a", contact_id="a"),
    deal_won("of c", contact_id="c"),
]
CHAIN = [
    contact_merged("b", "c", merge_id="m1", emails=[B, C]),
    taken("c", "b", C),
    contact_merged("a", "b", merge_id="m2", emails=[A, B, C]),
    taken("b", "a", B, C, sequence=3),
]
MEANWHILE = [
    ticket_created("by old id, meanwhile", contact_id="b"),
    ticket_created("by old address, meanwhile", email=B),
    ticket_created("by survivor, meanwhile", contact_id="a"),
    ticket_created("by the address at the chain's end, meanwhile", email=C),
]
UNDO = [
    contact_unmerged("a", "b", merge_id="m2", emails=[A]),
    given_back("b", "a", B, C, sequence=4),
    contact_unmerged("b", "c", merge_id="m1", emails=[B], sequence=5),
    given_back("c", "b", C),
]
ITEMS = [*BEFORE, *MEANWHILE]


Places = dict[str, tuple[str, ...]]


async def places(timeline: Timeline) -> Places:
    """Which items are on whose timeline, asked by every id."""
    subjects = {item.id: item.subject for item in ITEMS}
    found = {asked: await timeline.of(asked) for asked in "abc"}
    return {asked: tuple(sorted(subjects[item] for item in there if item in subjects)) for asked, there in found.items()}


def everywhere(items: Sequence[Event]) -> Places:
    """All of them, by whichever id is asked."""
    return dict.fromkeys("abc", tuple(sorted(item.subject for item in items)))


EACH_ITS_OWN: Places = {
    "a": ("by address of a", "by survivor, meanwhile", "of a"),
    "b": ("by address of b", "by id of b", "by old address, meanwhile", "by old id, meanwhile"),
    "c": ("by the address at the chain's end, meanwhile", "of c"),
}


def shuffled(seed: int, *parts: Sequence[Event]) -> list[Event]:
    chance = random.Random(seed)
    events = [event for part in parts for event in part]
    return chance.sample(events, len(events)) + chance.choices(events, k=6)


@pytest.mark.req("CD11")
@pytest.mark.parametrize("seed", range(8))
async def test_every_item_of_a_chain_of_merges_is_the_survivors_whatever_came_first(
    deliver: Deliver, timeline: Timeline, seed: int
) -> None:
    await deliver(*shuffled(seed, PEOPLE, ITEMS, CHAIN))

    assert await places(timeline) == everywhere(ITEMS)


@pytest.mark.req("CD11", "CD14")
@pytest.mark.parametrize("seed", range(8))
async def test_when_all_of_it_is_undone_every_item_is_where_it_belongs_whatever_came_first(
    deliver: Deliver, timeline: Timeline, seed: int
) -> None:
    await deliver(*shuffled(seed, PEOPLE, ITEMS, CHAIN, UNDO))

    assert await places(timeline) == EACH_ITS_OWN


@pytest.mark.req("CD14")
async def test_a_merge_and_its_undoing_leave_the_items_there_were_where_they_were(deliver: Deliver, timeline: Timeline) -> None:
    await deliver(*PEOPLE, *BEFORE)
    before = await places(timeline)

    await deliver(*CHAIN)
    assert await places(timeline) == everywhere(BEFORE)
    await deliver(*UNDO[:2])
    assert (await places(timeline))["a"] == before["a"]
    await deliver(*UNDO[2:])

    assert await places(timeline) == before


@pytest.mark.req("CD11", "CD14", "CD16")
@pytest.mark.parametrize("seed", range(4))
async def test_several_merged_at_once_are_given_back_at_once(deliver: Deliver, timeline: Timeline, seed: int) -> None:
    at_once = [contact_merged("a", "b", "c", merge_id="m1", emails=[A, B, C]), taken("b", "a", B), taken("c", "a", C)]
    back = [contact_unmerged("a", "b", "c", merge_id="m1", emails=[A]), given_back("b", "a", B), given_back("c", "a", C)]
    await deliver(*shuffled(seed, PEOPLE, ITEMS, at_once))
    assert await places(timeline) == everywhere(ITEMS)

    await deliver(*shuffled(seed, back))

    assert await places(timeline) == EACH_ITS_OWN


@pytest.mark.req("SE5")
@pytest.mark.parametrize("seed", range(4))
async def test_what_came_by_an_address_moves_with_it_when_it_is_split_off_and_what_names_the_contact_stays(
    deliver: Deliver, timeline: Timeline, seed: int
) -> None:
    by_address, by_id = ticket_created("t1", email=B), ticket_created("t2", contact_id="a")
    await deliver(contact_created("a", A, B), by_address, by_id)
    assert {by_address.id, by_id.id} <= set(await timeline.of("a"))

    await deliver(*shuffled(seed, [contact_updated("a", A), contact_created("b", B)]))

    assert by_address.id not in await timeline.of("a")
    assert by_id.id in await timeline.of("a")
    assert by_address.id in await timeline.of("b")


# ---- notes --------------------------------------------------------------------------------------------------------------


async def texts(client: httpx.AsyncClient, contact_id: str) -> list[str]:
    return [note["text"] for note in (await client.get(f"/v1/timeline/{contact_id}/notes", headers=bearer())).json()["items"]]


@pytest.mark.req("CD11", "CD14")
async def test_a_note_written_on_an_old_id_is_the_survivors_and_stays_so(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*PEOPLE, contact_merged("a", "b", merge_id="m1", emails=[A, B]))

    written = await client.post("/v1/timeline/b/notes", json={"text": "Call at noon"}, headers=bearer())

    assert written.json()["contact_id"] == "a"
    await deliver(contact_unmerged("a", "b", merge_id="m1", emails=[A]))
    assert (await texts(client, "a"), await texts(client, "b")) == (["Call at noon"], [])


@pytest.mark.req("CD11", "CD14")
async def test_a_note_of_who_was_merged_away_goes_back_with_what_became_of_it(
    client: httpx.AsyncClient, deliver: Deliver, timeline: Timeline
) -> None:
    await deliver(*PEOPLE)
    note = (await client.post("/v1/timeline/b/notes", json={"text": "Call at noon"}, headers=bearer())).json()
    await deliver(contact_merged("a", "b", merge_id="m1", emails=[A, B]))
    assert await texts(client, "a") == ["Call at noon"]
    edited = await client.patch(f"/v1/timeline/b/notes/{note['id']}", json={"text": "Call at one", "version": 1}, headers=bearer())
    assert edited.json()["contact_id"] == "a"

    await deliver(contact_unmerged("a", "b", merge_id="m1", emails=[A]))

    told = [event.id for event in await timeline.published()]
    assert (await texts(client, "a"), await texts(client, "b")) == ([], ["Call at one"])
    assert len(told) == 2
    assert set(told) <= set(await timeline.of("b"))
    assert set(told).isdisjoint(await timeline.of("a"))


# ---- how it reads -------------------------------------------------------------------------------------------------------


def reads(told: Event) -> str:
    entry = entry_from(told, "US")
    assert entry is not None
    return entry.sentence


@pytest.mark.req("CD11", "CD14")
def test_a_merge_and_its_undoing_read_as_what_was_done() -> None:
    assert reads(contact_merged("a", "b")) == "Merged with 1 other record"
    assert reads(contact_merged("a", "b", "c")) == "Merged with 2 other records"
    assert reads(taken("b", "a", reason="same person")) == "Ada Lovelace merged into another record: same person"
    assert reads(contact_unmerged("a", "b", merge_id="m1")) == "Merge undone, 1 record restored"
    assert reads(given_back("b", "a")) == "Ada Lovelace is a record of its own again"


@pytest.mark.req("CD11", "CD14")
@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("merged", "No longer a possible duplicate: one of the two was merged into another record"),
        ("merge_undone", "Not a duplicate: their merge was undone"),
        ("kept_apart", "No duplicate to merge: two records of one person, kept apart on purpose"),
        ("no_longer_alike", "Not a duplicate: no longer alike"),
        ("father and son", "Not a duplicate: father and son"),
        (None, "Not a duplicate"),
    ],
)
def test_a_closed_pair_says_why(reason: str | None, sentence: str) -> None:
    assert reads(event(PairDismissed(contact_ids=("a", "b"), score=1.0, reason=reason), "pair")) == sentence


@pytest.mark.req("SR4")
@pytest.mark.parametrize(
    ("decision", "reason", "sentence"),
    [
        ("approved", None, "Source reviewed: approved"),
        ("approved_as_update", "same person", "Source reviewed: approved as an update of another record: same person"),
        ("rejected", "wrong_person", "Source reviewed: rejected: wrong person"),
        ("auto", None, "Source trusted, no review needed"),
        ("postponed", None, "Source reviewed: postponed"),
    ],
)
def test_a_review_shows_its_decision_and_its_reason(decision: str, reason: str | None, sentence: str) -> None:
    assert reads(event(ContactReviewed(contact=contact("c1"), decision=decision, reason=reason), "c1")) == sentence


@pytest.mark.req("CU1", "SR4")
def test_a_decision_about_a_proposed_update_is_none_about_the_contact() -> None:
    decided = [
        ContactReviewed(contact=contact("c1"), decision="approved_as_update", update_of="c1", proposal_id="form:s1"),
        ContactReviewed(contact=contact("c1"), decision="rejected", reason="wrong_person", proposal_id="form:s1"),
    ]

    assert [reads(event(data, "c1")) for data in decided] == ["Proposed update taken over", "Proposed update rejected: wrong person"]
