"""Where finance, support and everybody else reach a contact."""

from __future__ import annotations

import httpx
import pytest

from contacts.app import Stores
from contacts.domain.editing import invalidated
from contacts.domain.revisions import revision
from tests.support.contacts_builders import LATER, WORKSPACE, cause, create, save
from tests.support.http import problem

EMAILS = [
    {"typed": "ada@acme.com", "primary": True},
    {"typed": "bills@acme.com", "purpose": "billing"},
    {"typed": "help@home.com", "purpose": "support"},
]


async def reached(client: httpx.AsyncClient, contact_id: str, purpose: str) -> str | None:
    answer = (await client.get(f"/v1/contacts/{contact_id}/address", params={"purpose": purpose})).json()
    return answer["email"] and str(answer["email"]["normalised"])


@pytest.mark.req("SE3")
async def test_finance_uses_the_billing_address_support_its_own_everybody_else_the_primary_one(client: httpx.AsyncClient) -> None:
    ada = await create(client, emails=EMAILS)

    assert await reached(client, ada["id"], "billing") == "bills@acme.com"
    assert await reached(client, ada["id"], "support") == "help@home.com"
    assert await reached(client, ada["id"], "sales") == "ada@acme.com"
    assert await reached(client, (await create(client, "Bob", emails=["bob@acme.com"]))["id"], "billing") == "bob@acme.com"


@pytest.mark.req("SE3", "CR8")
async def test_an_address_mail_does_not_reach_is_passed_over(client: httpx.AsyncClient, stores: Stores) -> None:
    ada = await create(client, emails=EMAILS)
    before = await stores.contacts.get(WORKSPACE, ada["id"])
    assert before is not None
    await save(stores, revision(before, invalidated(before, "bills@acme.com", "full", now=LATER), cause(LATER)))

    assert await reached(client, ada["id"], "billing") == "ada@acme.com"


async def test_who_has_no_address_has_none_for_a_purpose_and_who_is_not_there_is_not_found(client: httpx.AsyncClient) -> None:
    ada = await create(client)

    assert await reached(client, ada["id"], "billing") is None
    problem(await client.get("/v1/contacts/nobody/address"), 404)
    assert problem(await client.get(f"/v1/contacts/{ada['id']}/address?purpose=war"), 422)["errors"][0]["field"] == "purpose"
