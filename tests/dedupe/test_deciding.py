"""Somebody decides: they are one person, or two, or several; and what was decided can be learned from."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dedupe.domain.retrieval import CROWD
from dedupe.domain.workspace import Thresholds
from dedupe.mongo_store import MongoDedupeStore
from shared.auth import Role
from shared.contracts.dedupe import PairConfirmed, PairDismissed, PairSuspected
from shared.mongo import Database
from tests.support.dedupe_builders import (
    WORKSPACE,
    Deliver,
    Told,
    created,
    deleted,
    gave_back,
    merged_away,
    person,
    restored,
    took_in,
    updated,
)
from tests.support.http import problem
from tests.support.tokens import bearer

ADA = person("Ada Lovelace", "ada@example.org", phone="4155551234", birth_date="1915-12-10")
AGAIN = person("Ada Lovelace", "ada@example.org", phone="4155551234", birth_date="1915-12-10", company="Acme")
GRACE = person("Grace Hopper", "grace@navy.example", phone="2125550000", birth_date="1906-12-09")


async def read(client: httpx.AsyncClient, path: str, **query: Any) -> dict[str, Any]:
    response = await client.get(f"/v1/duplicates{path}", params=query, headers=bearer())
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def say(client: httpx.AsyncClient, path: str, role: Role = Role.MEMBER, **body: Any) -> httpx.Response:
    return await client.post(f"/v1/duplicates{path}", json=body, headers=bearer(role=role, subject="mel"))


async def pairs(client: httpx.AsyncClient, **query: Any) -> dict[tuple[str, ...], dict[str, Any]]:
    return {tuple(pair["contact_ids"]): pair for pair in (await read(client, "/pairs", **query))["items"]}


# ---- one person ---------------------------------------------------------------------------------------------------------------


async def test_who_is_said_to_be_one_person_is_listed_until_the_merge_and_told(
    client: httpx.AsyncClient, deliver: Deliver, told: Told
) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()

    answer = await say(client, f"/pairs/{pair['id']}/confirm", reason="she said so")
    await say(client, f"/pairs/{pair['id']}/confirm")

    assert answer.json()["status"] == "to_merge"
    assert answer.json()["certain"]
    assert answer.json()["decision"] == {"verdict": "one_person", "by": "mel", "reason": "she said so"}
    assert (await pairs(client))["c1", "c2"] == answer.json()
    _, confirmed = await told()
    assert isinstance(confirmed.data, PairConfirmed)
    assert (confirmed.data.decided_by, confirmed.sequence, confirmed.actorid) == ("mel", 2, "mel")


async def test_it_holds_until_an_identifying_field_changes(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()
    await say(client, f"/pairs/{pair['id']}/confirm")

    await deliver(updated("c2", AGAIN, sequence=2, owner_id="bob"))
    untouched = await pairs(client)
    await deliver(updated("c2", person("Ada Lovelace", "ada@example.org", phone="4155559999"), sequence=3))

    assert untouched["c1", "c2"]["status"] == "to_merge"
    assert (await pairs(client, status="to_merge")) == {}


async def test_it_leads_to_the_merge_and_an_undone_merge_counts_more(client: httpx.AsyncClient, deliver: Deliver, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()
    await say(client, f"/pairs/{pair['id']}/confirm")

    await deliver(took_in("c1", ADA, "c2"), merged_away("c2", "c1", AGAIN))
    merged = await pairs(client, status="confirmed")
    await deliver(gave_back("c1", ADA, "c2"), restored("c2", "c1", AGAIN))

    assert list(merged) == [("c1", "c2")]
    assert list(await pairs(client, status="dismissed")) == [("c1", "c2")]
    assert [type(event.data) for event in await told()][1:] == [PairConfirmed, PairConfirmed, PairDismissed]


async def test_who_was_dismissed_can_be_confirmed_and_the_other_way_round(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()

    said = [(await say(client, f"/pairs/{pair['id']}/{word}")).json()["status"] for word in ("dismiss", "confirm", "dismiss")]

    assert said == ["dismissed", "to_merge", "dismissed"]


@pytest.mark.parametrize("word", ["dismiss", "confirm"])
async def test_what_was_said_can_be_taken_back_and_the_score_says_again_what_they_are(
    client: httpx.AsyncClient, deliver: Deliver, told: Told, word: str
) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [before] = (await pairs(client)).values()
    await say(client, f"/pairs/{before['id']}/{word}")

    answer = await say(client, f"/pairs/{before['id']}/reopen", reason="a slip of the finger")
    again = await say(client, f"/pairs/{before['id']}/reopen")

    assert answer.json()["decision"] == {"verdict": "undecided", "by": "mel", "reason": "a slip of the finger"}
    assert {**answer.json(), "version": 1, "decision": None} == before
    assert again.json() == answer.json() == (await pairs(client))["c1", "c2"]
    assert (await read(client, "/clusters"))["items"][0]["contact_ids"] == ["c1", "c2"]
    assert (await read(client, "/decisions"))["items"] == []
    *_, suspected = await told()
    assert isinstance(suspected.data, PairSuspected)
    assert (suspected.sequence, suspected.actorid, suspected.actortype) == (3, "mel", "user")


async def test_what_was_taken_back_stays_so_and_can_be_said_again(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()
    await say(client, f"/pairs/{pair['id']}/dismiss")
    await say(client, f"/pairs/{pair['id']}/reopen")

    await deliver(updated("c2", AGAIN, sequence=2, owner_id="bob"))
    later = await pairs(client)
    again = await say(client, f"/pairs/{pair['id']}/dismiss")

    assert later["c1", "c2"]["status"] == "suspected"
    assert again.json()["status"] == "dismissed"
    assert len((await read(client, "/decisions"))["items"]) == 1


async def test_the_undoing_of_a_merge_can_be_taken_back_and_a_later_one_counts(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()
    await deliver(took_in("c1", ADA, "c2"), merged_away("c2", "c1", AGAIN), gave_back("c1", ADA, "c2"), restored("c2", "c1", AGAIN))

    reopened = await say(client, f"/pairs/{pair['id']}/reopen")
    await deliver(updated("c1", ADA, sequence=4, owner_id="bob"))
    held = await pairs(client)
    await deliver(took_in("c1", ADA, "c2", sequence=5), merged_away("c2", "c1", AGAIN, sequence=4))
    await deliver(gave_back("c1", ADA, "c2", sequence=6), restored("c2", "c1", AGAIN, sequence=5))

    assert reopened.json()["status"] == "suspected"
    assert held["c1", "c2"]["status"] == "suspected"
    assert list(await pairs(client, status="dismissed")) == [("c1", "c2")]


async def test_who_is_less_alike_than_the_rules_ask_for_is_not_suspected_again(
    client: httpx.AsyncClient, deliver: Deliver, store: MongoDedupeStore, told: Told
) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()
    await say(client, f"/pairs/{pair['id']}/confirm")
    await store.set_thresholds(WORKSPACE, Thresholds(certain=1.1, suspected=1.1), 0, "ann")

    answer = await say(client, f"/pairs/{pair['id']}/reopen")

    assert answer.json()["status"] == "withdrawn"
    assert (await read(client, "/clusters"))["items"] == []
    *_, withdrawn = await told()
    assert isinstance(withdrawn.data, PairDismissed)
    assert (withdrawn.data.reason, withdrawn.data.decided_by, withdrawn.actorid) == ("no_longer_alike", None, "mel")


async def test_who_may_not_take_back_and_what_can_not_be(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()
    await say(client, f"/pairs/{pair['id']}/dismiss")

    problem(await say(client, f"/pairs/{pair['id']}/reopen", Role.VIEWER), 403)
    problem(await say(client, "/pairs/nobody/reopen"), 404)
    await deliver(deleted("c2", AGAIN))

    assert problem(await say(client, f"/pairs/{pair['id']}/reopen"), 409)["pair_status"] == "withdrawn"


async def test_a_viewer_does_not_confirm_and_nobody_confirms_who_is_gone(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [pair] = (await pairs(client)).values()

    problem(await say(client, f"/pairs/{pair['id']}/confirm", Role.VIEWER), 403)
    await deliver(deleted("c2", AGAIN))

    assert problem(await say(client, f"/pairs/{pair['id']}/confirm"), 409)["pair_status"] == "withdrawn"
    problem(await say(client, "/pairs/nobody/confirm"), 404)


# ---- several people -----------------------------------------------------------------------------------------------------------


@pytest.mark.req("CD7")
async def test_a_cluster_is_dismissed_as_a_whole(client: httpx.AsyncClient, deliver: Deliver, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA))
    [cluster] = (await read(client, "/clusters"))["items"]

    answer = await say(client, f"/clusters/{cluster['id']}/dismiss", reason="a family")

    assert {(pair["status"], pair["decision"]["reason"]) for pair in answer.json()["pairs"]} == {("dismissed", "a family")}
    assert len(answer.json()["pairs"]) == 3
    assert (await read(client, "/clusters"))["items"] == []
    assert await pairs(client) == {}
    assert len([event for event in await told() if isinstance(event.data, PairDismissed)]) == 3
    problem(await say(client, f"/clusters/{cluster['id']}/dismiss"), 404)


async def test_one_of_a_cluster_is_not_the_others(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA))
    [cluster] = (await read(client, "/clusters"))["items"]

    await say(client, f"/clusters/{cluster['id']}/dismiss", contact_ids=["c3"])

    assert [each["contact_ids"] for each in (await read(client, "/clusters"))["items"]] == [["c1", "c2"]]
    assert list(await pairs(client)) == [("c1", "c2")]


async def test_a_viewer_dismisses_no_cluster(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    [cluster] = (await read(client, "/clusters"))["items"]

    problem(await say(client, f"/clusters/{cluster['id']}/dismiss", Role.VIEWER), 403)


# ---- what can be learned from it ----------------------------------------------------------------------------------------------


async def test_decisions_come_with_what_had_been_found_by_then(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", GRACE), created("c4", GRACE))
    before = await pairs(client)
    await say(client, f"/pairs/{before['c1', 'c2']['id']}/dismiss", reason="twins")
    await deliver(took_in("c3", GRACE, "c4"), merged_away("c4", "c3", GRACE), updated("c2", GRACE))

    decided = {tuple(each["contact_ids"]): each for each in (await read(client, "/decisions"))["items"]}

    assert decided["c1", "c2"]["findings"] == before["c1", "c2"]["reasons"]
    assert decided["c3", "c4"]["findings"] == before["c3", "c4"]["reasons"]
    assert {ids: (each["verdict"], each["by"], each["reason"]) for ids, each in decided.items()} == {
        ("c1", "c2"): ("two_people", "mel", "twins"),
        ("c3", "c4"): ("one_person", None, None),
    }


async def test_pages_of_decisions_cover_all_of_them_once(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*[created(f"c{number}", ADA) for number in range(4)])
    [cluster] = (await read(client, "/clusters"))["items"]
    await say(client, f"/clusters/{cluster['id']}/dismiss")
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 4}
    while True:
        answer = await read(client, "/decisions", **query)
        seen += [each["pair_id"] for each in answer["items"]]
        if answer["next_cursor"] is None:
            break
        query["cursor"] = answer["next_cursor"]

    assert len(seen) == len(set(seen)) == 6


# ---- matches of somebody saved, and many at once ------------------------------------------------------------------------------


@pytest.mark.req("CD2")
async def test_matches_of_a_contact_say_what_was_decided_of_each(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA), created("c4", GRACE))
    pair = (await pairs(client))["c1", "c2"]
    await say(client, f"/pairs/{pair['id']}/dismiss", reason="twins")

    answer = await read(client, "/contacts/c1/matches")

    found = {match["contact_id"]: match for match in answer["matches"]}
    assert answer["contact_id"] == "c1"
    assert found.keys() == {"c2", "c3"}
    assert (found["c2"]["pair_id"], found["c2"]["status"]) == (pair["id"], "dismissed")
    assert found["c2"]["decision"] == {"verdict": "two_people", "by": "mel", "reason": "twins"}
    assert (found["c3"]["status"], found["c3"]["decision"], found["c3"]["contact"]["name"]) == ("suspected", None, "Ada Lovelace")


@pytest.mark.req("CD11")
async def test_matches_of_an_old_id_are_those_of_its_survivor(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN), created("c3", ADA))
    await deliver(took_in("c1", ADA, "c2"), merged_away("c2", "c1", AGAIN))

    answer = await read(client, "/contacts/c2/matches")

    assert (answer["contact_id"], [match["contact_id"] for match in answer["matches"]]) == ("c1", ["c3"])


async def test_who_is_gone_or_unknown_has_no_matches(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA, workspace="globex"), deleted("c2", ADA))

    for contact_id in ("c1", "c2"):
        problem(await client.get(f"/v1/duplicates/contacts/{contact_id}/matches", headers=bearer()), 404)


@pytest.mark.req("CD2")
async def test_several_are_checked_in_order_as_each_would_be(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", GRACE))
    candidates: list[dict[str, Any]] = [
        {"emails": ["ada@example.org"]},
        {"first_name": "Nobody"},
        {"contact_id": "c2", "emails": ["grace@navy.example"]},
    ]

    several = await say(client, "/checks", Role.VIEWER, candidates=candidates * 10)

    one_by_one = [(await say(client, "/check", Role.VIEWER, **candidate)).json() for candidate in candidates]
    assert several.json()["answers"] == one_by_one * 10
    assert [[match["contact_id"] for match in answer["matches"]] for answer in one_by_one] == [["c1"], [], []]


@pytest.mark.parametrize(("candidates", "field"), [([], "candidates"), ([{"first_name": "A"}] * 101, "candidates"), ([{}], "candidates.0")])
async def test_how_many_may_be_checked_at_once(candidates: list[dict[str, Any]], field: str, client: httpx.AsyncClient) -> None:
    refused = problem(await say(client, "/checks", candidates=candidates), 422)

    assert [error["field"] for error in refused["errors"]] == [field]


async def test_what_was_not_looked_at_is_said(client: httpx.AsyncClient, deliver: Deliver, database: Database) -> None:
    await deliver(*[created(f"c{number:03}", person("Ada Lovelace")) for number in range(CROWD + 1)])

    answer = (await say(client, "/check", first_name="Ada", last_name="Lovelace")).json()

    assert "name" in answer["capped"]["crowded"]
    assert answer["capped"]["not_compared"] >= 0
