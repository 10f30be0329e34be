"""What the HTTP interface answers."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.mail import MessageReceived
from tests.support.http import problem
from tests.support.timeline_builders import (
    NOON,
    contact_created,
    contact_erased,
    contact_merged,
    contact_updated,
    deal_won,
    event,
    ticket_created,
)
from tests.support.timelines import Deliver
from tests.support.tokens import bearer

ANN = bearer(subject="ann")


async def get(client: httpx.AsyncClient, path: str, headers: dict[str, str] = ANN, **query: Any) -> dict[str, Any]:
    response = await client.get(f"/v1/timeline/{path}", params=query, headers=headers)
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def sentences(page: dict[str, Any]) -> list[str]:
    return [item["sentence"] for item in page["items"]]


@pytest.fixture
async def busy(deliver: Deliver) -> None:
    """A contact to whom something happened three hours in a row."""
    await deliver(
        contact_created("c1", "ada@acme.com", at=NOON),
        ticket_created(email="ada@acme.com", at=NOON + timedelta(hours=1), actorid="ann", actortype="user"),
        deal_won(contact_id="c1", at=NOON + timedelta(hours=2)),
    )


@pytest.mark.req("DP3")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ['Deal "Renewal" won', "Ticket #31 created", "Contact created"]),
        ({"kind": "deal"}, ['Deal "Renewal" won']),
        ({"kind": ["deal", "contact"]}, ['Deal "Renewal" won', "Contact created"]),
        ({"source": "tickets"}, ["Ticket #31 created"]),
        ({"actor": "ann"}, ["Ticket #31 created"]),
        ({"from": "2026-06-01T13:00:00Z"}, ['Deal "Renewal" won', "Ticket #31 created"]),
        ({"to": "2026-06-01T13:00:00Z"}, ["Contact created"]),
        ({"from": "2026-06-01T13:00:00Z", "to": "2026-06-01T14:00:00Z"}, ["Ticket #31 created"]),
    ],
)
async def test_filters(client: httpx.AsyncClient, busy: None, query: dict[str, Any], expected: list[str]) -> None:
    assert sentences(await get(client, "c1", **query)) == expected


async def test_an_entry_is_shown_with_its_words_and_without_the_addresses_it_was_found_by(
    client: httpx.AsyncClient, deliver: Deliver
) -> None:
    wrote = MessageReceived(sender="ada@acme.com", subject="Hello", snippet="Are you there?")
    await deliver(contact_created("c1", "ada@acme.com"), event(wrote, "m1", source="/services/mail"))

    item = (await get(client, "c1"))["items"][0]

    assert (item["kind"], item["source"], item["text"]) == ("email", "mail", "Are you there?")
    assert item["details"]["subject"] == "Hello"
    assert item["refs"] == [{"kind": "message", "id": "m1"}]
    assert "ada@acme.com" not in str(item)


@pytest.mark.req("DP3")
async def test_pages_miss_and_repeat_nothing_while_entries_come_in(client: httpx.AsyncClient, deliver: Deliver) -> None:
    same_moment = [ticket_created(f"t{n}", number=str(n), contact_id="c1", at=NOON) for n in range(5)]
    await deliver(contact_created("c1", at=NOON - timedelta(hours=1)), *same_moment)

    first = await get(client, "c1", limit=2)
    await deliver(ticket_created("t9", number="9", contact_id="c1", at=NOON + timedelta(hours=1)))
    second = await get(client, "c1", limit=2, cursor=first["next_cursor"])
    third = await get(client, "c1", limit=2, cursor=second["next_cursor"])

    read = [item["id"] for page in (first, second, third) for item in page["items"]]
    assert read[:5] == sorted((event.id for event in same_moment), reverse=True)
    assert third["next_cursor"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 201}, "limit"),
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-06-01T13:00:00"}, "to"),
        ({"from": "0001-01-01T00:00:00+14:00"}, "from"),
        ({"to": "9999-12-31T23:59:59-14:00"}, "to"),
    ],
)
async def test_bad_input_is_refused_by_the_name_of_its_field(client: httpx.AsyncClient, query: dict[str, Any], field: str) -> None:
    refused = problem(await client.get("/v1/timeline/c1", params=query, headers=ANN), 422)

    assert [error["field"] for error in refused["errors"]] == [field]


async def test_without_a_token_nothing_is_answered(client: httpx.AsyncClient) -> None:
    problem(await client.get("/v1/timeline/c1"), 401)


@pytest.mark.req("CR3")
async def test_another_workspace_sees_nothing(client: httpx.AsyncClient, busy: None) -> None:
    elsewhere = await get(client, "c1", bearer("globex"))

    assert (elsewhere["known"], elsewhere["items"], elsewhere["as_of"]) == (False, [], {})


async def test_a_contact_not_heard_of_is_no_error(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(deal_won(contact_id="c1"))

    page = await get(client, "c1")

    assert page["known"] is False
    assert sentences(page) == ['Deal "Renewal" won']


@pytest.mark.req("DP10", "CD11")
async def test_a_merged_away_id_answers_with_the_survivor(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("a"), contact_created("b"), contact_merged("a", "b"))

    page = await get(client, "b")

    assert page["contact_id"] == "a"
    assert page["items"] == (await get(client, "a"))["items"]


@pytest.mark.req("CR15")
async def test_an_erased_contact_is_gone(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1"), contact_erased("c1"))

    problem(await client.get("/v1/timeline/c1", headers=ANN), 410)


@pytest.mark.req("DP8")
async def test_what_the_role_may_not_see_is_counted(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1"), ticket_created(contact_id="c1", visibility="role:manager"))

    as_member, as_manager = await get(client, "c1"), await get(client, "c1", bearer(role=Role.MANAGER))

    assert (sentences(as_member), as_member["hidden"]) == (["Contact created"], 1)
    assert (sentences(as_manager), as_manager["hidden"]) == (["Ticket #31 created", "Contact created"], 0)


@pytest.mark.req("DP4")
async def test_it_says_how_fresh_each_source_is(client: httpx.AsyncClient, busy: None) -> None:
    assert (await get(client, "c1"))["as_of"] == {
        "contacts": "2026-06-01T12:00:00Z",
        "tickets": "2026-06-01T13:00:00Z",
        "deals": "2026-06-01T14:00:00Z",
    }


@pytest.mark.req("DP9")
async def test_updates_are_seen_even_if_they_happened_long_ago_or_belonged_to_nobody(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1", at=NOON), ticket_created("t0", email="ada@home.com", at=NOON - timedelta(days=9)))
    position = (await get(client, "c1"))["position"]
    assert (await get(client, "c1/updates", after=position))["changed"] is False

    await deliver(ticket_created("t1", contact_id="c1", at=NOON - timedelta(days=2)))
    await deliver(contact_updated("c1", "ada@home.com", at=NOON + timedelta(hours=1)))

    news = await get(client, "c1/updates", after=position)
    assert (news["changed"], news["new"]) == (True, 3)
    assert (await get(client, "c1/updates", after=news["position"]))["changed"] is False


def said(*words: str) -> str:
    """A cursor as somebody makes one up."""
    return urlsafe_b64encode(json.dumps(words).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    ("path", "parameter"), [("c1", "cursor"), ("c1/notes", "cursor"), ("c1/updates", "after")], ids=["timeline", "notes", "updates"]
)
@pytest.mark.parametrize(
    "made_up",
    [
        "%%%", "bm9uc2Vuc2U", said("timeline", "0001-01-01T00:00:00+14:00", "x"), said("notes", "9999-12-31T23:59:59-14:00", "x"),
        said("timeline", "2026-06-01T13:00:00", "x"), said("notes", "2026-06-01T13:00:00Z"), said("count"), said("count", "-1"),
        said("count", "9" * 400), said("count", "1", "x", "y"), said("name", "Ada", "c1"),
    ],
)  # fmt: skip
async def test_a_place_somebody_made_up_is_refused_by_name(client: httpx.AsyncClient, path: str, parameter: str, made_up: str) -> None:
    refused = problem(await client.get(f"/v1/timeline/{path}", params={parameter: made_up}, headers=ANN), 400)

    assert refused["type"] == "urn:problem:bad-cursor"
    assert [error["field"] for error in refused["errors"]] == [parameter]


async def test_a_cursor_of_the_timeline_is_none_of_its_notes(client: httpx.AsyncClient, busy: None) -> None:
    cursor = (await get(client, "c1", limit=1))["next_cursor"]

    problem(await client.get("/v1/timeline/c1/notes", params={"cursor": cursor}, headers=ANN), 400)


async def test_of_an_empty_timeline_there_is_a_position_too(client: httpx.AsyncClient) -> None:
    assert (await get(client, "c1/updates", after=(await get(client, "c1"))["position"]))["changed"] is False
