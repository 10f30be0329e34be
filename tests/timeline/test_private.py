"""Contacts that are their team's: who may not view one is told whom to ask, by every way, and nothing else of it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.contacts import ContactUpdated
from shared.contracts.dedupe import MatchReason, PairSuspected
from shared.contracts.envelope import Event
from shared.contracts.finance import InvoiceSent
from shared.contracts.parties import Party
from shared.mongo import Database
from tests.support.http import problem
from tests.support.timeline_builders import (
    WORKSPACE,
    contact,
    contact_created,
    contact_deleted,
    contact_erased,
    contact_merged,
    contact_updated,
    deal_won,
    event,
    ticket_created,
)
from tests.support.timelines import Deliver
from tests.support.tokens import bearer

pytestmark = pytest.mark.req("CD6")

ANN, BOB, CEM = (bearer(subject=name) for name in ("ann", "bob", "cem"))
"""Ann owns the contact, Bob is assigned to it, Cem has nothing to do with it."""
MANAGER, PROGRAM = bearer(role=Role.MANAGER, subject="mo"), bearer(role=Role.SERVICE, subject="importer")


def of_a_team(contact_id: str, *emails: str, owner: str | None = "ann", visibility: str = "team", sequence: int = 2) -> Event:
    """It becomes its team's."""
    theirs = contact(contact_id, version=sequence, emails=emails, visibility=visibility, owner_id=owner, assignees=("bob",))
    return event(ContactUpdated(contact=theirs), contact_id, sequence=sequence)


@pytest.fixture
async def private(deliver: Deliver) -> None:
    await deliver(contact_created("c1", "ada@acme.com"), of_a_team("c1", "ada@acme.com"), ticket_created(contact_id="c1"))


async def status(client: httpx.AsyncClient, path: str, headers: dict[str, str]) -> int:
    return (await client.get(f"/v1/timeline/{path}", headers=headers)).status_code


@pytest.mark.parametrize(
    "headers", [ANN, BOB, MANAGER, PROGRAM, bearer(role=Role.ADMIN)], ids=["owner", "assignee", "manager", "program", "admin"]
)
async def test_the_team_and_who_answers_for_all_see_all(client: httpx.AsyncClient, private: None, headers: dict[str, str]) -> None:
    assert [await status(client, path, headers) for path in ("c1", "c1/updates", "c1/notes")] == [200, 200, 200]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "c1", None),
        ("GET", "c1/updates", None),
        ("GET", "c1/notes", None),
        ("POST", "c1/notes", {"text": "Hello"}),
        ("PATCH", "c1/notes/n1", {"text": "Hello", "version": 1}),
        ("DELETE", "c1/notes/n1?version=1", None),
    ],
    ids=["timeline", "news", "notes", "a new note", "another text", "no note"],
)
async def test_anybody_else_is_told_whom_to_ask(client: httpx.AsyncClient, private: None, method: str, path: str, body: Any) -> None:
    answer = await client.request(method, f"/v1/timeline/{path}", json=body, headers=CEM)

    refused = problem(answer, 403)
    assert (refused["type"], refused["owner_id"]) == ("urn:problem:not-yours", "ann")
    assert set(refused) == {"type", "title", "status", "detail", "owner_id", "request_id"}


async def test_of_one_without_an_owner_nobody_is_named(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(of_a_team("c1", owner=None))

    assert problem(await client.get("/v1/timeline/c1", headers=CEM), 403)["owner_id"] is None
    assert await status(client, "c1", BOB) == 200


async def test_a_word_nobody_knows_keeps_out_whom_a_team_would(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(of_a_team("c1", visibility="the board"))

    assert [await status(client, "c1", who) for who in (ANN, CEM)] == [200, 403]


async def test_the_newest_word_counts_in_any_order(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(of_a_team("c1", sequence=3), contact_updated("c1", sequence=2), of_a_team("c2"), contact_updated("c2", sequence=3))

    assert [await status(client, one, CEM) for one in ("c1", "c2")] == [403, 200]


async def test_what_was_heard_before_there_was_a_choice_is_for_everybody(
    client: httpx.AsyncClient, deliver: Deliver, database: Database
) -> None:
    await deliver(contact_created("c1"))
    await database.collection("people").of(WORKSPACE).update("c1", {"$unset": {"audience": ""}})

    assert await status(client, "c1", CEM) == 200


async def test_one_not_heard_of_is_no_error_and_a_deleted_one_stays_its_teams(client: httpx.AsyncClient, deliver: Deliver) -> None:
    gone = contact_deleted("c1", sequence=3)
    theirs = contact("c1", version=3, visibility="team", owner_id="ann", deleted_at=gone.time)
    await deliver(of_a_team("c1"), gone.model_copy(update={"data": gone.data.model_copy(update={"contact": theirs})}))

    assert [await status(client, one, CEM) for one in ("nobody", "c1")] == [200, 403]


async def test_a_merged_away_id_is_answered_by_the_survivors_rule(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("open"), of_a_team("shut"), contact_created("b1"), of_a_team("b2"))
    await deliver(contact_merged("open", "b2", merge_id="m1"), contact_merged("shut", "b1", merge_id="m2"), of_a_team("shut", sequence=3))

    assert [await status(client, one, CEM) for one in ("b2", "b1", "shut")] == [200, 403, 403]


async def test_of_an_erased_one_not_even_its_team_is_kept(client: httpx.AsyncClient, deliver: Deliver, database: Database) -> None:
    await deliver(of_a_team("c1"), contact_erased("c1"), of_a_team("c1", sequence=3))

    assert await status(client, "c1", CEM) == 410
    assert "ann" not in str(await database.collection("people").of(WORKSPACE).find())


async def test_counts_leave_out_who_is_not_the_callers_to_see(client: httpx.AsyncClient, deliver: Deliver, private: None) -> None:
    await deliver(contact_created("c2"), contact_merged("c1", "b", merge_id="m1"), of_a_team("c1", sequence=3), deal_won(contact_id="c2"))

    async def counted(headers: dict[str, str]) -> Any:
        asked = {"contact_ids": ["c1", "b", "c2", "unheard"]}
        return (await client.post("/v1/timeline/counts", json=asked, headers=headers)).json()["items"]

    assert await counted(CEM) == {"c2": {"deal": 1}, "unheard": {}}
    assert (await counted(BOB)).keys() == {"c1", "b", "c2", "unheard"}


async def test_what_used_an_address_is_told_without_those_who_are_not_the_callers_to_see(
    client: httpx.AsyncClient, deliver: Deliver, private: None
) -> None:
    def invoice(number: str, *contact_ids: str) -> Event:
        to = tuple(Party(contact_id=one) for one in contact_ids)
        return event(InvoiceSent(number=number, recipient_email="ada@acme.com", parties=to), number, source="/services/finance")

    await deliver(contact_created("c2"), invoice("I-1", "c1"), invoice("I-2", "c1", "c2"))

    async def dependents(headers: dict[str, str]) -> Any:
        answer = await client.post("/v1/timeline/addresses", json={"emails": ["ada@acme.com"]}, headers=headers)
        return answer.json()["items"][0]["dependents"]

    (theirs,), (all_of_it,) = await dependents(CEM), await dependents(BOB)
    assert (theirs["count"], {line["id"] for line in theirs["newest"]}) == (1, {"I-2"})
    assert (all_of_it["count"], {line["id"] for line in all_of_it["newest"]}) == (2, {"I-1", "I-2"})


async def test_why_somebody_is_alike_is_not_told_of_one_who_is_not_the_callers_to_see(
    client: httpx.AsyncClient, deliver: Deliver, private: None
) -> None:
    why = MatchReason(field="phone", comparison="same", weight=7.0, text="Same phone number")
    alike = PairSuspected(contact_ids=("c1", "c2"), score=0.9, reasons=(why,))
    await deliver(contact_created("c2"), event(alike, "p1", source="/services/dedupe"))

    async def said(headers: dict[str, str]) -> str:
        page = (await client.get("/v1/timeline/c2", headers=headers)).json()
        return str(page["items"][0]["sentence"])

    assert await said(BOB) == "Possible duplicate: Same phone number"
    assert await said(CEM) == "Pair suspected"
