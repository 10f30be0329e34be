"""Where people come from: kept for good, reviewed before work begins, trusted where a workspace says so."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from contacts.app import Stores
from shared.auth import Role
from shared.contracts.contacts import ContactCreated, ContactReviewed
from shared.contracts.envelope import Event
from tests.support.contacts_builders import WORKSPACE, create, submitted
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

Deliver = Callable[..., Awaitable[None]]
Published = Callable[[], Awaitable[list[Event]]]

PATH = "/v1/contacts"
REVIEW = "/v1/contacts/review"
ROW = {"type": "import", "id": "run-1/17"}


@pytest.fixture
def client_for(service: Any) -> Callable[..., httpx.AsyncClient]:
    return lambda role, workspace=WORKSPACE: http_client(service, bearer(workspace, role=role, subject=role.value))


@pytest.fixture
async def program(client_for: Callable[..., httpx.AsyncClient]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_for(Role.SERVICE) as client:
        yield client


@pytest.fixture
async def manager(client_for: Callable[..., httpx.AsyncClient]) -> AsyncIterator[httpx.AsyncClient]:
    async with client_for(Role.MANAGER) as client:
        yield client


@pytest.mark.req("SR1", "SR2")
@pytest.mark.parametrize("kind", ["form", "import", "mailbox", "integration"])
async def test_whoever_a_program_brings_waits_with_the_evidence_it_gave(
    client: httpx.AsyncClient, program: httpx.AsyncClient, kind: str
) -> None:
    evidence = {"title": "row 17", "payload": {"E-Mail": "ada@kestrel.example", "$odd": {"a.b": [1]}}}

    made = await create(program, emails=["ada@kestrel.example"], source={"type": kind, "id": "run-1/17"}, evidence=evidence)

    assert (made["source"]["type"], made["source"]["id"], made["source"]["first_seen_at"]) == (kind, "run-1/17", made["created_at"])
    [item] = (await client.get(REVIEW, params={"source": kind})).json()["items"]
    assert (item["id"], item["state"]) == (made["id"], "pending")
    [shown] = item["evidence"]
    assert (shown["type"], shown["title"], shown["payload"]) == (kind, "row 17", evidence["payload"])


@pytest.mark.req("SR1", "SR2")
async def test_whoever_is_entered_by_hand_or_by_the_api_waits_for_nobody(client: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    states = [(made["source"]["type"], made["review"]["state"]) for made in (await create(client), await create(program))]

    assert states == [("manual", "approved"), ("api", "approved")]
    assert (await client.get(REVIEW)).json()["items"] == []


@pytest.mark.req("SR1")
async def test_the_source_stays_whatever_happens_to_the_contact(client: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    made = await create(program, emails=["ada@kestrel.example"], source=ROW)
    other = await create(client)

    await client.patch(f"{PATH}/{made['id']}", json={"first_name": "Adah", "version": 1})
    await client.delete(f"{PATH}/{made['id']}")
    await client.post(f"{PATH}/{made['id']}/restore")
    await client.post(REVIEW, json={"ids": [made["id"]], "decision": "approve"})
    await program.post(PATH, json={"first_name": "A", "emails": ["ada@kestrel.example"], "source": {"type": "form", "id": "f"}})

    assert (await client.get(f"{PATH}/{made['id']}")).json()["source"] == made["source"]
    refused = problem(await client.patch(f"{PATH}/{other['id']}", json={"source": ROW, "version": 1}), 422)
    assert refused["errors"][0]["field"] == "source"


@pytest.mark.req("SR3")
@pytest.mark.parametrize("work", [{"owner_id": "bo"}, {"assignees": ["bo"]}])
async def test_nobody_is_made_responsible_while_the_source_waits_for_a_review(
    client: httpx.AsyncClient, program: httpx.AsyncClient, work: dict[str, Any]
) -> None:
    made = await create(program, source=ROW)

    refused = problem(await client.patch(f"{PATH}/{made['id']}", json={**work, "version": 1}), 409)
    begun = problem(await program.post(PATH, json={"first_name": "Eve", "source": ROW, **work}), 409)
    renamed = await client.patch(f"{PATH}/{made['id']}", json={"first_name": "Adah", "version": 1})

    assert refused["type"] == begun["type"] == "urn:problem:source_not_reviewed"
    assert renamed.status_code == 200
    await client.post(REVIEW, json={"ids": [made["id"]], "decision": "approve"})
    assert (await client.patch(f"{PATH}/{made['id']}", json={**work, "version": 3})).status_code == 200


@pytest.mark.req("SR3")
async def test_a_manager_who_says_why_may_and_it_is_in_the_history(
    client: httpx.AsyncClient, manager: httpx.AsyncClient, program: httpx.AsyncClient, published: Published
) -> None:
    made = await create(program, source=ROW)
    wish = {"owner_id": "bo", "override_reason": "they called us", "version": 1}

    assert problem(await client.patch(f"{PATH}/{made['id']}", json=wish), 403)["required_role"] == "manager"
    assert problem(await program.patch(f"{PATH}/{made['id']}", json=wish), 403)["required_role"] == "manager"
    owned = await manager.patch(f"{PATH}/{made['id']}", json=wish)

    assert (owned.json()["owner_id"], owned.json()["review"]["state"]) == ("bo", "pending")
    row = (await client.get(f"{PATH}/{made['id']}/history")).json()["items"][0]
    assert (row["field"], row["actor_id"], row["reason"]) == ("owner_id", "manager", "they called us")
    assert getattr((await published())[-1].data, "reason", None) == "they called us"
    off = await client.patch(f"{PATH}/{made['id']}", json={"owner_id": None, "version": 2})
    assert off.status_code == 200


@pytest.mark.req("SR6")
async def test_whoever_comes_from_a_trusted_source_skips_the_queue_and_the_decision_is_recorded(
    client_for: Callable[..., httpx.AsyncClient], stores: Stores, published: Published
) -> None:
    workspace = f"w{uuid.uuid4().hex[:8]}"
    async with client_for(Role.ADMIN, workspace) as admin, client_for(Role.SERVICE, workspace) as program:
        trust = [{"type": "integration", "id": "erp", "trust": "auto"}, {"type": "form", "id": None, "trust": "review"}]
        assert (await admin.put(f"{PATH}/settings", json={"sources": trust})).json()["sources"] == trust

        made = await create(program, source={"type": "integration", "id": "erp"}, owner_id="bo")
        await create(program, "Eve", source={"type": "integration", "id": "other"})

        assert (made["review"]["state"], made["review"]["by"], made["review"]["at"]) == ("approved", None, made["created_at"])
        pending = (await admin.get(REVIEW)).json()["items"]
        assert [item["contact"]["first_name"] for item in pending] == ["Eve"]
        [auto] = (await admin.get(REVIEW, params={"state": "approved"})).json()["items"]
        assert (auto["id"], auto["decision"], auto["by"]) == (made["id"], "auto", None)
    created, reviewed = [event for event in await published() if event.subject == made["id"]]
    assert isinstance(created.data, ContactCreated)
    assert isinstance(reviewed.data, ContactReviewed)
    assert (created.sequence, reviewed.sequence, reviewed.data.decision, made["version"]) == (1, 2, "auto", 2)


@pytest.mark.parametrize(
    ("sources", "field"),
    [
        ([{"type": "manual"}], "sources.0.type"),
        ([{"type": "form", "trust": "always"}], "sources.0.trust"),
        ([{"type": "form"}, {"type": "form"}], "sources.1.id"),
    ],
)
async def test_trust_that_makes_no_sense_is_refused(
    client_for: Callable[..., httpx.AsyncClient], sources: list[dict[str, Any]], field: str
) -> None:
    async with client_for(Role.ADMIN, f"w{uuid.uuid4().hex[:8]}") as admin:
        refused = problem(await admin.put(f"{PATH}/settings", json={"sources": sources}), 422)

    assert refused["errors"][0]["field"] == field


@pytest.mark.req("CU1")
@pytest.mark.parametrize("kind", ["form", "import", "integration"])
async def test_a_program_that_brings_somebody_known_proposes_an_update(
    client: httpx.AsyncClient, program: httpx.AsyncClient, kind: str
) -> None:
    known = await create(client, emails=["ada@kestrel.example"], company="Acme")
    person = {"first_name": "Ada", "emails": ["Ada@Kestrel.example"], "company": "Bolts", "source": {"type": kind, "id": "x"}}

    answer = await program.post(PATH, json={**person, "evidence": {"title": "row 3", "payload": {"Firma": "Bolts"}}})

    assert answer.status_code == 202
    assert answer.json()["contact_id"] == known["id"]
    [item] = (await client.get(REVIEW)).json()["items"]
    assert (item["id"], item["update_of"], item["source"]["type"]) == (answer.json()["proposal_id"], known["id"], kind)
    assert item["changes"] == {"company": {"now": "Acme", "proposed": "Bolts"}}
    assert item["evidence"][0]["payload"] == {"Firma": "Bolts"}
    assert len((await client.get(PATH)).json()["items"]) == 1


@pytest.mark.req("CU1", "CR14")
async def test_a_repeated_key_is_the_same_proposal(client: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    await create(client, emails=["ada@kestrel.example"])
    person = {"first_name": "Ada", "emails": ["ada@kestrel.example"], "company": "Bolts", "source": ROW}

    first, again = [await program.post(PATH, json=person, headers={"Idempotency-Key": "k1"}) for _ in range(2)]
    other = await program.post(PATH, json={**person, "company": "Nuts"}, headers={"Idempotency-Key": "k1"})

    assert (first.status_code, again.json()) == (202, first.json())
    assert problem(other, 422)["type"] == "urn:problem:idempotency-key-reused"
    assert len((await client.get(REVIEW)).json()["items"]) == 1


@pytest.mark.req("CU1", "CD3")
async def test_a_person_or_a_program_of_its_own_or_one_who_means_two_is_asked_which(
    client: httpx.AsyncClient, program: httpx.AsyncClient
) -> None:
    await create(client, emails=["ada@kestrel.example"])
    await create(client, emails=["bob@kestrel.example"])
    ada, both = ["ada@kestrel.example"], ["ada@kestrel.example", "bob@kestrel.example"]

    for asked, emails, source in ((client, ada, ROW), (program, ada, {"type": "api"}), (program, both, ROW)):
        refused = problem(await asked.post(PATH, json={"first_name": "A", "emails": emails, "source": source}), 409)
        assert refused["type"] == "urn:problem:email-taken"


@pytest.mark.req("CU1")
async def test_a_program_that_says_nothing_new_proposes_nothing(client: httpx.AsyncClient, program: httpx.AsyncClient) -> None:
    known = await create(client, emails=["ada@kestrel.example"])

    answer = await program.post(PATH, json={"first_name": "ada", "emails": ["ada@kestrel.example"], "source": ROW})

    assert (answer.status_code, answer.json()) == (202, {"proposal_id": None, "contact_id": known["id"]})
    assert (await client.get(REVIEW)).json()["items"] == []


@pytest.mark.req("SR3", "CU1")
async def test_an_owner_that_was_proposed_waits_until_the_contact_itself_is_reviewed(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(submitted("s1", email="ada@kestrel.example"), submitted("s2", email="ada@kestrel.example", owner_id="bo"))
    update, new = (await client.get(REVIEW)).json()["items"]

    [row] = (await client.post(REVIEW, json={"ids": [update["id"]], "decision": "approve"})).json()["items"]
    assert (row["state"], row["error"]) == ("pending", "source_not_reviewed")

    rows = (await client.post(REVIEW, json={"ids": [new["id"], update["id"]], "decision": "approve"})).json()["items"]
    assert [row["state"] for row in rows] == ["approved", "approved"]
    assert (await client.get(f"{PATH}/{new['id']}")).json()["owner_id"] == "bo"


async def test_evidence_that_is_too_large_is_refused_by_name(program: httpx.AsyncClient) -> None:
    large = {"first_name": "Ada", "source": ROW, "evidence": {"payload": {"a": "x" * 60_000}}}

    assert problem(await program.post(PATH, json=large), 422)["errors"][0]["field"] == "evidence.payload"
