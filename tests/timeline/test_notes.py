"""Notes over HTTP: on the timeline at once, versioned, and told to everybody through the outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.timeline import NoteAdded, NoteDeleted, NoteEdited
from tests.support.http import problem
from tests.support.timeline_builders import contact_created, contact_erased, contact_merged, contact_unmerged
from tests.support.timelines import Deliver, Timeline
from tests.support.tokens import bearer

ANN, BOB = bearer(subject="ann"), bearer(subject="bob")
NOTES = "/v1/timeline/c1/notes"


async def written(client: httpx.AsyncClient, text: str = "Call at noon", path: str = NOTES) -> dict[str, Any]:
    response = await client.post(path, json={"text": text}, headers=ANN)
    assert response.status_code == 201, response.text
    note: dict[str, Any] = response.json()
    return note


async def texts(client: httpx.AsyncClient, path: str = NOTES) -> list[str]:
    return [note["text"] for note in (await client.get(path, headers=ANN)).json()["items"]]


@pytest.mark.req("DP5", "FU4")
async def test_a_note_is_on_the_timeline_at_once_and_stays_one_entry_when_its_event_comes_around(
    client: httpx.AsyncClient, deliver: Deliver, timeline: Timeline
) -> None:
    await deliver(contact_created("c1"))

    note = await written(client)

    (added,) = await timeline.published()
    assert isinstance(added.data, NoteAdded)
    assert (added.subject, added.data.contact_id, added.actorid) == (note["id"], "c1", "ann")
    on_timeline = await timeline.of("c1")
    assert added.id in on_timeline
    await deliver(added)
    assert await timeline.of("c1") == on_timeline


async def test_a_note_about_a_contact_not_heard_of_is_not_lost(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await written(client)
    assert await texts(client) == ["Call at noon"]

    await deliver(contact_created("c1"))

    assert await texts(client) == ["Call at noon"]


async def test_a_note_sent_twice_is_one_note_and_the_first_answer(client: httpx.AsyncClient, timeline: Timeline) -> None:
    once = ANN | {"Idempotency-Key": "k1"}
    first = await client.post(NOTES, json={"text": "Call at noon"}, headers=once)
    await client.patch(f"{NOTES}/{first.json()['id']}", json={"text": "Call at one", "version": 1}, headers=ANN)

    again = await client.post(NOTES, json={"text": "Call at noon"}, headers=once)

    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, first.json(), "true")
    assert await texts(client) == ["Call at one"]
    assert [type(event.data) for event in await timeline.published()] == [NoteAdded, NoteEdited]


async def test_of_one_note_sent_many_times_at_once_one_is_kept(client: httpx.AsyncClient, timeline: Timeline) -> None:
    once = ANN | {"Idempotency-Key": "k1"}

    answers = await asyncio.gather(*(client.post(NOTES, json={"text": "Call at noon"}, headers=once) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(await timeline.published()) == 1


async def test_a_deleted_note_does_not_come_back_by_its_key(client: httpx.AsyncClient) -> None:
    once = ANN | {"Idempotency-Key": "k1"}
    note = (await client.post(NOTES, json={"text": "Call at noon"}, headers=once)).json()
    await client.delete(f"{NOTES}/{note['id']}", params={"version": 1}, headers=ANN)

    problem(await client.post(NOTES, json={"text": "Call at noon"}, headers=once), 404)
    assert await texts(client) == []


async def test_the_key_of_a_note_is_for_one_text_and_its_senders_own(client: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k1"}
    await client.post(NOTES, json={"text": "Call at noon"}, headers=ANN | key)

    refused = problem(await client.post(NOTES, json={"text": "Call at one"}, headers=ANN | key), 422)
    his = await client.post(NOTES, json={"text": "Call at one"}, headers=BOB | key)

    assert refused["type"] == "urn:problem:idempotency-key-reused"
    assert his.status_code == 201
    assert sorted(await texts(client)) == ["Call at noon", "Call at one"]


@pytest.mark.req("DP5")
async def test_editing_keeps_what_it_said_before(client: httpx.AsyncClient, timeline: Timeline) -> None:
    note = await written(client)

    response = await client.patch(f"{NOTES}/{note['id']}", json={"text": "Call at one", "version": 1}, headers=ANN)

    edited = response.json()
    assert (edited["text"], edited["version"], edited["author_id"]) == ("Call at one", 2, "ann")
    assert [(edit["text"], edit["edited_by"]) for edit in edited["history"]] == [("Call at noon", "ann")]
    assert (await client.get(NOTES, headers=ANN)).json()["items"] == [edited]
    assert [type(event.data) for event in await timeline.published()] == [NoteAdded, NoteEdited]


@pytest.mark.req("CR13")
async def test_a_stale_version_is_refused_with_the_current_note(client: httpx.AsyncClient) -> None:
    note = await written(client)
    edited = (await client.patch(f"{NOTES}/{note['id']}", json={"text": "Call at one", "version": 1}, headers=ANN)).json()

    refused = problem(await client.patch(f"{NOTES}/{note['id']}", json={"text": "Never mind", "version": 1}, headers=ANN), 409)

    assert refused["current"] == edited
    assert await texts(client) == ["Call at one"]


async def test_a_deleted_note_is_gone_and_its_text_is_nowhere_on_the_timeline(client: httpx.AsyncClient, timeline: Timeline) -> None:
    note = await written(client)

    response = await client.delete(f"{NOTES}/{note['id']}", params={"version": 1}, headers=ANN)

    assert response.status_code == 204
    assert await texts(client) == []
    assert "Call at noon" not in str(await timeline.documents())
    assert [type(event.data) for event in await timeline.published()] == [NoteAdded, NoteDeleted]
    problem(await client.delete(f"{NOTES}/{note['id']}", params={"version": 2}, headers=ANN), 404)


async def test_only_the_author_or_a_manager_changes_a_note(client: httpx.AsyncClient) -> None:
    note = await written(client)
    body = {"text": "Mine now", "version": 1}

    problem(await client.patch(f"{NOTES}/{note['id']}", json=body, headers=BOB), 403)
    assert (await client.patch(f"{NOTES}/{note['id']}", json=body, headers=bearer(role=Role.MANAGER, subject="eve"))).status_code == 200


async def test_a_viewer_writes_no_notes(client: httpx.AsyncClient) -> None:
    problem(await client.post(NOTES, json={"text": "Hello"}, headers=bearer(role=Role.VIEWER)), 403)


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "   "}, {"text": "x" * 10_001}])
async def test_a_note_has_a_text_of_at_most_ten_thousand_characters(client: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert problem(await client.post(NOTES, json=body, headers=ANN), 422)["errors"][0]["field"] == "text"


async def test_a_note_of_another_contact_is_not_found(client: httpx.AsyncClient) -> None:
    note = await written(client)

    problem(await client.patch(f"/v1/timeline/c2/notes/{note['id']}", json={"text": "x", "version": 1}, headers=ANN), 404)


@pytest.mark.req("CD11", "CD14")
async def test_notes_move_with_a_merge_and_back(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1"), contact_created("c2"))
    note = await written(client, "About c2", "/v1/timeline/c2/notes")

    await deliver(contact_merged("c1", "c2", merge_id="m1"))
    assert await texts(client) == ["About c2"]
    assert (await client.patch(f"{NOTES}/{note['id']}", json={"text": "About both", "version": 1}, headers=ANN)).status_code == 200
    await written(client, "After the merge", "/v1/timeline/c2/notes")

    await deliver(contact_unmerged("c1", "c2", merge_id="m1"))
    assert await texts(client) == ["After the merge"]
    assert await texts(client, "/v1/timeline/c2/notes") == ["About both"]


@pytest.mark.req("CR15")
async def test_erasure_takes_the_notes(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1"))
    note = await written(client)

    await deliver(contact_erased("c1"))

    problem(await client.get(NOTES, headers=ANN), 410)
    problem(await client.patch(f"{NOTES}/{note['id']}", json={"text": "x", "version": 1}, headers=ANN), 410)


async def test_pages_of_notes(client: httpx.AsyncClient) -> None:
    for text in ("one", "two", "three"):
        await written(client, text)

    first = (await client.get(NOTES, params={"limit": 2}, headers=ANN)).json()
    second = (await client.get(NOTES, params={"limit": 2, "cursor": first["next_cursor"]}, headers=ANN)).json()

    assert {note["text"] for note in first["items"] + second["items"]} == {"one", "two", "three"}
    assert second["next_cursor"] is None


async def test_of_many_edits_of_one_version_one_is_saved_and_the_others_are_told(client: httpx.AsyncClient) -> None:
    note = await written(client)

    def edit(number: int) -> Awaitable[httpx.Response]:
        return client.patch(f"{NOTES}/{note['id']}", json={"text": f"text {number}", "version": 1}, headers=ANN)

    answers = await asyncio.gather(*(edit(number) for number in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 7]
    saved = next(answer.json()["text"] for answer in answers if answer.status_code == 200)
    assert await texts(client) == [saved]
    assert {problem(answer, 409)["current"]["text"] for answer in answers if answer.status_code == 409} == {saved}
