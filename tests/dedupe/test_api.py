"""The check before somebody is saved, the pairs, and the decision about one."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Any

import httpx
import pytest

from dedupe.domain.ruleset import Rules
from shared.auth import Role
from shared.contracts.dedupe import PairDismissed
from shared.mongo import Database
from tests.support.dedupe_builders import NOON, Deliver, Told, created, person, updated
from tests.support.http import problem
from tests.support.tokens import bearer

ADA = person("Ada Lovelace", "Ada.Lovelace@example.org", phone="+14155551234", company="Acme Inc")
AGAIN = person("Ada B. Lovelace", "ada.lovelace@example.org")


async def check(client: httpx.AsyncClient, workspace: str = "acme", **candidate: Any) -> dict[str, Any]:
    response = await client.post("/v1/duplicates/check", json=candidate, headers=bearer(workspace))
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def pairs(client: httpx.AsyncClient, workspace: str = "acme", **query: Any) -> list[dict[str, Any]]:
    response = await client.get("/v1/duplicates/pairs", params=query, headers=bearer(workspace))
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def dismiss(client: httpx.AsyncClient, pair_id: str, role: Role = Role.MEMBER, **decision: Any) -> httpx.Response:
    return await client.post(f"/v1/duplicates/pairs/{pair_id}/dismiss", json=decision, headers=bearer(role=role, subject="mel"))


# ---- the check ----------------------------------------------------------------------------------------------------------------


@pytest.mark.req("CD2")
async def test_the_check_says_who_it_is_and_why(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA, owner_id="ann"))

    answer = await check(client, first_name="Ada", last_name="Lovelace", emails=["ADA.lovelace@example.org"])

    assert answer["advice"] == "update"
    [match] = answer["matches"]
    assert (match["contact_id"], match["certain"], match["advice"]) == ("c1", True, "update")
    assert ("email", "same") in {(reason["field"], reason["comparison"]) for reason in match["reasons"]}
    assert {"field", "comparison", "weight", "text"} <= match["reasons"][0].keys()
    assert match["contact"] == {
        "id": "c1",
        "name": "Ada Lovelace",
        "first_name": "Ada",
        "last_name": "Lovelace",
        "emails": ["Ada.Lovelace@example.org"],
        "phones": ["+14155551234"],
        "company": "Acme Inc",
        "owner_id": "ann",
        "source": "manual",
        "run": None,
    }


@pytest.mark.req("CD2")
async def test_the_check_writes_nothing(client: httpx.AsyncClient, deliver: Deliver, database: Database, told: Told) -> None:
    await deliver(created("c1", ADA))
    before = await database.collection("contacts").of("acme").find(), await told()

    await check(client, emails=["ada.lovelace@example.org"])

    assert (await database.collection("contacts").of("acme").find(), await told()) == before
    assert await pairs(client) == []


@pytest.mark.req("CD1")
@pytest.mark.parametrize(
    "typed",
    [
        {"emails": ["ada.lovelace@example.org"]},
        {"phones": ["(415) 555-1234"]},
        {"first_name": "Ada", "last_name": "Lovelace", "company": "ACME"},
        {"emails": [{"typed": "ada.lovelace@example.org", "purpose": "billing"}], "custom": {"shoe_size": 5}, "owner_id": "bob"},
        {"emails": ["ada.lovelace@example.org"], "a_field_of_tomorrow": {"whatever": [1]}},
    ],
    ids=["email", "phone", "company and name", "a whole new contact", "what is not compared"],
)
async def test_any_of_the_fields_finds_the_contact(typed: dict[str, Any], client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA))

    assert [match["contact_id"] for match in (await check(client, **typed))["matches"]] == ["c1"]


@pytest.mark.req("CD3")
async def test_the_same_address_is_shown_whoever_has_it(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA))

    answer = await check(client, first_name="Grace", last_name="Hopper", emails=["ada.lovelace@example.org"])

    assert answer["advice"] == "review"
    assert answer["matches"][0]["score"] < 0.5


@pytest.mark.req("SE4")
async def test_a_role_address_alone_shows_nobody(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", person("Ada Lovelace", "info@acme.com")))

    answer = await check(client, emails=["info@acme.com"])

    assert answer == {"advice": "create", "matches": [], "hidden": [], "capped": None, "ruleset_version": Rules().version}


@pytest.mark.req("CD9")
async def test_a_contact_that_is_changed_is_not_its_own_look_alike(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))

    answer = await check(client, contact_id="c1", emails=["ada.lovelace@example.org"])

    assert [match["contact_id"] for match in answer["matches"]] == ["c2"]


@pytest.mark.req("CR3")
async def test_the_check_never_crosses_the_workspace(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA, workspace="globex"))

    assert (await check(client, emails=["ada.lovelace@example.org"]))["advice"] == "create"
    assert (await check(client, "globex", emails=["ada.lovelace@example.org"]))["advice"] == "update"


@pytest.mark.parametrize(
    ("candidate", "field"),
    [
        ({"first_name": "x" * 501}, "first_name"),
        ({"emails": [{"typed": 7}]}, "emails.0.typed"),
        ({"emails": "ada@example.org"}, "emails"),
        ({"birth_date": "yesterday"}, "birth_date"),
        ({"address": {"postcode": ["1"]}}, "address.postcode"),
        ({"email": "ada@example.org"}, "body"),
        ({"emails": ["not an address yet"]}, "body"),
        ({}, "body"),
    ],
)
async def test_what_is_not_acceptable_is_named(candidate: dict[str, Any], field: str, client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/duplicates/check", json=candidate, headers=bearer())

    assert field in {error["field"] for error in problem(response, 422)["errors"]}
    assert "ada@example.org" not in response.text


async def test_nobody_asks_without_a_token(client: httpx.AsyncClient) -> None:
    problem(await client.post("/v1/duplicates/check", json={"first_name": "Ada"}), 401)
    problem(await client.get("/v1/duplicates/pairs"), 401)


# ---- pairs --------------------------------------------------------------------------------------------------------------------


async def test_pairs_are_listed_with_both_contacts_the_likeliest_first(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", person("Ada Lovelace", phone="+14155551234")))

    found = await pairs(client)
    of_c3 = await pairs(client, contact_id="c3", min_score=0.5)

    assert ["c1", "c2"] in [each["contact_ids"] for each in found]
    assert found == sorted(found, key=lambda each: -each["score"])
    assert [contact["id"] for contact in found[0]["contacts"]] == found[0]["contact_ids"]
    assert all("c3" in each["contact_ids"] for each in of_c3)
    assert all(each["score"] >= 0.9 for each in await pairs(client, min_score=0.9))


async def test_pages_of_pairs_cover_all_of_them_once(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*[created(f"c{number}", ADA) for number in range(5)])
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 3}
    while True:
        answer = (await client.get("/v1/duplicates/pairs", params=query, headers=bearer())).json()
        seen += [each["id"] for each in answer["items"]]
        if answer["next_cursor"] is None:
            break
        query["cursor"] = answer["next_cursor"]

    assert len(seen) == len(set(seen)) == 10


@pytest.mark.parametrize("query", [{"limit": 0}, {"min_score": 2}, {"status": "guessed"}])
async def test_a_wrong_query_is_named(query: dict[str, Any], client: httpx.AsyncClient) -> None:
    response = await client.get("/v1/duplicates/pairs", params=query, headers=bearer())

    assert [error["field"] for error in problem(response, 422)["errors"]] == list(query)


@pytest.mark.parametrize(
    "place", ["sesame", '["pairs", "likely", "p1"]', '["pairs", "nan", "p1"]', '["pairs", "0.9"]', '["name", "0.9", "p1"]']
)
async def test_a_bad_cursor_is_refused(place: str, client: httpx.AsyncClient) -> None:
    cursor = urlsafe_b64encode(place.encode()).decode().rstrip("=")
    response = await client.get("/v1/duplicates/pairs", params={"cursor": cursor}, headers=bearer())

    assert problem(response, 400)["type"] == "urn:problem:bad-cursor"


@pytest.mark.req("CR3")
async def test_pairs_of_another_workspace_do_not_exist(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA, workspace="globex"), created("c2", AGAIN, workspace="globex"))
    [pair] = await pairs(client, "globex")

    assert await pairs(client) == []
    problem(await dismiss(client, pair["id"]), 404)


# ---- the decision -------------------------------------------------------------------------------------------------------------


@pytest.mark.req("CD7")
async def test_a_dismissed_pair_is_shown_again_only_when_an_identifying_field_changed(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = await pairs(client)

    response = await dismiss(client, pair["id"], reason="father and daughter")
    await deliver(updated("c2", AGAIN, sequence=2, owner_id="bob"))
    untouched = await pairs(client)
    await deliver(updated("c2", person("Ada B. Lovelace", "ada.lovelace@example.org", phone="+14155551234"), sequence=3))
    changed = await pairs(client)

    assert response.json()["status"] == "dismissed"
    assert untouched == []
    assert [each["id"] for each in changed] == [pair["id"]]


async def test_a_dismissal_is_told_with_who_decided(client: httpx.AsyncClient, deliver: Deliver, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = await pairs(client)
    await dismiss(client, pair["id"], reason="two people")
    await dismiss(client, pair["id"], reason="two people")

    _, dismissal = await told()

    assert isinstance(dismissal.data, PairDismissed)
    assert (dismissal.data.decided_by, dismissal.data.reason) == ("mel", "two people")
    assert (dismissal.actorid, dismissal.actortype, dismissal.sequence, dismissal.time) == ("mel", "user", 2, NOON)


async def test_what_is_no_longer_suspected_can_not_be_dismissed(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = await pairs(client)
    await deliver(updated("c2", person("Grace Hopper")))

    assert problem(await dismiss(client, pair["id"]), 409)["pair_status"] == "withdrawn"


async def test_a_viewer_reads_and_does_not_decide(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = await pairs(client)

    problem(await dismiss(client, pair["id"], Role.VIEWER), 403)
