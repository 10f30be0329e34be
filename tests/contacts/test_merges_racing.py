"""Merges, undos and edits at the same instant, on a real database: one after the other in whatever order, and nothing in between."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import httpx
import pytest

from shared.contracts.envelope import Event
from tests.support.contacts_builders import create

Published = Callable[[], Awaitable[list[Event]]]
Answer = Coroutine[Any, Any, httpx.Response]
PATH = "/v1/contacts"
MERGES = f"{PATH}/merges"


def merge(client: httpx.AsyncClient, survivor: str, *others: str) -> Answer:
    return client.post(MERGES, json={"survivor_id": survivor, "merged_ids": others})


def undo(client: httpx.AsyncClient, merge_id: str) -> Answer:
    return client.post(f"{MERGES}/{merge_id}/undo")


async def people(client: httpx.AsyncClient, count: int) -> list[str]:
    return [(await create(client, f"P{number}", emails=[f"p{number}@acme.com"]))["id"] for number in range(count)]


async def merged(client: httpx.AsyncClient, survivor: str, *others: str) -> str:
    answer = await merge(client, survivor, *others)
    assert answer.status_code == 201, answer.text
    merge_id: str = answer.json()["id"]
    return merge_id


async def final(client: httpx.AsyncClient, contact_id: str) -> dict[str, Any]:
    """Whoever an id leads to."""
    answer = await client.get(f"{PATH}/{contact_id}", follow_redirects=True)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert body["merged_into"] is None
    return body


async def assert_whole(client: httpx.AsyncClient, published: Published, contact_ids: list[str]) -> list[dict[str, Any]]:
    """Every id leads to somebody, every address belongs to whoever its first owner is now, events have no gaps. Returns who is left."""
    finals = [await final(client, contact_id) for contact_id in contact_ids]
    left = {contact["id"]: contact for contact in finals}
    for number, contact in enumerate(finals):
        owners = [one["id"] for one in left.values() if f"p{number}@acme.com" in [email["normalised"] for email in one["emails"]]]
        assert owners == [contact["id"]]
    for contact_id, contact in left.items():
        others = {other for other, one in zip(contact_ids, finals, strict=True) if one["id"] == contact_id} - {contact_id}
        assert set(contact["merged_ids"]) == others
    sequences: dict[str, list[int]] = defaultdict(list)
    for event in await published():
        sequences[event.subject].append(event.sequence)
    for contact_id, numbers in sequences.items():
        assert numbers == list(range(1, len(numbers) + 1)), contact_id
    for contact_id, contact in left.items():
        assert contact["version"] == len(sequences[contact_id])
    return list(left.values())


@pytest.mark.req("CD11", "CD16")
async def test_of_the_same_merge_at_the_same_instant_one_is_done(client: httpx.AsyncClient, published: Published) -> None:
    ada, eve = await people(client, 2)

    answers = await asyncio.gather(*(merge(client, ada, eve) for _ in range(6)), *(merge(client, eve, ada) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 11]
    assert {answer.json()["type"] for answer in answers if answer.status_code == 409} == {"urn:problem:merged"}
    assert len(await assert_whole(client, published, [ada, eve])) == 1


@pytest.mark.req("CD11", "CD16")
async def test_merges_that_overlap_leave_one_survivor_for_everybody(client: httpx.AsyncClient, published: Published) -> None:
    """In a ring everybody takes the next one in: as many as can are done, and no id leads in a circle."""
    ids = await people(client, 6)

    ring = [merge(client, contact_id, ids[(place + 1) % len(ids)]) for place, contact_id in enumerate(ids)]
    answers = await asyncio.gather(*ring)

    assert {answer.status_code for answer in answers} <= {201, 409}
    done = [answer for answer in answers if answer.status_code == 201]
    assert done
    assert len(await assert_whole(client, published, ids)) == len(ids) - len(done)


@pytest.mark.req("CD14")
async def test_no_edit_is_lost_to_a_merge(client: httpx.AsyncClient, published: Published) -> None:
    """An edit that was answered with a contact is in the survivor; any other was answered with a redirect or a conflict."""
    ada, eve = await people(client, 2)

    async def edit(contact_id: str, tag: str) -> str | None:
        for _ in range(20):
            current = (await client.get(f"{PATH}/{contact_id}", follow_redirects=True)).json()
            wish = {"tags": [*current["tags"], tag], "version": current["version"]}
            answer = await client.patch(f"{PATH}/{contact_id}", json=wish)
            if answer.status_code == 200:
                return tag
            assert answer.status_code in {307, 409}, answer.text
        return None

    edits = [edit(contact_id, f"{name}{number}") for name, contact_id in (("a", ada), ("e", eve)) for number in range(5)]
    answer, made = await asyncio.gather(merge(client, ada, eve), asyncio.gather(*edits))

    assert answer.status_code == 201, answer.text
    [one] = await assert_whole(client, published, [ada, eve])
    assert sorted(one["tags"]) == sorted(tag for tag in made if tag)
    assert [tag for tag in made if tag and tag.startswith("a")]


@pytest.mark.req("CD14")
async def test_a_merge_is_undone_once_however_many_want_it(client: httpx.AsyncClient, published: Published) -> None:
    ada, eve = await people(client, 2)
    merge_id = await merged(client, ada, eve)

    answers = await asyncio.gather(*(undo(client, merge_id) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    assert len(await assert_whole(client, published, [ada, eve])) == 2


@pytest.mark.req("CD14")
async def test_an_edit_at_the_instant_of_an_undo_is_before_or_after_it(client: httpx.AsyncClient, published: Published) -> None:
    ada, eve = await people(client, 2)
    merge_id = await merged(client, ada, eve)
    version = (await final(client, ada))["version"]

    edit = client.patch(f"{PATH}/{ada}", json={"company": "Acme", "version": version})
    undone, edited = await asyncio.gather(undo(client, merge_id), edit)

    assert undone.status_code == 200, undone.text
    assert edited.status_code in {200, 409}
    await assert_whole(client, published, [ada, eve])
    assert (await final(client, ada))["company"] == ("Acme" if edited.status_code == 200 else None)


@pytest.mark.req("CD14")
async def test_an_address_taken_at_the_instant_of_an_undo_has_one_owner(client: httpx.AsyncClient) -> None:
    """The survivor gave it up before: whoever comes first has it."""
    for number in range(6):
        address = f"r{number}@acme.com"
        ada, eve = (await create(client))["id"], (await create(client, emails=[address]))["id"]
        merge_id = await merged(client, ada, eve)
        current = await final(client, ada)
        await client.patch(f"{PATH}/{ada}", json={"emails": [], "version": current["version"]})

        taking = client.post(PATH, json={"first_name": "Heir", "emails": [address]})
        undone, taken = await asyncio.gather(undo(client, merge_id), taking)

        assert undone.status_code == 200, undone.text
        [email] = undone.json()["restored"][0]["emails"]
        assert (taken.status_code, email["shared"]) in {(201, True), (409, False)}
        assert [conflict["taken_by"] for conflict in undone.json()["conflicts"]] == ([taken.json()["id"]] if email["shared"] else [])


@pytest.mark.req("CD11", "CD14", "CD16")
@pytest.mark.parametrize("seed", range(4))
async def test_whatever_is_merged_edited_and_undone_at_once_leaves_a_whole(
    client: httpx.AsyncClient, published: Published, seed: int
) -> None:
    """Five people, sixty requests, eight at a time."""
    dice = random.Random(seed)
    ids = await people(client, 5)
    done: list[str] = []
    kept: set[str] = set()

    async def act(number: int) -> None:
        kind = dice.choices(["merge", "undo", "edit"], [3, 2, 3])[0]
        one, other = dice.sample(ids, 2)
        if kind == "merge":
            survivor = (await final(client, one))["id"]
            answer = await merge(client, survivor, other)
            done.extend([answer.json()["id"]] if answer.status_code == 201 else [])
            assert answer.status_code in {201, 409, 422}, answer.text
        elif kind == "undo" and done:
            answer = await undo(client, dice.choice(done))
            assert answer.status_code in {200, 409}, answer.text
        elif kind == "edit":
            current = await final(client, one)
            wish = {"custom": {f"k{number}": number}, "version": current["version"]}
            answer = await client.patch(f"{PATH}/{current['id']}", json=wish)
            assert answer.status_code in {200, 307, 409}, answer.text
            kept.update([f"k{number}"] if answer.status_code == 200 else [])

    for start in range(0, 60, 8):
        await asyncio.gather(*(act(number) for number in range(start, start + 8)))
        left = await assert_whole(client, published, ids)
        assert {key for contact in left for key in contact["custom"]} == kept

    assert done
    assert kept
