"""Merging over HTTP: previewed, done, found by old ids, undone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from contacts.api.merging import merge_made
from contacts.api.requests import now
from contacts.app import Stores
from contacts.domain.merging import MergeWish
from contacts.store import Changing
from shared.auth import Role
from shared.contracts.contacts import ContactMerged, ContactUnmerged, ContactUpdated
from shared.contracts.envelope import Event
from tests.support.contacts_builders import WORKSPACE, account_created, account_renamed, bounced, cause, create
from tests.support.http import http_client, problem
from tests.support.tokens import bearer

Published = Callable[[], Awaitable[list[Event]]]
Deliver = Callable[..., Awaitable[None]]
PATH = "/v1/contacts"
MERGES = f"{PATH}/merges"
VOLATILE = {"version", "updated_at"}


async def merge(client: httpx.AsyncClient, survivor: dict[str, Any], *others: dict[str, Any], **more: Any) -> dict[str, Any]:
    body = {"survivor_id": survivor["id"], "merged_ids": [other["id"] for other in others], **more}
    answer = await client.post(MERGES, json=body)
    assert answer.status_code == 201, answer.text
    done: dict[str, Any] = answer.json()
    return done


async def undo(client: httpx.AsyncClient, done: dict[str, Any], **body: Any) -> dict[str, Any]:
    answer = await client.post(f"{MERGES}/{done['id']}/undo", json=body)
    assert answer.status_code == 200, answer.text
    undone: dict[str, Any] = answer.json()
    return undone


async def read(client: httpx.AsyncClient, contact: dict[str, Any]) -> dict[str, Any]:
    answer = await client.get(f"{PATH}/{contact['id']}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def patch(client: httpx.AsyncClient, contact: dict[str, Any], **fields: Any) -> dict[str, Any]:
    version = (await read(client, contact))["version"]
    answer = await client.patch(f"{PATH}/{contact['id']}", json={**fields, "version": version})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def lasting(contact: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in contact.items() if name not in VOLATILE}


def addresses(contact: dict[str, Any]) -> list[str]:
    return [email["normalised"] for email in contact["emails"]]


@pytest.mark.req("CD12", "CD16")
async def test_three_become_one_with_a_choice_per_field(client: httpx.AsyncClient, published: Published) -> None:
    ada = await create(client, "Ada", last_name="King", emails=["ada@acme.com"], tags=["math"])
    eve = await create(client, "Eve", company="Acme", emails=["eve@acme.com"], phones=["(415) 555-1234"])
    zoe = await create(client, "Zoe", last_name="Byron", emails=["zoe@acme.com"], custom={"seat": "A1"})

    answer = await client.post(
        MERGES,
        json={
            "survivor_id": ada["id"],
            "merged_ids": [eve["id"], zoe["id"]],
            "choices": {"last_name": zoe["id"]},
            "versions": {ada["id"]: 1, zoe["id"]: 1},
            "reason": "the same badge",
        },
    )

    assert answer.status_code == 201, answer.text
    done = answer.json()
    one = done["contact"]
    assert (one["first_name"], one["last_name"], one["company"], one["custom"]) == ("Ada", "Byron", "Acme", {"seat": "A1"})
    assert (addresses(one), one["tags"], len(one["phones"])) == (["ada@acme.com", "eve@acme.com", "zoe@acme.com"], ["math"], 1)
    assert one["merged_ids"] == [eve["id"], zoe["id"]]
    assert (done["by"], done["reason"], done["choices"], done["undone_at"]) == ("ann", "the same badge", {"last_name": zoe["id"]}, None)
    assert answer.headers["location"] == f"{MERGES}/{done['id']}"
    assert answer.headers["etag"] == f'"{one["version"]}"'
    assert await read(client, ada) == one
    told = await published()
    [merged] = [event.data for event in told if isinstance(event.data, ContactMerged)]
    assert (merged.merge_id, merged.survivor_id, merged.merged_ids) == (done["id"], ada["id"], (eve["id"], zoe["id"]))
    assert (merged.field_choices["last_name"], merged.origin, merged.reason) == (zoe["id"], "merge", "the same badge")
    gone = {event.subject: event.data.contact.merged_into for event in told if isinstance(event.data, ContactUpdated)}
    assert gone == {eve["id"]: ada["id"], zoe["id"]: ada["id"]}
    for contact_id in (ada["id"], eve["id"], zoe["id"]):
        sequences = [event.sequence for event in told if event.subject == contact_id]
        assert sequences == list(range(1, len(sequences) + 1))


@pytest.mark.req("CD13")
async def test_a_preview_is_the_very_result_and_writes_nothing(client: httpx.AsyncClient, published: Published, stores: Stores) -> None:
    ada = await create(client, "Ada", emails=["ada@acme.com"], company="Acme")
    eve = await create(client, "Eve", emails=["eve@acme.com"], custom={"seat": "A1"})
    body = {"survivor_id": ada["id"], "merged_ids": [eve["id"]], "choices": {"first_name": eve["id"]}}
    before = await published()

    preview = (await client.post(f"{MERGES}/preview", json=body)).json()

    assert (await read(client, ada), await read(client, eve), await published()) == (ada, eve, before)
    assert (await client.get(MERGES)).json()["items"] == []
    rows = {row["field"]: row for row in preview["fields"]}
    assert rows["first_name"] == {
        "field": "first_name",
        "values": {ada["id"]: "Ada", eve["id"]: "Eve"},
        "kept": eve["id"],
        "differs": True,
        "united": False,
    }
    assert (rows["emails"]["united"], rows["emails"]["kept"]) == (True, None)
    assert (rows["company"]["kept"], rows["custom.seat"]["kept"]) == (ada["id"], eve["id"])
    done = await merge(client, ada, eve, choices=body["choices"])
    assert {**preview["contact"], "updated_at": ""} == {**done["contact"], "updated_at": ""}


@pytest.mark.req("CD12")
@pytest.mark.parametrize("path", [MERGES, f"{MERGES}/preview"])
async def test_what_can_not_be_merged_is_refused_naming_the_field(client: httpx.AsyncClient, path: str) -> None:
    ada, eve = await create(client), await create(client, custom={"seat": "A1"})
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"survivor_id": "nobody"}, "survivor_id"),
        ({"merged_ids": [eve["id"], "nobody"]}, "merged_ids.1"),
        ({"merged_ids": [eve["id"], eve["id"]]}, "merged_ids.1"),
        ({"merged_ids": [ada["id"]]}, "merged_ids.0"),
        ({"merged_ids": []}, "merged_ids"),
        ({"merged_ids": [str(number) for number in range(51)]}, "merged_ids"),
        ({"choices": {"surname": eve["id"]}}, "choices.surname"),
        ({"choices": {"custom.size": eve["id"]}}, "choices.custom.size"),
        ({"choices": {"last_name": "nobody"}}, "choices.last_name"),
        ({"keep": "all"}, "keep"),
    ]
    for change, field in wrong:
        refused = problem(await client.post(path, json={"survivor_id": ada["id"], "merged_ids": [eve["id"]], **change}), 422)
        assert field in [error["field"] for error in refused["errors"]], change
    assert (await read(client, ada), await read(client, eve)) == (ada, eve)


@pytest.mark.req("CD12")
async def test_somebody_deleted_or_merged_away_is_not_merged(client: httpx.AsyncClient) -> None:
    ada, eve, zoe = [await create(client) for _ in range(3)]
    await client.delete(f"{PATH}/{zoe['id']}")
    body = {"survivor_id": ada["id"], "merged_ids": [zoe["id"]]}

    refused = problem(await client.post(MERGES, json=body), 409)
    assert (refused["type"], refused["contact_id"]) == ("urn:problem:deleted", zoe["id"])
    await client.post(f"{PATH}/{zoe['id']}/restore")
    await merge(client, ada, eve)
    for survivor, other in ((ada, eve), (eve, zoe)):
        refused = problem(await client.post(MERGES, json={"survivor_id": survivor["id"], "merged_ids": [other["id"]]}), 409)
        assert (refused["type"], refused["contact_id"], refused["survivor_id"]) == ("urn:problem:merged", eve["id"], ada["id"])


@pytest.mark.req("CD12")
async def test_who_read_another_version_of_any_of_them_is_told_what_is_there_now(client: httpx.AsyncClient) -> None:
    ada, eve = await create(client), await create(client)
    eve = await patch(client, eve, company="Acme")
    body = {"survivor_id": ada["id"], "merged_ids": [eve["id"]]}

    assert problem(await client.post(MERGES, json={**body, "versions": {eve["id"]: 1}}), 409)["current"] == eve
    refused = problem(await client.post(MERGES, json={**body, "versions": {"x": 1}}), 422)
    assert [error["field"] for error in refused["errors"]] == ["versions.x"]


@pytest.mark.req("CD11", "DP10")
async def test_an_old_id_leads_to_the_survivor_on_every_way_to_a_contact(client: httpx.AsyncClient) -> None:
    ada, eve = await create(client, emails=["ada@acme.com"]), await create(client, emails=["eve@acme.com"])
    one = (await merge(client, ada, eve))["contact"]
    old, new = f"{PATH}/{eve['id']}", f"{PATH}/{ada['id']}"

    for method, rest, body in (
        ("GET", "", None),
        ("GET", "/history?limit=2", None),
        ("PATCH", "", {"company": "x", "version": 1}),
        ("DELETE", "", None),
        ("POST", "/restore", None),
        ("POST", "/split", {"emails": ["eve@acme.com"]}),
    ):
        answer = await client.request(method, old + rest, json=body)
        moved = problem(answer, 307)
        assert (moved["type"], moved["survivor_id"]) == ("urn:problem:merged", ada["id"])
        assert answer.headers["location"] == new + rest
    assert await read(client, ada) == one
    followed = await client.get(old, follow_redirects=True)
    assert followed.json() == one


@pytest.mark.req("CD11")
async def test_an_old_id_of_any_depth_leads_to_whoever_it_is_now(client: httpx.AsyncClient) -> None:
    people = [await create(client, emails=[f"p{number}@acme.com"]) for number in range(5)]
    *others, last = people
    for other, survivor in zip(others, people[1:], strict=True):
        await merge(client, survivor, other)

    for other in others:
        answer = await client.get(f"{PATH}/{other['id']}")
        assert (answer.status_code, answer.headers["location"]) == (307, f"{PATH}/{last['id']}")
    one = await read(client, last)
    assert set(one["merged_ids"]) == {other["id"] for other in others}
    assert len(one["emails"]) == 5


@pytest.mark.req("CD11")
async def test_who_was_merged_away_is_in_no_list_and_owns_no_address(client: httpx.AsyncClient) -> None:
    ada, eve = await create(client, "Ada", last_name="King"), await create(client, "Eve", last_name="King", emails=["eve@acme.com"])
    await merge(client, ada, eve)

    for params in ({}, {"deleted": True}, {"q": "eve@acme.com"}, {"q": "King", "sort": "name"}):
        listed = (await client.get(PATH, params=params)).json()["items"]
        assert [contact["id"] for contact in listed] == ([] if "deleted" in params else [ada["id"]])
    taken = problem(await client.post(PATH, json={"first_name": "X", "emails": ["eve@acme.com"]}), 409)
    assert [match["contact_id"] for match in taken["matches"]] == [ada["id"]]
    await patch(client, ada, emails=[])
    await create(client, emails=["eve@acme.com"])


@pytest.mark.req("CD11")
async def test_the_history_of_the_survivor_is_everybodys_page_by_page(client: httpx.AsyncClient) -> None:
    ada, eve, zoe = [await create(client, name) for name in ("Ada", "Eve", "Zoe")]
    for contact in (ada, eve, zoe, eve, ada):
        await patch(client, contact, company=f"c{(await read(client, contact))['version']}")
    await merge(client, eve, zoe)
    await merge(client, ada, eve)
    await patch(client, ada, company="last")

    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    pages = 0
    while True:
        page = (await client.get(f"{PATH}/{ada['id']}/history", params={"limit": 2, **cursor})).json()
        rows, pages = rows + page["items"], pages + 1
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}

    told = list(dict.fromkeys((row["contact_id"], row["version"]) for row in rows))
    assert {(contact_id, version) for contact_id, version in told} == {
        *((ada["id"], version) for version in range(1, 6)),
        *((eve["id"], version) for version in range(1, 6)),
        *((zoe["id"], version) for version in range(1, 4)),
    }
    assert (len(told), pages) == (13, 7)
    assert [row["time"] for row in rows] == sorted((row["time"] for row in rows), reverse=True)
    assert told[0] == (ada["id"], 5)
    whole = (await client.get(f"{PATH}/{ada['id']}/history")).json()
    assert (whole["items"], whole["next_cursor"]) == (rows, None)
    assert {row["source"] for row in rows if row["field"] == "merged_into"} == {"merge"}


@pytest.mark.req("CD14")
async def test_an_undo_gives_everybody_back_as_they_were(client: httpx.AsyncClient, published: Published) -> None:
    ada = await create(client, "Ada", last_name="King", emails=["ada@acme.com"], tags=["math"], status="working")
    eve = await create(client, "Eve", emails=["eve@acme.com"], tags=["vip"], custom={"seat": "A1"}, status="customer")
    done = await merge(client, ada, eve, choices={"status": eve["id"], "first_name": eve["id"], "emails": eve["id"]})

    undone = await undo(client, done, reason="two badges")

    assert (undone["conflicts"], undone["undone_by"], undone["id"]) == ([], "ann", done["id"])
    assert undone["undone_at"]
    assert (lasting(undone["contact"]), [lasting(contact) for contact in undone["restored"]]) == (lasting(ada), [lasting(eve)])
    assert [await read(client, ada), await read(client, eve)] == [undone["contact"], *undone["restored"]]
    assert (await client.get(f"{MERGES}/{done['id']}")).json()["undone_at"] == undone["undone_at"]
    assert {contact["id"] for contact in (await client.get(PATH)).json()["items"]} == {ada["id"], eve["id"]}
    problem(await client.post(PATH, json={"first_name": "X", "emails": ["eve@acme.com"]}), 409)
    told = await published()
    [unmerged] = [event.data for event in told if isinstance(event.data, ContactUnmerged)]
    assert (unmerged.merge_id, unmerged.restored_ids, unmerged.reason) == (done["id"], (eve["id"],), "two badges")
    assert [event.data.contact.merged_into for event in told if isinstance(event.data, ContactUpdated)] == [ada["id"], None]
    rows = (await client.get(f"{PATH}/{ada['id']}/history")).json()["items"]
    assert {row["contact_id"] for row in rows} == {ada["id"]}


@pytest.mark.req("CD14")
async def test_what_was_edited_since_stays_and_is_reported(client: httpx.AsyncClient) -> None:
    ada, eve = await create(client, "Ada", tags=["math"]), await create(client, "Eve", last_name="King", tags=["vip"])
    done = await merge(client, ada, eve)
    await patch(client, ada, last_name="Byron", company="Acme", tags=["math", "vip", "new"])

    undone = await undo(client, done)

    assert (undone["contact"]["last_name"], undone["contact"]["company"], undone["contact"]["tags"]) == ("Byron", "Acme", ["math", "new"])
    assert undone["conflicts"] == [
        {"contact_id": ada["id"], "field": "last_name", "before": None, "merged": "King", "now": "Byron", "taken_by": None}
    ]
    assert lasting(undone["restored"][0]) == lasting(eve)


@pytest.mark.req("CD14")
async def test_an_address_somebody_else_has_by_now_is_reported_and_stays_theirs(client: httpx.AsyncClient) -> None:
    ada, eve = await create(client), await create(client, emails=["eve@acme.com"])
    done = await merge(client, ada, eve)
    await patch(client, ada, emails=[])
    heir = await create(client, emails=["eve@acme.com"])

    undone = await undo(client, done)

    [conflict] = undone["conflicts"]
    assert (conflict["contact_id"], conflict["field"], conflict["taken_by"]) == (eve["id"], "emails", heir["id"])
    assert [(email["normalised"], email["shared"]) for email in (await read(client, eve))["emails"]] == [("eve@acme.com", True)]
    taken = problem(await client.post(PATH, json={"first_name": "X", "emails": ["eve@acme.com"]}), 409)
    assert [match["contact_id"] for match in taken["matches"]] == [heir["id"]]


@pytest.mark.req("CD14")
async def test_a_bounce_and_a_new_name_meanwhile_are_known_of_who_is_restored(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(account_created("a1", "Acme"))
    ada = await create(client, emails=["ada@acme.com"])
    eve = await create(client, emails=["eve@acme.com"], accounts=[{"account_id": "a1"}])
    done = await merge(client, ada, eve)
    await deliver(bounced("eve@acme.com"), account_renamed("a1", "Acme AG"))

    undone = await undo(client, done)

    [restored] = undone["restored"]
    assert (restored["emails"][0]["state"], restored["accounts"][0]["name"]) == ("invalid", "Acme AG")
    assert (lasting(undone["contact"]), undone["conflicts"]) == (lasting(ada), [])


@pytest.mark.req("CD14")
async def test_a_merge_is_undone_once(client: httpx.AsyncClient) -> None:
    ada, eve = await create(client), await create(client, emails=["eve@acme.com"])
    done = await merge(client, ada, eve)
    first = await undo(client, done)

    refused = problem(await client.post(f"{MERGES}/{done['id']}/undo"), 409)

    assert (refused["type"], refused["undone_at"]) == ("urn:problem:already-undone", first["undone_at"])
    again = await merge(client, ada, eve)
    assert lasting((await undo(client, again))["contact"]) == lasting(ada)


@pytest.mark.req("CD14")
async def test_after_thirty_days_it_stays_merged(client: httpx.AsyncClient, stores: Stores) -> None:
    ada, eve = await create(client), await create(client)
    long_ago = replace(cause(), at=now() - timedelta(days=30, minutes=1))

    async def work(change: Changing) -> None:
        await merge_made(change, MergeWish(survivor_id=ada["id"], merged_ids=(eve["id"],), choices={}), long_ago, "m1")

    await stores.contacts.transact(WORKSPACE, work)

    assert problem(await client.post(f"{MERGES}/m1/undo"), 410)["type"] == "urn:problem:undo-expired"
    assert (await client.get(f"{PATH}/{eve['id']}")).status_code == 307


@pytest.mark.req("CD14")
async def test_a_survivor_that_was_merged_away_since_is_given_back_first(client: httpx.AsyncClient) -> None:
    ada, eve, zoe = [await create(client, name, emails=[f"{name}@acme.com"]) for name in ("ada", "eve", "zoe")]
    first = await merge(client, eve, zoe)
    second = await merge(client, ada, eve)

    refused = problem(await client.post(f"{MERGES}/{first['id']}/undo"), 409)

    assert (refused["type"], refused["survivor_id"], refused["merge_id"]) == ("urn:problem:survivor-merged", ada["id"], second["id"])
    await undo(client, second)
    assert (await client.get(f"{PATH}/{zoe['id']}")).headers["location"] == f"{PATH}/{eve['id']}"
    await undo(client, first)
    assert [lasting(await read(client, contact)) for contact in (ada, eve, zoe)] == [lasting(contact) for contact in (ada, eve, zoe)]


@pytest.mark.req("CD14")
async def test_of_two_merges_into_one_the_first_can_be_undone_alone(client: httpx.AsyncClient) -> None:
    ada = await create(client, "Ada")
    eve = await create(client, "Eve", last_name="King", phones=["(415) 555-1234"], emails=["eve@acme.com"])
    zoe = await create(client, "Zoe", last_name="Byron", phones=["(415) 555-1234"], emails=["zoe@acme.com"])
    first, second = await merge(client, ada, eve), await merge(client, ada, zoe)

    rest = (await undo(client, first))["contact"]

    assert (rest["last_name"], len(rest["phones"]), addresses(rest), rest["merged_ids"]) == ("Byron", 1, ["zoe@acme.com"], [zoe["id"]])
    assert lasting((await undo(client, second))["contact"]) == lasting(ada)


@pytest.mark.req("CD14")
async def test_merges_are_listed_by_who_took_part(client: httpx.AsyncClient) -> None:
    ada, eve, zoe, ben = [await create(client) for _ in range(4)]
    done = [await merge(client, ada, eve), await merge(client, ada, zoe), await merge(client, ben, ada)]

    async def listed(**params: Any) -> list[str]:
        found = []
        while True:
            page = (await client.get(MERGES, params={"limit": 1, **params})).json()
            found += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                return found
            params["cursor"] = page["next_cursor"]

    newest = [item["id"] for item in reversed(done)]
    assert set(await listed()) == set(newest)
    assert set(await listed(contact_id=ada["id"])) == set(newest)
    assert await listed(contact_id=eve["id"]) == [done[0]["id"]]
    assert await listed(contact_id="nobody") == []
    first = (await client.get(f"{MERGES}/{done[0]['id']}")).json()
    assert (first["merged_ids"], first["contact"]["id"], first["contact"]["merged_into"]) == ([eve["id"]], ada["id"], ben["id"])
    problem(await client.get(f"{MERGES}/nothing"), 404)
    problem(await client.post(f"{MERGES}/nothing/undo"), 404)


async def test_a_merge_says_what_those_are_called_who_took_part(client: httpx.AsyncClient) -> None:
    ada, eve = [await create(client, name, last_name="Byron") for name in ("Ada", "Eve")]
    done = await merge(client, ada, eve)

    names = {ada["id"]: "Ada Byron", eve["id"]: "Eve Byron"}
    assert done["names"] == names
    assert (await client.get(f"{MERGES}/{done['id']}")).json()["names"] == names
    assert (await client.get(MERGES, params={"contact_id": eve["id"]})).json()["names"] == names


async def test_a_repeated_key_is_answered_with_the_first_merge(client: httpx.AsyncClient) -> None:
    ada, eve, zoe = [await create(client) for _ in range(3)]
    body, key = {"survivor_id": ada["id"], "merged_ids": [eve["id"]]}, {"Idempotency-Key": "k1"}

    first = await client.post(MERGES, json=body, headers=key)
    again = await client.post(MERGES, json=body, headers=key)
    other = await client.post(MERGES, json={**body, "merged_ids": [zoe["id"]]}, headers=key)

    assert (again.status_code, again.json(), again.headers["idempotency-replayed"]) == (201, first.json(), "true")
    assert "idempotency-replayed" not in first.headers
    assert problem(other, 422)["type"] == "urn:problem:idempotency-key-reused"


async def test_a_merge_is_a_members_to_make_and_of_their_own_workspace(client: httpx.AsyncClient, service: Any) -> None:
    ada, eve = await create(client), await create(client)
    body = {"survivor_id": ada["id"], "merged_ids": [eve["id"]]}
    done = await merge(client, ada, eve)

    async with http_client(service, bearer(WORKSPACE, Role.VIEWER)) as viewer:
        problem(await viewer.post(MERGES, json=body), 403)
        problem(await viewer.post(f"{MERGES}/{done['id']}/undo"), 403)
        assert len((await viewer.get(MERGES)).json()["items"]) == 1
    async with http_client(service, bearer("other")) as stranger:
        problem(await stranger.post(MERGES, json=body), 422)
        problem(await stranger.post(f"{MERGES}/{done['id']}/undo"), 404)
        problem(await stranger.get(f"{PATH}/{eve['id']}"), 404)
        assert (await stranger.get(MERGES)).json()["items"] == []


@pytest.mark.req("CD14")
async def test_an_undo_of_a_deleted_survivor_gives_back_the_other(client: httpx.AsyncClient) -> None:
    ada, eve = await create(client, emails=["ada@acme.com"]), await create(client, emails=["eve@acme.com"])
    done = await merge(client, ada, eve)
    await client.delete(f"{PATH}/{eve['id']}", follow_redirects=True)

    undone = await undo(client, done)

    assert undone["contact"]["deleted_at"]
    assert lasting(await read(client, eve)) == lasting(eve)
    back = (await client.post(f"{PATH}/{ada['id']}/restore")).json()
    assert lasting(back) == lasting(ada)
