"""Contacts that are their team's: for everybody else they are nobody's business, on every way to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contacts.app import Stores
from shared.auth import Role
from shared.contracts.contacts import ContactMerged, ContactUpdated
from shared.contracts.envelope import Event
from tests.support.contacts_builders import NOON, WORKSPACE, account_created, create, submitted
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

PATH = "/v1/contacts"
MERGES = f"{PATH}/merges"
REVIEW = f"{PATH}/review"
ROLES = {"ann": Role.MEMBER, "bob": Role.MEMBER, "cyd": Role.MEMBER, "vic": Role.VIEWER, "mia": Role.MANAGER, "sync": Role.SERVICE}
TEAM = {"owner_id": "ann", "assignees": ["bob", "vic"], "visibility": "team"}
SECRET: dict[str, Any] = {
    "last_name": "Byron", "emails": ["ada@acme.com", "ada@home.com"], "accounts": [{"account_id": "a1"}], "tags": ["board"], **TEAM,
}  # fmt: skip

Deliver = Callable[..., Awaitable[None]]
Published = Callable[[], Awaitable[list[Event]]]
People = dict[str, httpx.AsyncClient]


@pytest.fixture
async def people(service: Any) -> AsyncIterator[People]:
    """Everybody of the workspace: ann, bob and vic are the team, cyd is not in it."""
    async with AsyncExitStack() as opened:
        yield {
            name: await opened.enter_async_context(http_client(service, bearer(WORKSPACE, role, subject=name)))
            for name, role in ROLES.items()
        }


async def secret(people: People, **fields: Any) -> dict[str, Any]:
    return await create(people["ann"], "Ada", **{**SECRET, **fields})


def hidden_from(answer: httpx.Response, owner_id: str | None = "ann") -> None:
    """The refusal, and nothing in it but whom to ask."""
    refused = problem(answer, 403)
    assert (refused["type"], refused["owner_id"]) == ("urn:problem:not-yours", owner_id)
    assert refused.keys() <= {"type", "title", "status", "detail", "instance", "request_id", "owner_id"}


async def listed(client: httpx.AsyncClient, path: str = PATH, **asked: Any) -> list[dict[str, Any]]:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


# ---- by id ------------------------------------------------------------------------------------------------------------------

BODIES: dict[str, Any] = {
    "patch /v1/contacts/{contact_id}": {"company": "Acme", "version": 1},
    "post /v1/contacts/{contact_id}/split": {"emails": ["ada@home.com"]},
    "post /v1/contacts/{contact_id}/erase": {"reason": "asked", "confirm": "Ada Byron"},
}
"""What the routes that take a body are asked with; a new one of those fails here until it has one."""

ADMINS_ONLY = {"post /v1/contacts/{contact_id}/erase"}


def routes_to_a_contact(service: Any) -> list[tuple[str, str]]:
    paths = service.openapi()["paths"]
    return [(method, path) for path, methods in paths.items() if "{contact_id}" in path for method in methods]


async def ask(client: httpx.AsyncClient, method: str, path: str, contact_id: str) -> httpx.Response:
    body = BODIES.get(f"{method} {path}")
    return await client.request(method, path.replace("{contact_id}", contact_id), json=body)


@pytest.mark.req("CD6")
async def test_on_every_way_to_a_contact_who_is_not_in_its_team_is_told_whom_to_ask(service: Any, people: People) -> None:
    ada = await secret(people)
    before = (await people["ann"].get(f"{PATH}/{ada['id']}")).json()
    ways = routes_to_a_contact(service)
    assert len(ways) >= 8

    for method, path in ways:
        answer = await ask(people["cyd"], method, path, ada["id"])
        if f"{method} {path}" in ADMINS_ONLY:
            assert problem(answer, 403)["type"] == "urn:problem:forbidden"
        else:
            hidden_from(answer)

    assert (await people["ann"].get(f"{PATH}/{ada['id']}")).json() == before


@pytest.mark.req("CD6")
@pytest.mark.parametrize("name", ["ann", "bob", "mia", "sync"])
async def test_its_team_managers_and_programs_have_every_way(service: Any, people: People, name: str) -> None:
    for method, path in routes_to_a_contact(service):
        if f"{method} {path}" in ADMINS_ONLY:
            continue
        ada = await create(people["ann"], "Ada", emails=["ada@home.com"], **TEAM)

        answer = await ask(people[name], method, path, ada["id"])

        assert answer.is_success, (method, path, answer.text)
        for contact in (ada["id"], answer.json().get("new", {}).get("id") if path.endswith("/split") else None):
            if contact:
                await people["ann"].delete(f"{PATH}/{contact}")


@pytest.mark.req("CD6")
async def test_a_viewer_in_the_team_reads(people: People) -> None:
    ada = await secret(people)

    assert (await people["vic"].get(f"{PATH}/{ada['id']}")).json() == ada


@pytest.mark.req("CD6")
async def test_a_stale_change_shows_nothing_to_who_may_not_view_it(people: People) -> None:
    ada = await secret(people)

    hidden_from(await people["cyd"].patch(f"{PATH}/{ada['id']}", json={"company": "x", "version": 7}))
    assert problem(await people["bob"].patch(f"{PATH}/{ada['id']}", json={"company": "x", "version": 7}), 409)["current"] == ada


@pytest.mark.req("CD6", "CD11")
async def test_an_old_id_of_a_hidden_contact_leads_nowhere(people: People) -> None:
    ada, eve = await secret(people), await create(people["cyd"], "Eve")
    await merged(people["mia"], ada, eve)

    hidden_from(await people["cyd"].get(f"{PATH}/{eve['id']}"))
    assert (await people["bob"].get(f"{PATH}/{eve['id']}")).status_code == 307


# ---- saying so --------------------------------------------------------------------------------------------------------------


@pytest.mark.req("CD6")
async def test_whoever_may_view_it_says_who_else_may_and_it_is_in_history_and_events(people: People, published: Published) -> None:
    ada = await create(people["cyd"], "Ada", owner_id="ann")
    assert ada["visibility"] == "all"

    closed = await people["cyd"].patch(f"{PATH}/{ada['id']}", json={"visibility": "team", "version": 1})

    assert (closed.status_code, closed.json()["visibility"]) == (200, "team")
    hidden_from(await people["cyd"].patch(f"{PATH}/{ada['id']}", json={"visibility": "all", "version": 2}))
    rows = (await people["ann"].get(f"{PATH}/{ada['id']}/history", params={"field": "visibility"})).json()["items"]
    assert [(row["old"], row["new"], row["actor_id"]) for row in rows] == [("all", "team", "cyd")]
    [told] = [event.data for event in await published() if isinstance(event.data, ContactUpdated)]
    assert (told.contact.visibility, set(told.contact.team), set(told.changes)) == ("team", {"ann"}, {"visibility"})
    opened = await people["ann"].patch(f"{PATH}/{ada['id']}", json={"visibility": None, "version": 2})
    assert opened.json()["visibility"] == "all"
    assert (await people["cyd"].get(f"{PATH}/{ada['id']}")).json() == opened.json()


@pytest.mark.req("CD6")
@pytest.mark.parametrize("wish", [{"visibility": "team"}, {"visibility": "nobody", "owner_id": "ann"}])
async def test_a_team_of_nobody_and_a_word_nobody_knows_are_refused(people: People, wish: dict[str, Any]) -> None:
    ada = await create(people["ann"])

    for answer in (
        await people["ann"].post(PATH, json={"first_name": "Eve", **wish}),
        await people["ann"].patch(f"{PATH}/{ada['id']}", json={**wish, "version": 1}),
    ):
        assert [error["field"] for error in problem(answer, 422)["errors"]] == ["visibility"]


@pytest.mark.req("CD6")
async def test_the_last_of_a_team_is_not_taken_off_it(people: People) -> None:
    ada = await create(people["ann"], owner_id="ann", visibility="team")

    refused = problem(await people["ann"].patch(f"{PATH}/{ada['id']}", json={"owner_id": None, "version": 1}), 422)
    [row] = (await people["ann"].post(f"{PATH}/owner", json={"contact_ids": [ada["id"]], "owner_id": None})).json()["items"]

    assert [error["field"] for error in refused["errors"]] == ["owner_id"]
    assert (row["error"]["code"], [error["field"] for error in row["error"]["errors"]]) == ("validation", ["owner_id"])


@pytest.mark.req("CD6")
async def test_who_gives_it_away_has_given_it_away(people: People) -> None:
    ada = await create(people["ann"], owner_id="ann", visibility="team")

    given = await people["ann"].patch(f"{PATH}/{ada['id']}", json={"owner_id": "cyd", "version": 1})

    assert given.json()["owner_id"] == "cyd"
    hidden_from(await people["ann"].get(f"{PATH}/{ada['id']}"), "cyd")
    assert (await people["cyd"].get(f"{PATH}/{ada['id']}")).is_success


# ---- in lists ---------------------------------------------------------------------------------------------------------------


@pytest.mark.req("CD6")
async def test_in_no_list_is_whom_the_caller_may_not_view(people: People, deliver: Deliver, stores: Stores) -> None:
    await deliver(account_created("a1", "Acme"))
    eve = await create(people["ann"], "Eve", accounts=[{"account_id": "a1"}])
    ada = await secret(people, relations=[{"contact_id": eve["id"]}], status="customer")
    await stores.database.plumbing("contacts").update_many({}, {"$set": {"active_at": NOON - timedelta(days=99)}})
    decided = {"process": {"statuses": [{"name": "new"}, {"name": "customer", "requires": ["birth_date"], "stale_after_days": 1}]}}
    admin = bearer(WORKSPACE, Role.ADMIN, subject="root")
    assert (await people["mia"].put(f"{PATH}/settings", json=decided, headers=admin)).is_success
    lists: list[tuple[str, dict[str, Any]]] = [
        (PATH, {}),
        (PATH, {"sort": "name"}),
        (PATH, {"q": "ada@acme"}),
        (PATH, {"q": "Byr", "sort": "name"}),
        (PATH, {"owner_id": "ann"}),
        (PATH, {"status": "customer"}),
        (PATH, {"tag": "board"}),
        (PATH, {"account_id": "a1"}),
        (PATH, {"related_to": eve["id"]}),
        (PATH, {"review": "approved"}),
        (PATH, {"required_empty": True}),
        (PATH, {"stale": True}),
        ("/v1/accounts/a1/people", {}),
    ]

    for path, asked in lists:
        for name in ROLES:
            ids = {item.get("contact", item)["id"] for item in await listed(people[name], path, **asked)}
            assert (ada["id"] in ids) == (name != "cyd"), (path, asked, name)
    await people["bob"].delete(f"{PATH}/{ada['id']}")
    assert [len(await listed(people[name], deleted=True)) for name in ("bob", "cyd", "mia")] == [1, 0, 1]


@pytest.mark.req("CD6")
async def test_nothing_that_is_read_without_naming_a_contact_tells_of_a_hidden_one(service: Any, people: People, deliver: Deliver) -> None:
    """Whatever the service has to read, now and later: of somebody with a past in each of its lists."""
    ada = await create(people["cyd"], "Ada", last_name="Byron", emails=["ada@acme.com"], owner_id="bob")
    await merged(people["cyd"], ada, await create(people["cyd"], "Augusta"))
    await people["mia"].post(f"{PATH}/owner", json={"contact_ids": [ada["id"]], "owner_id": "cyd"})
    await deliver(submitted("s1", first_name="Ada", last_name="King", email="ada@acme.com"))
    reads = [
        path for path, methods in service.openapi()["paths"].items() if "get" in methods and "{" not in path and path.startswith("/v1")
    ]
    told = {path: (await people["cyd"].get(path)).text for path in reads}
    assert sum("Byron" in text for text in told.values()) >= 4  # contacts, review, merges, notices

    version = (await people["mia"].get(f"{PATH}/{ada['id']}")).json()["version"]
    closed = await people["mia"].patch(f"{PATH}/{ada['id']}", json={"owner_id": "ann", "visibility": "team", "version": version})

    assert closed.is_success, closed.text
    told = {path: (await people["cyd"].get(path)).text for path in reads}
    assert [path for path, text in told.items() if any(word in text for word in ("Byron", "King", "Augusta", "ada@acme.com"))] == []


@pytest.mark.req("CD6")
async def test_a_page_is_full_though_others_lie_between(people: People) -> None:
    for number in range(6):
        await create(people["ann"], f"P{number}", **(TEAM if number % 2 else {}))

    first = (await people["cyd"].get(PATH, params={"limit": 2, "sort": "name"})).json()
    rest = (await people["cyd"].get(PATH, params={"limit": 2, "sort": "name", "cursor": first["next_cursor"]})).json()

    assert [[item["first_name"] for item in page["items"]] for page in (first, rest)] == [["P0", "P2"], ["P4"]]
    assert rest["next_cursor"] is None


@pytest.mark.req("CD6")
async def test_contacts_from_before_there_was_a_visibility_are_everybodys(people: People, stores: Stores) -> None:
    ada = await create(people["ann"])
    await stores.database.plumbing("contacts").update_many({}, {"$unset": {"visibility": ""}})

    assert [item["id"] for item in await listed(people["cyd"])] == [ada["id"]]
    assert (await people["cyd"].get(f"{PATH}/{ada['id']}")).json()["visibility"] == "all"


@pytest.mark.req("CD6", "OS5")
async def test_a_notice_does_not_name_who_is_another_teams_by_now(people: People) -> None:
    ada = await create(people["ann"], owner_id="bob", visibility="team")
    eve = await create(people["ann"], "Eve", owner_id="bob")
    await people["mia"].post(f"{PATH}/owner", json={"contact_ids": [ada["id"], eve["id"]], "owner_id": "cyd"})

    told = {item["kind"]: item["contacts"] for item in await listed(people["bob"], f"{PATH}/notices") if item["by"] == "mia"}

    assert told == {"unassigned": [{"id": ada["id"], "name": None}, {"id": eve["id"], "name": "Eve"}]}


@pytest.mark.req("CD6")
async def test_of_many_that_are_assigned_the_hidden_one_is_refused(people: People) -> None:
    ada, eve = await secret(people), await create(people["ann"], "Eve")
    zoe = await create(people["ann"], "Zoe")
    await merged(people["ann"], ada, zoe)

    answer = await people["cyd"].post(f"{PATH}/owner", json={"contact_ids": [ada["id"], eve["id"], zoe["id"]], "owner_id": "cyd"})

    rows = [(row["state"], (row["error"] or {}).get("code"), (row["error"] or {}).get("owner_id")) for row in answer.json()["items"]]
    assert rows == [("refused", "not-yours", "ann"), ("changed", None, None), ("refused", "not-yours", "ann")]
    assert ada["id"] not in str(answer.json()["items"][2])


# ---- an address that is taken -----------------------------------------------------------------------------------------------


@pytest.mark.req("CD6", "CD9")
async def test_an_address_of_hidden_contacts_is_taken_and_its_owners_are_counted(people: People) -> None:
    ada = await secret(people)
    await create(people["bob"], "Bea", emails=["bea@acme.com"], owner_id="bob", visibility="team")
    zoe = await create(people["bob"], "Zoe", emails=["zoe@acme.com"])
    mine = await create(people["cyd"], "Mine")
    wish = {"emails": ["ada@acme.com", "ADA@home.com", "bea@acme.com", "zoe@acme.com"]}
    matches = [{"contact_id": zoe["id"], "emails": ["zoe@acme.com"]}]
    hidden = [{"owner_id": "ann", "count": 1}, {"owner_id": "bob", "count": 1}]

    for answer in (
        await people["cyd"].post(PATH, json={"first_name": "Ada", **wish}),
        await people["cyd"].patch(f"{PATH}/{mine['id']}", json={**wish, "version": 1}),
    ):
        refused = problem(answer, 409)
        assert (refused["type"], refused["matches"]) == ("urn:problem:email-taken", matches)
        assert sorted(refused["hidden"], key=lambda one: str(one["owner_id"])) == hidden
        assert not [word for word in (ada["id"], "Byron", "ada@acme.com", "Bea") if word in answer.text]
    seen = problem(await people["ann"].post(PATH, json={"first_name": "Ada", "emails": ["ada@acme.com"]}), 409)
    assert (seen["matches"], seen["hidden"]) == ([{"contact_id": ada["id"], "emails": ["ada@acme.com"]}], [])


@pytest.mark.req("CD6", "CD3")
async def test_two_people_may_share_an_address_though_one_of_them_is_hidden(people: People) -> None:
    ada = await secret(people)

    eve = await create(people["cyd"], "Eve", emails=["ada@acme.com"], anyway={"reason": "mother and daughter"})

    assert [(email["normalised"], email["shared"]) for email in eve["emails"]] == [("ada@acme.com", True)]
    assert ada["id"] not in str(eve)


@pytest.mark.req("CD6", "CD3")
async def test_who_is_restored_does_not_learn_who_has_the_address_now(people: People) -> None:
    eve = await create(people["cyd"], "Eve", emails=["ada@acme.com"])
    await people["cyd"].delete(f"{PATH}/{eve['id']}")
    await secret(people)

    refused = problem(await people["cyd"].post(f"{PATH}/{eve['id']}/restore"), 409)

    assert (refused["matches"], refused["hidden"]) == ([], [{"owner_id": "ann", "count": 1}])


@pytest.mark.req("CD6", "CR14")
async def test_a_repeated_request_is_not_answered_with_what_became_somebody_elses(people: People) -> None:
    key = {"Idempotency-Key": "k1"}
    body = {"first_name": "Ada", "owner_id": "cyd", "visibility": "team"}
    ada = (await people["cyd"].post(PATH, json=body, headers=key)).json()
    assert (await people["cyd"].post(PATH, json=body, headers=key)).json() == ada
    await people["mia"].patch(f"{PATH}/{ada['id']}", json={"owner_id": "ann", "version": 1})

    hidden_from(await people["cyd"].post(PATH, json=body, headers=key))


@pytest.mark.req("CD6", "CU1")
async def test_a_program_that_brings_somebody_hidden_proposes_to_their_team(people: People) -> None:
    ada = await secret(people)
    body = {"first_name": "Ada", "company": "Kestrel", "emails": ["ada@acme.com"], "source": {"type": "form", "id": "f1"}}

    proposed = await people["sync"].post(PATH, json=body)

    assert (proposed.status_code, proposed.json()["contact_id"]) == (202, ada["id"])
    assert await queue_of(people) == {"ann": (1, 1), "cyd": (0, 0), "mia": (1, 1)}


# ---- merging ----------------------------------------------------------------------------------------------------------------


async def merged(client: httpx.AsyncClient, survivor: dict[str, Any], *others: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await client.post(MERGES, json={"survivor_id": survivor["id"], "merged_ids": [other["id"] for other in others], **more})
    assert answer.status_code == 201, answer.text
    done: dict[str, Any] = answer.json()
    return done


@pytest.mark.req("CD6", "CD12", "CD13")
async def test_only_who_may_view_all_of_them_merges_them(people: People, published: Published) -> None:
    ada, eve = await secret(people), await create(people["cyd"], "Eve", owner_id="cyd")
    ways = [(ada["id"], eve["id"]), (eve["id"], ada["id"])]

    for path in (MERGES, f"{MERGES}/preview"):
        for survivor, other in ways:
            body = {"survivor_id": survivor, "merged_ids": [other], "versions": {ada["id"]: 7}}
            body = body if path == MERGES else {"survivor_id": survivor, "merged_ids": [other]}
            hidden_from(await people["cyd"].post(path, json=body))
    preview = await people["bob"].post(f"{MERGES}/preview", json={"survivor_id": eve["id"], "merged_ids": [ada["id"]]})
    assert preview.json()["contact"]["visibility"] == "team"
    one = (await merged(people["bob"], eve, ada))["contact"]

    assert (one["visibility"], one["owner_id"], one["assignees"]) == ("team", "cyd", ["bob", "vic", "ann"])
    [told] = [event.data for event in await published() if isinstance(event.data, ContactMerged)]
    assert (told.contact.visibility, set(told.contact.team)) == ("team", {"ann", "bob", "vic", "cyd"})


@pytest.mark.req("CD6", "CD14")
async def test_a_merge_is_shown_and_undone_by_who_may_view_everybody_afterwards(people: People) -> None:
    ada, eve = await secret(people), await create(people["cyd"], "Eve", owner_id="cyd")
    zoe, dan = await create(people["cyd"], "Zoe"), await create(people["cyd"], "Dan")
    other = await merged(people["cyd"], zoe, dan)
    done = await merged(people["bob"], ada, eve)
    way = f"{MERGES}/{done['id']}"

    hidden_from(await people["cyd"].get(way))
    hidden_from(await people["cyd"].post(f"{way}/undo", json={}))
    for asked in ({}, {"contact_id": eve["id"]}, {"contact_id": ada["id"]}):
        page = (await people["cyd"].get(MERGES, params=asked)).json()
        assert ([item["id"] for item in page["items"]], page["names"].keys()) == (
            ([other["id"]], {zoe["id"], dan["id"]}) if not asked else ([], set())
        )
        assert done["id"] in {item["id"] for item in await listed(people["ann"], MERGES, **asked)}
    assert (await people["bob"].get(way)).json()["names"] == {ada["id"]: "Ada Byron", eve["id"]: "Eve"}
    back = await people["bob"].post(f"{way}/undo", json={})
    assert (back.status_code, back.json()["hidden"]) == (200, [])
    assert (await people["cyd"].get(f"{PATH}/{eve['id']}")).is_success
    for answer in (
        await people["cyd"].get(f"{PATH}/{ada['id']}"),
        await people["cyd"].get(way),
        await people["cyd"].post(f"{way}/undo", json={}),  # that it was undone already is not for them either
    ):
        hidden_from(answer)


@pytest.mark.req("CD6", "CD14")
async def test_an_undo_that_would_show_a_contact_of_another_team_is_for_who_may_view_it(people: People) -> None:
    ada, eve = await secret(people), await create(people["cyd"], "Eve", owner_id="cyd")
    done = await merged(people["mia"], eve, ada)  # cyd owns what came of it

    assert (await people["cyd"].get(f"{PATH}/{eve['id']}")).is_success
    hidden_from(await people["cyd"].post(f"{MERGES}/{done['id']}/undo", json={}))
    assert (await people["cyd"].get(f"{PATH}/{eve['id']}")).json() == done["contact"]
    assert (await people["mia"].post(f"{MERGES}/{done['id']}/undo", json={})).is_success


@pytest.mark.req("CD6", "CD14")
async def test_who_took_an_address_meanwhile_is_counted_where_they_are_hidden(people: People) -> None:
    eve, zoe = await create(people["cyd"], "Eve"), await create(people["cyd"], "Zoe", emails=["zoe@acme.com"])
    done = await merged(people["cyd"], eve, zoe)
    await people["cyd"].patch(f"{PATH}/{eve['id']}", json={"emails": [], "version": done["contact"]["version"]})
    ada = await secret(people, emails=["zoe@acme.com"])

    undone = await people["cyd"].post(f"{MERGES}/{done['id']}/undo", json={})

    assert undone.status_code == 200, undone.text
    assert undone.json()["hidden"] == [{"owner_id": "ann", "count": 1}]
    assert undone.json()["conflicts"]
    assert ada["id"] not in undone.text


@pytest.mark.req("CD6", "CR14")
async def test_a_repeated_merge_is_not_answered_with_what_became_somebody_elses(people: People) -> None:
    eve, zoe = await create(people["cyd"], "Eve"), await create(people["cyd"], "Zoe")
    body = {"survivor_id": eve["id"], "merged_ids": [zoe["id"]]}
    key = {"Idempotency-Key": "m1"}
    first = await people["cyd"].post(MERGES, json=body, headers=key)
    assert (await people["cyd"].post(MERGES, json=body, headers=key)).json() == first.json()
    version = first.json()["contact"]["version"]
    await people["ann"].patch(f"{PATH}/{eve['id']}", json={"owner_id": "ann", "visibility": "team", "version": version})

    hidden_from(await people["cyd"].post(MERGES, json=body, headers=key))


# ---- the review queue -------------------------------------------------------------------------------------------------------


async def queue_of(people: People, **asked: Any) -> dict[str, tuple[int, int]]:
    """By member how many items they see, and how many they are told there are."""
    return {
        name: (
            len(await listed(people[name], REVIEW, **asked)),
            (await people[name].get(f"{REVIEW}/count", params=asked)).json()["count"],
        )
        for name in ("ann", "cyd", "mia")
    }


@pytest.mark.req("CD6", "SR2")
async def test_the_queue_is_for_who_may_view_whom_it_is_about(people: People, deliver: Deliver) -> None:
    """Whenever that changes, by whatever way, for what came before and what comes later."""
    everybody = {"ann": (1, 1), "cyd": (1, 1), "mia": (1, 1)}
    ada = await create(people["ann"], "Ada", emails=["ada@acme.com"], owner_id="ann")
    await deliver(submitted("s1", first_name="Ada", email="ada@acme.com", company="Kestrel"))
    assert await queue_of(people) == everybody

    await people["ann"].patch(f"{PATH}/{ada['id']}", json={"visibility": "team", "version": 1})
    await deliver(submitted("s2", first_name="Ada", email="ada@acme.com", company="Bolts"))
    assert await queue_of(people) == {"ann": (2, 2), "cyd": (0, 0), "mia": (2, 2)}

    [row] = (await people["cyd"].post(REVIEW, json={"ids": ["form:s1"], "decision": "approve"})).json()["items"]
    assert (row["state"], row["error"], row["owner_id"]) == (None, "not-yours", "ann")
    await people["ann"].post(REVIEW, json={"ids": ["form:s1"], "decision": "approve"})
    assert (await people["ann"].get(f"{PATH}/{ada['id']}")).json()["company"] == "Kestrel"
    [row] = (await people["cyd"].post(REVIEW, json={"ids": ["form:s1"], "decision": "approve"})).json()["items"]
    assert (row["state"], row["error"]) == (None, "not-yours")
    assert await queue_of(people, state="approved") == {"ann": (1, 1), "cyd": (0, 0), "mia": (1, 1)}

    version = (await people["ann"].get(f"{PATH}/{ada['id']}")).json()["version"]
    await people["ann"].patch(f"{PATH}/{ada['id']}", json={"visibility": "all", "version": version})
    assert await queue_of(people) == everybody


@pytest.mark.req("CD6", "SR3")
async def test_somebody_new_who_is_a_teams_from_the_beginning_waits_for_them_alone(people: People) -> None:
    body = {"first_name": "Ada", "owner_id": "ann", "visibility": "team", "source": {"type": "form", "id": "f1"}}

    made = await people["mia"].post(PATH, json={**body, "override_reason": "they called"})

    assert made.status_code == 201, made.text
    assert await queue_of(people) == {"ann": (1, 1), "cyd": (0, 0), "mia": (1, 1)}


@pytest.mark.req("CD6", "SR2")
async def test_an_item_that_was_put_into_the_queue_while_the_contact_became_a_teams_is_not_shown(
    people: People, deliver: Deliver, stores: Stores
) -> None:
    await secret(people)
    await deliver(submitted("s1", first_name="Ada", email="ada@acme.com", company="Kestrel"))
    await stores.database.plumbing("reviews").update_many({}, {"$set": {"viewers": None}})

    assert [len(await listed(people[name], REVIEW)) for name in ("ann", "cyd")] == [1, 0]


@pytest.mark.req("CD6", "SR2", "CD12")
async def test_who_came_in_and_was_taken_in_by_a_hidden_contact_is_hidden_too(people: People, deliver: Deliver) -> None:
    ada = await secret(people)
    await deliver(submitted("s1", first_name="Ada", email="ada@other.com"))
    [item] = await listed(people["cyd"], REVIEW)

    verdict = {"ids": [item["id"]], "decision": "approve_as_update", "update_of": ada["id"]}
    [row] = (await people["cyd"].post(REVIEW, json=verdict)).json()["items"]
    assert (row["error"], row["owner_id"]) == ("not-yours", "ann")
    [row] = (await people["ann"].post(REVIEW, json=verdict)).json()["items"]

    assert (row["state"], row["error"]) == ("approved", None)
    assert await queue_of(people, state="approved") == {"ann": (1, 1), "cyd": (0, 0), "mia": (1, 1)}
    [merge] = await listed(people["ann"], MERGES)
    assert (await people["ann"].post(f"{MERGES}/{merge['id']}/undo", json={})).is_success
    assert await queue_of(people) == {"ann": (1, 1), "cyd": (1, 1), "mia": (1, 1)}
