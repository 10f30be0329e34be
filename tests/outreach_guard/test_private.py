"""Contacts that are their team's: nobody else is told their verdict, nor what it is of anybody else that rests on them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts.envelope import Event
from shared.mongo import Database
from tests.outreach_guard.conftest import Deliver
from tests.outreach_guard.test_api import ASKED
from tests.outreach_guard.test_unreadable import spoil
from tests.support.guard_builders import (
    ADA,
    WORKSPACE,
    calm,
    contact_erased,
    contact_merged,
    contact_saved,
    email,
    pair_suspected,
)
from tests.support.http import problem
from tests.support.tokens import bearer

pytestmark = pytest.mark.req("CD6")

ANN, BOB, CEM = (bearer(subject=name) for name in ("ann", "bob", "cem"))
"""Ann owns the contact, Bob is assigned to it, Cem has nothing to do with it."""
PROGRAM = bearer(role=Role.SERVICE, subject="importer")


def of_a_team(contact_id: str = ADA, **fields: Any) -> Event:
    return contact_saved(contact_id, **{"visibility": "team", "assignees": ("bob",), **fields})


async def asked(client: httpx.AsyncClient, headers: dict[str, str], contact_id: str = ADA) -> tuple[int, int]:
    """How both routes answer."""
    looked = await client.get(f"/v1/preflight/{contact_id}", headers=headers)
    return looked.status_code, (await client.post("/v1/preflight", json={**ASKED, "contact_id": contact_id}, headers=headers)).status_code


@pytest.mark.parametrize(
    "headers",
    [ANN, BOB, PROGRAM, bearer(role=Role.MANAGER, subject="mo"), bearer(role=Role.ADMIN, subject="al")],
    ids=["owner", "assignee", "program", "manager", "admin"],
)
async def test_the_team_and_who_answers_for_all_are_answered(client: httpx.AsyncClient, deliver: Deliver, headers: dict[str, str]) -> None:
    await deliver(*calm(), of_a_team())

    assert await asked(client, headers) == (200, 200)


async def test_anybody_else_is_told_whom_to_ask(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), of_a_team())

    refused = problem(await client.get(f"/v1/preflight/{ADA}", headers=CEM), 403)

    assert (refused["type"], refused["owner_id"]) == ("urn:problem:not-yours", "ann")
    assert set(refused) == {"type", "title", "status", "detail", "owner_id", "request_id"}
    assert await asked(client, CEM) == (403, 403)


async def test_the_newest_word_counts_in_any_order(client: httpx.AsyncClient, deliver: Deliver) -> None:
    open_again, shut = contact_saved(sequence=3), of_a_team(sequence=2)
    await deliver(*calm()[:1], open_again, shut)
    assert await asked(client, CEM) == (200, 200)

    await deliver(of_a_team(sequence=4))
    assert await asked(client, CEM) == (403, 403)


async def test_a_merged_away_id_is_answered_by_the_survivors_rule(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), contact_saved("c2", emails=(email("two@acme.com"),)), contact_merged(ADA, "c2", visibility="team"))

    assert [await asked(client, who, "c2") for who in (ANN, CEM)] == [(200, 200), (403, 403)]


async def test_unknown_and_erased_ones_are_answered_as_ever(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), of_a_team(), contact_erased())

    assert [await asked(client, CEM, one) for one in ("nobody", ADA)] == [(404, 404), (200, 200)]


async def test_a_card_nobody_can_read_is_still_its_teams(client: httpx.AsyncClient, deliver: Deliver, database: Database) -> None:
    await deliver(*calm(), of_a_team())
    await spoil(database, f"contact:{ADA}", emails="ada@acme.com")

    assert [await asked(client, who) for who in (ANN, CEM)] == [(200, 200), (403, 403)]


async def test_a_card_from_before_there_was_a_choice_is_everybodys(client: httpx.AsyncClient, deliver: Deliver, database: Database) -> None:
    await deliver(*calm())
    fields = {f"{part}.{name}": "" for part in ("state", "stamps") for name in ("visibility", "team")}
    await database.collection("facts").of(WORKSPACE).update(f"contact:{ADA}", {"$unset": fields})

    assert await asked(client, CEM) == (200, 200)


async def test_a_verdict_that_rests_on_somebody_hidden_counts_them_and_names_their_owner(
    client: httpx.AsyncClient, deliver: Deliver
) -> None:
    alike = of_a_team("c2", owner_id="zoe", emails=(email("two@acme.com"),))
    await deliver(*calm(), alike, contact_saved("c3", emails=(email("three@acme.com"),)), pair_suspected(), pair_suspected("c3"))

    async def duplicates(headers: dict[str, str]) -> Any:
        answer = (await client.get(f"/v1/preflight/{ADA}", headers=headers)).json()
        found = next(line for line in answer["lines"] if line["check"] == "duplicates")
        return found["sentence"], [entry["id"] for entry in found["evidence"]], found["talk_to"]

    sentence = "Probably the same person as 2 other contacts."
    assert await duplicates(BOB) == (sentence, ["c2", "c3"], [])
    assert await duplicates(CEM) == (sentence, ["c3"], ["zoe"])
