"""The review queue: what is in it, why, and what becomes of each that is decided."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from contacts.app import Stores
from shared.auth import Role
from shared.contracts.contacts import ContactReviewed
from shared.contracts.envelope import Event
from tests.support.contacts_builders import (
    NOON,
    WORKSPACE,
    account_created,
    create,
    mailbox_connected,
    marked_spam,
    member_added,
    received,
    sent,
    submission_deleted,
    submitted,
)
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

Deliver = Callable[..., Awaitable[None]]
Published = Callable[[], Awaitable[list[Event]]]

REVIEW = "/v1/contacts/review"
ADA: dict[str, Any] = {"first_name": "Ada", "last_name": "Byron", "email": "ada@kestrel.example", "company": "Kestrel"}


@pytest.fixture
async def program(service: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(service, bearer(WORKSPACE, role=Role.SERVICE, subject="sync")) as client:
        yield client


async def queue(client: httpx.AsyncClient, **params: Any) -> list[dict[str, Any]]:
    response = await client.get(REVIEW, params=params)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def decide(client: httpx.AsyncClient, *ids: str, **verdict: Any) -> list[dict[str, Any]]:
    response = await client.post(REVIEW, json={"ids": list(ids), **verdict})
    assert response.status_code == 200, response.text
    rows: list[dict[str, Any]] = response.json()["items"]
    return rows


async def read(client: httpx.AsyncClient, contact_id: str) -> dict[str, Any]:
    body: dict[str, Any] = (await client.get(f"/v1/contacts/{contact_id}")).json()
    return body


def done(item_id: str, state: str) -> dict[str, Any]:
    return {"id": item_id, "state": state, "error": None, "detail": None, "owner_id": None}


@pytest.mark.req("SR2")
async def test_somebody_new_is_in_the_queue_with_the_payload_they_sent(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(submitted("s1", **ADA, at=NOON), received("ada@kestrel.example", subject="42 vans", message="m1"))

    [item] = await queue(client)
    assert (item["kind"], item["state"], item["at"]) == ("new", "pending", "2026-06-01T12:00:00Z")
    assert (item["id"], item["contact"]["first_name"], item["update_of"], item["changes"]) == (item["contact"]["id"], "Ada", None, {})
    assert item["source"] == {"type": "form", "id": "contact-us", "first_seen_at": "2026-06-01T12:00:00Z"}
    message, form = item["evidence"]
    assert (form["type"], form["id"], form["title"], form["payload"]) == ("form", "form:s1", "Contact us", {**ADA, "What about?": "vans"})
    assert (message["type"], message["id"], message["title"]) == ("mailbox", "mailbox:m1", "42 vans")


@pytest.mark.req("SR2")
async def test_a_message_in_a_private_mailbox_is_evidence_only_its_owner_reads(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(received("a@kestrel.example", subject="Mine", visibility="mailbox", mailbox_of="ann"))
    await deliver(received("b@kestrel.example", subject="Yours", visibility="mailbox", mailbox_of="bo"))
    await deliver(received("c@kestrel.example", subject="Managers", visibility="role:manager"))
    await deliver(received("d@kestrel.example", subject="Odd", visibility="who knows"))

    shown = {item["contact"]["first_name"]: item["evidence"][0]["title"] for item in await queue(client)}
    assert shown == {"a": "Mine", "b": None, "c": None, "d": None}
    assert [item["evidence"][0]["payload"] == {} for item in await queue(client)] == [True, True, True, False]


@pytest.mark.req("SR5")
async def test_mail_to_and_fro_before_and_after_they_came_makes_the_hint(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(member_added("bo"), mailbox_connected("box-1", "desk@us.example"))
    await deliver(sent("two@kestrel.example"), received("two@kestrel.example", backfill=True))
    await deliver(received("later@kestrel.example"), sent("later@kestrel.example"))
    await deliver(received("one@kestrel.example"), received("news@kestrel.example"), received("auto@other.example", automated=True))
    await deliver(received("cy@us.example"), sent("cy@us.example"))

    hints = {item["contact"]["emails"][0]["typed"].partition("@")[0]: item["quality"] for item in await queue(client)}
    assert {name: (hint["hint"], hint["preselected"]) for name, hint in hints.items()} == {
        "two": ("two_way", True),
        "later": ("two_way", True),
        "one": ("one_off", False),
        "news": ("automated", False),
        "auto": ("automated", False),
        "cy": ("colleague", False),
    }
    for hint in ("two_way", "one_off", "automated", "colleague"):
        found = [item["contact"]["emails"][0]["typed"].partition("@")[0] for item in await queue(client, quality=hint)]
        assert sorted(found) == sorted(name for name, quality in hints.items() if quality["hint"] == hint)


@pytest.mark.req("SR2")
async def test_the_queue_is_narrowed_by_source_and_kind_and_read_page_by_page(client: httpx.AsyncClient, deliver: Deliver) -> None:
    for number in range(5):
        await deliver(submitted(f"s{number}", form=f"form-{number % 2}", email=f"p{number}@kestrel.example"))
    await deliver(received("mail@kestrel.example"))
    await create(client, emails=["known@kestrel.example"])
    await deliver(submitted("u1", email="known@kestrel.example", first_name="Adah"))

    assert len(await queue(client, source="form")) == 6
    assert len(await queue(client, source="form", source_id="form-1")) == 2
    assert len(await queue(client, source="mailbox")) == 1
    assert [item["id"] for item in await queue(client, kind="update")] == ["form:u1"]
    assert await queue(client, source="import") == []
    seen, cursor = [], None
    while True:
        page = (await client.get(REVIEW, params={"limit": 3, **({"cursor": cursor} if cursor else {})})).json()
        seen += [item["id"] for item in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert seen == [item["id"] for item in await queue(client)]
    assert len(set(seen)) == 7
    counts = [(await client.get(f"{REVIEW}/count", params=params)).json() for params in ({}, {"source": "mailbox"}, {"state": "approved"})]
    assert counts == [{"count": 7, "more": False}, {"count": 1, "more": False}, {"count": 0, "more": False}]


@pytest.mark.req("SR4", "SR2")
async def test_whoever_is_approved_is_out_of_the_queue_with_who_decided_and_when(
    client: httpx.AsyncClient, deliver: Deliver, published: Published, stores: Stores
) -> None:
    await deliver(received("ada@kestrel.example"))
    [item] = await queue(client)

    assert await decide(client, item["id"], decision="approve", reason="known from the fair") == [done(item["id"], "approved")]

    assert await queue(client) == []
    review = (await read(client, item["id"]))["review"]
    assert (review["state"], review["by"], review["reason"]) == ("approved", "ann", "known from the fair")
    [kept] = await queue(client, state="approved")
    assert (kept["decision"], kept["by"], kept["reason"], kept["reviewed_at"]) == ("approved", "ann", "known from the fair", review["at"])
    told = (await published())[-1]
    assert isinstance(told.data, ContactReviewed)
    assert (told.data.decision, told.data.reason, told.actorid, told.sequence) == ("approved", "known from the fair", "ann", 2)
    rows = (await client.get(f"/v1/contacts/{item['id']}/history")).json()["items"]
    assert (rows[0]["field"], rows[0]["new"]["state"], rows[0]["reason"]) == ("review", "approved", "known from the fair")
    assert await stores.database.plumbing("correspondents").count_documents({}) == 0


@pytest.mark.req("SR4")
@pytest.mark.parametrize("reason", ["spam", "internal", "wrong_person", "a test of ours"])
async def test_whoever_is_rejected_is_out_of_sight_and_readable(
    client: httpx.AsyncClient, deliver: Deliver, published: Published, reason: str
) -> None:
    await deliver(submitted("s1", **ADA))
    [item] = await queue(client)

    assert await decide(client, item["id"], decision="reject", reason=reason) == [done(item["id"], "rejected")]

    assert (await client.get("/v1/contacts", params={"q": "ada"})).json()["items"] == []
    ada = await read(client, item["id"])
    assert (ada["review"]["state"], ada["review"]["reason"], ada["deleted_at"]) == ("rejected", reason, ada["review"]["at"])
    [reviewed] = [event.data for event in await published() if isinstance(event.data, ContactReviewed)]
    assert (reviewed.decision, reviewed.reason) == ("rejected", reason)
    assert (await create(client, emails=["ada@kestrel.example"]))["version"] == 1


@pytest.mark.req("SR4", "MB5")
async def test_whoever_was_rejected_does_not_come_up_again_until_somebody_restores_them(
    client: httpx.AsyncClient, deliver: Deliver
) -> None:
    await deliver(submitted("s1", **ADA))
    [item] = await queue(client)
    await decide(client, item["id"], decision="reject", reason="spam")

    await deliver(received("ada@kestrel.example"), submitted("s2", **ADA))
    assert await queue(client) == []

    await client.post(f"/v1/contacts/{item['id']}/restore")
    assert [again["id"] for again in await queue(client)] == [item["id"]]


@pytest.mark.req("SR4")
async def test_many_are_decided_at_once_and_each_that_can_not_be_says_why(client: httpx.AsyncClient, deliver: Deliver) -> None:
    for number in range(3):
        await deliver(submitted(f"s{number}", email=f"p{number}@kestrel.example"))
    first, second, third = (item["id"] for item in await queue(client))
    await client.delete(f"/v1/contacts/{third}")

    rows = await decide(client, first, "nobody", second, third, first, decision="approve")

    assert [(row["id"], row["state"], row["error"]) for row in rows] == [
        (first, "approved", None),
        ("nobody", None, "not-found"),
        (second, "approved", None),
        (third, "gone", "already-reviewed"),
    ]
    assert [(row["state"], row["error"]) for row in await decide(client, first, decision="reject", reason="spam")] == [
        ("approved", "already-reviewed")
    ]


@pytest.mark.parametrize(
    ("verdict", "field"),
    [
        ({"ids": [], "decision": "approve"}, "ids"),
        ({"ids": ["x"] * 201, "decision": "approve"}, "ids"),
        ({"ids": ["x"], "decision": "keep"}, "decision"),
        ({"ids": ["x"], "decision": "reject"}, "reason"),
        ({"ids": ["x"], "decision": "approve_as_update"}, "update_of"),
    ],
)
async def test_a_verdict_that_makes_no_sense_names_the_field(client: httpx.AsyncClient, verdict: dict[str, Any], field: str) -> None:
    assert problem(await client.post(REVIEW, json=verdict), 422)["errors"][0]["field"] == field


async def test_viewers_read_the_queue_and_do_not_decide(service: Any) -> None:
    async with http_client(service, bearer(WORKSPACE, role=Role.VIEWER)) as viewer:
        assert await queue(viewer) == []
        problem(await viewer.post(REVIEW, json={"ids": ["x"], "decision": "approve"}), 403)


@pytest.mark.req("CU1", "SR4")
async def test_a_form_of_somebody_known_is_a_proposed_update_and_no_second_record(
    client: httpx.AsyncClient, deliver: Deliver, published: Published
) -> None:
    known = await create(client, last_name="Byron", emails=["ada@kestrel.example"], company="Acme")
    await deliver(submitted("s1", **ADA, phone="(415) 555-0134"))

    [item] = await queue(client)
    assert (item["id"], item["kind"], item["update_of"], item["contact"]["version"]) == ("form:s1", "update", known["id"], 1)
    assert item["changes"]["company"] == {"now": "Acme", "proposed": "Kestrel"}
    assert set(item["changes"]) == {"company", "phones"}
    assert item["evidence"][0]["payload"]["company"] == "Kestrel"

    assert await decide(client, "form:s1", decision="approve", fields=["company"]) == [done("form:s1", "approved")]

    after = await read(client, known["id"])
    assert (after["company"], after["phones"], after["source"], after["review"]) == ("Kestrel", [], known["source"], known["review"])
    row = (await client.get(f"/v1/contacts/{known['id']}/history")).json()["items"][0]
    assert (row["field"], row["old"], row["new"], row["source"], row["actor_id"]) == ("company", "Acme", "Kestrel", "form", "ann")
    told = (await published())[-1].data
    assert isinstance(told, ContactReviewed)
    assert (told.decision, told.update_of, told.proposal_id) == ("approved_as_update", known["id"], "form:s1")
    assert len((await client.get("/v1/contacts")).json()["items"]) == 1


@pytest.mark.req("CU1")
async def test_a_form_that_says_nothing_new_proposes_nothing(client: httpx.AsyncClient, deliver: Deliver, stores: Stores) -> None:
    await create(client, last_name="Byron", emails=["ada@kestrel.example"], company="kestrel")

    await deliver(submitted("s1", **ADA))

    assert await queue(client) == []
    assert await stores.database.plumbing("evidence").count_documents({}) == 0


@pytest.mark.req("CU1", "SR4")
async def test_an_update_that_is_rejected_changes_nothing(client: httpx.AsyncClient, deliver: Deliver, published: Published) -> None:
    known = await create(client, emails=["ada@kestrel.example"])
    await deliver(submitted("s1", **ADA))

    assert await decide(client, "form:s1", decision="reject", reason="wrong_person") == [done("form:s1", "rejected")]

    after = await read(client, known["id"])
    assert (after["last_name"], after["company"], after["deleted_at"], after["review"]["state"]) == (None, None, None, "approved")
    told = (await published())[-1].data
    assert isinstance(told, ContactReviewed)
    assert (told.decision, told.reason, told.proposal_id, told.contact.review.state) == ("rejected", "wrong_person", "form:s1", "approved")


@pytest.mark.req("CU1")
async def test_what_was_proposed_twice_is_decided_once(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await create(client, emails=["ada@kestrel.example"])
    await deliver(submitted("s1", **ADA), submitted("s2", **ADA), submitted("s3", **{**ADA, "company": "Bolts"}))

    await decide(client, "form:s1", decision="approve")

    [left] = await queue(client)
    assert (left["id"], left["changes"]) == ("form:s3", {"company": {"now": "Kestrel", "proposed": "Bolts"}})


@pytest.mark.req("CU1")
async def test_spam_and_what_was_deleted_is_proposed_no_more_in_any_order(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await create(client, emails=["ada@kestrel.example"])
    await deliver(submitted("s1", **ADA), marked_spam("s1"), marked_spam("s2"), submitted("s2", **ADA))
    await deliver(submitted("s3", **ADA), submission_deleted("s3"), submission_deleted("s4"), submitted("s4", **ADA))

    assert await queue(client) == []
    assert {(item["id"], item["reason"]) for item in await queue(client, state="rejected")} == {("form:s1", "spam"), ("form:s2", "spam")}


@pytest.mark.req("CU1")
async def test_a_form_of_somebody_deleted_proposes_to_restore_them(client: httpx.AsyncClient, deliver: Deliver) -> None:
    gone = await create(client, emails=["ada@kestrel.example"])
    await client.delete(f"/v1/contacts/{gone['id']}")

    await deliver(submitted("s1", **ADA))
    [item] = await queue(client)
    assert item["changes"]["deleted_at"]["proposed"] is None
    await decide(client, item["id"], decision="approve")

    after = await read(client, gone["id"])
    assert (after["deleted_at"], after["company"]) == (None, "Kestrel")


@pytest.mark.req("SR4")
async def test_an_update_that_can_not_be_so_says_why_and_waits_on(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(member_added("bo"))
    await create(client, emails=["ada@kestrel.example"])
    await deliver(submitted("s1", email="ada@kestrel.example", owner_id="nobody"))

    [row] = await decide(client, "form:s1", decision="approve")

    assert (row["state"], row["error"], row["detail"]) == ("pending", "validation", "owner_id: not an active member of the workspace")
    assert len(await queue(client)) == 1


@pytest.mark.req("SR4", "CD11")
async def test_somebody_new_who_proves_to_be_known_is_folded_into_them(
    client: httpx.AsyncClient, deliver: Deliver, published: Published
) -> None:
    known = await create(client, last_name="King", emails=["ada@home.example"], job_title="CTO")
    await deliver(submitted("s1", **ADA, role="Engineer"))
    [item] = await queue(client)

    rows = await decide(client, item["id"], decision="approve_as_update", update_of=known["id"], fields=["last_name"])

    assert rows == [done(item["id"], "approved")]
    assert await queue(client) == []
    after = await read(client, known["id"])
    assert (after["last_name"], after["job_title"], after["company"]) == ("Byron", "CTO", "Kestrel")
    assert [email["normalised"] for email in after["emails"]] == ["ada@home.example", "ada@kestrel.example"]
    assert (after["merged_ids"], after["source"]["type"]) == ([item["id"]], "manual")
    [reviewed] = [event.data for event in await published() if isinstance(event.data, ContactReviewed)]
    assert (reviewed.decision, reviewed.update_of, reviewed.contact.merged_into) == ("approved_as_update", known["id"], known["id"])
    assert (reviewed.contact.review.by, reviewed.contact.review.state) == ("ann", "approved")


@pytest.mark.req("SR4", "CD14")
async def test_whoever_proves_not_to_be_an_update_after_all_waits_for_a_review_again(client: httpx.AsyncClient, deliver: Deliver) -> None:
    known = await create(client, last_name="King", emails=["ada@home.example"])
    await deliver(submitted("s1", **ADA))
    [item] = await queue(client)
    await decide(client, item["id"], decision="approve_as_update", update_of=known["id"])
    [merge] = (await client.get("/v1/contacts/merges", params={"contact_id": known["id"]})).json()["items"]

    undone = await client.post(f"/v1/contacts/merges/{merge['id']}/undo")

    assert undone.json()["conflicts"] == []
    assert (await read(client, item["id"]))["review"] == item["contact"]["review"]
    assert [(again["id"], again["state"]) for again in await queue(client)] == [(item["id"], "pending")]


@pytest.mark.req("SR4")
async def test_nobody_is_folded_into_who_is_not_there(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(submitted("s1", **ADA))
    [item] = await queue(client)
    gone = await create(client)
    await client.delete(f"/v1/contacts/{gone['id']}")

    errors = [
        (await decide(client, item["id"], decision="approve_as_update", update_of=target))[0]["error"]
        for target in ("nobody", item["id"], gone["id"])
    ]

    assert errors == ["not-found", "itself", "deleted"]
    assert len(await queue(client)) == 1


@pytest.mark.req("CU2")
async def test_an_approved_change_of_company_leaves_the_old_link_as_a_former_one(
    client: httpx.AsyncClient, program: httpx.AsyncClient, deliver: Deliver
) -> None:
    await deliver(account_created("a", "Acme"), account_created("b", "Bolts"))
    known = await create(client, emails=["ada@kestrel.example"], accounts=[{"account_id": "a", "role": "buyer"}])
    answer = await program.post(
        "/v1/contacts",
        json={
            "first_name": "Ada",
            "emails": ["ada@kestrel.example"],
            "accounts": [{"account_id": "b"}],
            "source": {"type": "integration", "id": "erp"},
        },
    )
    proposal = answer.json()["proposal_id"]

    await decide(client, proposal, decision="approve")

    now, former = (await read(client, known["id"]))["accounts"]
    assert (now["account_id"], now["name"], now["primary"], now["ended_at"]) == ("b", "Bolts", True, None)
    assert (former["account_id"], former["role"], former["primary"]) == ("a", "buyer", False)
    assert former["ended_at"] is not None
    rows = (await client.get(f"/v1/contacts/{known['id']}/history")).json()["items"]
    assert (rows[0]["field"], rows[0]["old"][0]["account_id"], rows[0]["source"]) == ("accounts", "a", "integration")
