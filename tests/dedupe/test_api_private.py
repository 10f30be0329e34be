"""Contacts that are their team's: whoever may not view one learns that it is there and whom to ask, and nothing else (decision 14)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from dedupe.domain.look_alikes import MOST_SHOWN
from dedupe.domain.pairs import pair_id
from shared.auth import Role
from shared.contracts.contacts import Source
from shared.contracts.envelope import Event
from shared.mongo import Database
from tests.support.dedupe_builders import (
    WORKSPACE,
    Deliver,
    Told,
    created,
    deleted,
    erased,
    event,
    merged_away,
    person,
    took_in,
    updated,
)
from tests.support.http import problem
from tests.support.tokens import bearer

pytestmark = pytest.mark.req("CD6")

ADA = person("Ada Lovelace", "ada@example.org", phone="4155551234", birth_date="1915-12-10")
SECRET = person(
    "Ada Lovelace-Byron",
    "ada@example.org",
    "augusta@secret.example",
    phone="4155551234",
    birth_date="1915-12-10",
    company="Secret Holding",
)
PRIVATE: dict[str, Any] = {"visibility": "team", "owner_id": "bob", "assignees": ("cleo",), "source": Source(type="import", id="board/1")}
HERS = ("secret-1", "Byron", "byron", "augusta@secret.example", "Secret Holding", "board")
"""What is personal of the hidden one, her id, and where she came from; no test asks by a word of it."""

OUTSIDE = bearer(subject="mel")
INSIDE = [bearer(subject="bob"), bearer(subject="cleo"), bearer(role=Role.VIEWER, subject="cleo")]
ALL = [bearer(role=Role.MANAGER, subject="mona"), bearer(role=Role.ADMIN, subject="adam"), bearer(role=Role.SERVICE, subject="import")]
MAY_VIEW = pytest.mark.parametrize(
    "headers", [*INSIDE, *ALL], ids=["owner", "assignee", "a viewer among the assignees", "manager", "admin", "program"]
)
BOBS = [{"owner_id": "bob", "count": 1}]


def secret(contact_id: str = "secret-1", **fields: Any) -> Event:
    return created(contact_id, SECRET, **{**PRIVATE, **fields})


async def answered(client: httpx.AsyncClient, path: str, headers: dict[str, str] = OUTSIDE, **query: Any) -> dict[str, Any]:
    return of(await client.get(f"/v1/duplicates{path}", params=query, headers=headers))


async def posted(client: httpx.AsyncClient, path: str, headers: dict[str, str] = OUTSIDE, **body: Any) -> dict[str, Any]:
    return of(await client.post(f"/v1/duplicates{path}", json=body, headers=headers))


def of(response: httpx.Response) -> dict[str, Any]:
    """The answer; to somebody outside it has nothing of her in it, wherever one might look."""
    assert response.status_code == 200, response.text
    if response.request.headers["Authorization"] == OUTSIDE["Authorization"]:
        assert [word for word in HERS if word in response.text] == []
    answer: dict[str, Any] = response.json()
    return answer


def not_yours(response: httpx.Response, owner_id: str | None = "bob") -> None:
    refused = problem(response, 403)
    assert (refused["type"], refused["owner_id"]) == ("urn:problem:not-yours", owner_id)
    assert [word for word in HERS if word in response.text] == []


# ---- the check ----------------------------------------------------------------------------------------------------------------


async def test_a_check_counts_whom_one_may_not_view_and_names_the_owner(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(secret())

    answer = await posted(client, "/check", emails=["ada@example.org"])

    assert (answer["matches"], answer["hidden"], answer["advice"]) == ([], BOBS, "review")


@MAY_VIEW
async def test_whoever_may_view_her_gets_her_as_a_match(client: httpx.AsyncClient, deliver: Deliver, headers: dict[str, str]) -> None:
    await deliver(secret())

    answer = await posted(client, "/check", headers, emails=["ada@example.org"])

    assert ([match["contact_id"] for match in answer["matches"]], answer["hidden"]) == (["secret-1"], [])


async def test_hidden_ones_are_counted_by_owner_beside_those_that_are_shown(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), secret(), secret("secret-12"), secret("secret-13", owner_id=None, assignees=("cleo",)))

    answer = await posted(client, "/check", emails=["ada@example.org"])

    assert [match["contact_id"] for match in answer["matches"]] == ["c1"]
    assert answer["hidden"] == [{"owner_id": None, "count": 1}, {"owner_id": "bob", "count": 2}]
    assert answer["advice"] == "review", "it may be one of those she has to ask about"


async def test_who_is_hidden_takes_nobodys_place(client: httpx.AsyncClient, deliver: Deliver) -> None:
    known = [created(f"c{number:02}", person("Ada", phone="4155551234")) for number in range(MOST_SHOWN + 1)]
    await deliver(*[secret(f"secret-1{number:02}") for number in range(MOST_SHOWN + 1)], *known)

    answer = await posted(client, "/check", emails=["ada@example.org"], phones=["4155551234"])

    assert len(answer["matches"]) == MOST_SHOWN
    assert answer["hidden"] == [{"owner_id": "bob", "count": MOST_SHOWN + 1}]


async def test_a_check_of_many_says_it_of_each(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(secret(), created("c1", person("Grace Hopper", "grace@navy.example")))
    candidates = [{"emails": ["grace@navy.example"]}, {"emails": ["ada@example.org"]}]

    answers = (await posted(client, "/checks", candidates=candidates))["answers"]

    assert [(len(answer["matches"]), answer["hidden"]) for answer in answers] == [(1, []), (0, BOBS)]


async def test_whether_an_id_is_hers_can_not_be_found_out_by_a_check(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(secret())

    assert (await posted(client, "/check", contact_id="secret-1", emails=["ada@example.org"]))["hidden"] == BOBS


async def test_a_word_nobody_knows_keeps_out_as_well(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(secret(visibility="board"))

    assert (await posted(client, "/check", emails=["ada@example.org"]))["hidden"] == BOBS


async def test_a_contact_from_before_this_was_said_is_everybodys(client: httpx.AsyncClient, deliver: Deliver, database: Database) -> None:
    await deliver(created("c1", ADA), created("c2", ADA))
    await database.plumbing("contacts").update_many({}, {"$unset": {"card.visibility": "", "card.team": ""}})
    await database.plumbing("clusters").update_many({}, {"$unset": {"shown_to": "", "origins": ""}})

    assert len((await posted(client, "/check", emails=["ada@example.org"]))["matches"]) == 2
    assert [each["contact_ids"] for each in (await answered(client, "/clusters"))["items"]] == [["c1", "c2"]]
    assert (await answered(client, "/clusters/count"))["count"] == 1


# ---- by its id ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/contacts/secret-1/matches", "/pairs?contact_id=secret-1", "/pairs?contact_id=secret-1&status=merged"])
async def test_by_id_it_is_not_yours(client: httpx.AsyncClient, deliver: Deliver, path: str) -> None:
    await deliver(created("c1", ADA), secret())

    not_yours(await client.get(f"/v1/duplicates{path}", headers=OUTSIDE))
    for headers in (*INSIDE, *ALL):
        assert (await client.get(f"/v1/duplicates{path}", headers=headers)).status_code == 200


async def test_an_id_that_was_merged_into_it_is_not_yours_either(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", ADA))
    after = took_in("c1", ADA, "c2").data
    await deliver(merged_away("c2", "c1", ADA), event(_private(after), "c1", sequence=2))

    not_yours(await client.get("/v1/duplicates/contacts/c2/matches", headers=OUTSIDE))
    not_yours(await client.get("/v1/duplicates/pairs?contact_id=c2", headers=OUTSIDE))


async def test_one_that_is_deleted_is_still_its_teams(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), secret())
    gone = deleted("secret-1", SECRET).data
    await deliver(event(_private(gone), "secret-1", sequence=2))

    withdrawn = await answered(client, "/pairs", status="withdrawn")

    assert (withdrawn["items"], withdrawn["hidden"]) == ([], BOBS)
    not_yours(await client.get("/v1/duplicates/contacts/secret-1/matches", headers=OUTSIDE))
    problem(await client.get("/v1/duplicates/contacts/secret-1/matches", headers=INSIDE[0]), 404)


# ---- matches and pairs --------------------------------------------------------------------------------------------------------


async def test_beside_a_contact_they_are_counted(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), secret())

    matches, pairs = await answered(client, "/contacts/c1/matches"), await answered(client, "/pairs", contact_id="c1")

    assert ([match["contact_id"] for match in matches["matches"]], matches["hidden"]) == (["c2"], BOBS)
    assert ([pair["contact_ids"] for pair in pairs["items"]], pairs["hidden"]) == ([["c1", "c2"]], BOBS)


@MAY_VIEW
async def test_whoever_may_view_her_gets_her_beside_a_contact(client: httpx.AsyncClient, deliver: Deliver, headers: dict[str, str]) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), secret())

    matches, pairs = await answered(client, "/contacts/c1/matches", headers), await answered(client, "/pairs", headers, contact_id="c1")

    assert ({match["contact_id"] for match in matches["matches"]}, matches["hidden"]) == ({"c2", "secret-1"}, [])
    assert ({tuple(pair["contact_ids"]) for pair in pairs["items"]}, pairs["hidden"]) == ({("c1", "c2"), ("c1", "secret-1")}, [])


async def test_of_two_who_are_both_hidden_a_list_says_nothing(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(secret(), secret("secret-12"))

    assert await answered(client, "/pairs") == {"items": [], "hidden": [], "next_cursor": None}


async def test_pages_go_on_behind_hidden_ones(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*[created(f"c{number}", ADA) for number in range(4)], *[secret(f"secret-1{number}") for number in range(3)])
    seen: list[str] = []
    hidden = 0
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = await answered(client, "/pairs", **query)
        seen += [pair["id"] for pair in page["items"]]
        hidden += sum(each["count"] for each in page["hidden"])
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert len(seen) == len(set(seen)) == 6
    assert hidden == 4 * 3


# ---- clusters -----------------------------------------------------------------------------------------------------------------


async def test_a_cluster_shows_the_others_and_is_as_sure_as_they_are(client: httpx.AsyncClient, deliver: Deliver) -> None:
    weak = person("A Lovelace", phone="4155551234")
    await deliver(created("c1", ADA), created("c2", ADA), created("secret-1", weak, **PRIVATE))
    [whole] = (await answered(client, "/clusters", ALL[0]))["items"]

    [cluster] = (await answered(client, "/clusters"))["items"]

    assert cluster["contact_ids"] == ["c1", "c2"] == [contact["id"] for contact in cluster["contacts"]]
    assert cluster["hidden"] == BOBS
    assert [pair["contact_ids"] for pair in cluster["pairs"]] == [["c1", "c2"]]
    assert cluster["score"] == cluster["pairs"][0]["score"] > whole["score"]
    assert cluster["certain"] is not whole["certain"]
    assert cluster["made_by"] == [{"source": "manual", "run": None, "contact_ids": ["c1", "c2"]}]
    assert await answered(client, f"/clusters/{cluster['id']}") == cluster
    assert await answered(client, "/clusters/count") == {"count": 1, "more": False}


@MAY_VIEW
async def test_whoever_may_view_her_gets_the_whole_cluster(client: httpx.AsyncClient, deliver: Deliver, headers: dict[str, str]) -> None:
    await deliver(created("c1", ADA), secret())

    [cluster] = (await answered(client, "/clusters", headers))["items"]

    assert (cluster["contact_ids"], cluster["hidden"]) == (["c1", "secret-1"], [])
    assert (await answered(client, "/clusters/count", headers))["count"] == 1
    assert await answered(client, f"/clusters/{cluster['id']}", headers) == cluster


@pytest.mark.parametrize("others", [("c1",), ()], ids=["one is left", "nobody is left"])
async def test_what_would_be_of_one_person_is_no_cluster(client: httpx.AsyncClient, deliver: Deliver, others: tuple[str, ...]) -> None:
    await deliver(secret(), secret("secret-12"), *[created(other, ADA) for other in others])
    [cluster] = (await answered(client, "/clusters", ALL[0]))["items"]

    assert await answered(client, "/clusters") == {"items": [], "next_cursor": None}
    assert await answered(client, "/clusters/count") == {"count": 0, "more": False}
    problem(await client.get(f"/v1/duplicates/clusters/{cluster['id']}", headers=OUTSIDE), 404)
    problem(await client.post(f"/v1/duplicates/clusters/{cluster['id']}/dismiss", json={}, headers=OUTSIDE), 404)


async def test_two_whom_only_a_hidden_one_links_are_no_cluster(client: httpx.AsyncClient, deliver: Deliver) -> None:
    by_address, by_number = person("Ada", "ada@example.org"), person(phone="4155551234", birth_date="1915-12-10")
    await deliver(created("c1", by_address), created("c2", by_number), secret())
    between = pair_id("c1", "c2")
    pairs = {pair["id"] for pair in (await answered(client, "/pairs", ALL[0]))["items"]}
    [whole] = (await answered(client, "/clusters", ALL[0]))["items"]
    assert (between in pairs, len(whole["contact_ids"])) == (False, 3)

    assert (await answered(client, "/clusters"))["items"] == []
    assert (await answered(client, "/clusters/count"))["count"] == 0


async def test_two_of_two_teams_are_a_cluster_for_whoever_is_in_both(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(secret(assignees=("cleo", "dan")), secret("secret-12", owner_id="eve", assignees=("dan",)))

    counts = {
        who: (await answered(client, "/clusters/count", bearer(subject=who)))["count"] for who in ("bob", "cleo", "dan", "eve", "mel")
    }

    assert counts == {"bob": 0, "cleo": 0, "dan": 1, "eve": 0, "mel": 0}
    assert {who: len((await answered(client, "/clusters", bearer(subject=who)))["items"]) for who in counts} == counts


@pytest.mark.parametrize("query", [{"run": "board"}, {"source": "import"}, {"owner": "bob"}])
async def test_nobody_finds_a_cluster_by_a_record_they_may_not_view(
    client: httpx.AsyncClient, deliver: Deliver, query: dict[str, Any]
) -> None:
    await deliver(created("c1", ADA, owner_id="ann", source=Source(type="form", id="sign-up")), created("c2", ADA), secret())

    assert (await answered(client, "/clusters", **query))["items"] == []
    assert (await answered(client, "/clusters/count", **query))["count"] == 0
    assert len((await answered(client, "/clusters", source="form", run="sign-up", owner="ann"))["items"]) == 1
    for headers in (*INSIDE, *ALL):
        assert len((await answered(client, "/clusters", headers, **query))["items"]) == 1
        assert (await answered(client, "/clusters/count", headers, **query))["count"] == 1


async def test_a_change_of_the_team_is_no_news_of_a_pair(client: httpx.AsyncClient, deliver: Deliver, told: Told) -> None:
    await deliver(created("c1", ADA), created("c2", ADA))
    before, pair = await told(), await answered(client, "/pairs")

    await deliver(updated("c2", ADA, visibility="team", owner_id="mel"), updated("c2", ADA, sequence=3, visibility="team", owner_id="bob"))
    await deliver(updated("c2", ADA, sequence=4))

    assert await told() == before
    assert await answered(client, "/pairs") == pair


# ---- what people said ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["dismiss", "confirm", "reopen"])
async def test_who_may_not_view_both_decides_nothing_about_them(client: httpx.AsyncClient, deliver: Deliver, word: str) -> None:
    await deliver(created("c1", ADA), secret())
    path = f"/v1/duplicates/pairs/{pair_id('c1', 'secret-1')}/{word}"

    not_yours(await client.post(path, json={}, headers=OUTSIDE))

    assert (await answered(client, "/pairs", ALL[0]))["items"][0]["status"] == "suspected"
    assert (await client.post(path, json={}, headers=INSIDE[0])).status_code == 200


async def test_of_a_cluster_one_decides_about_those_one_sees(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), secret())
    [cluster] = (await answered(client, "/clusters"))["items"]
    path = f"/clusters/{cluster['id']}/dismiss"

    not_yours(await client.post(f"/v1/duplicates{path}", json={"contact_ids": ["secret-1"]}, headers=OUTSIDE))
    said = await posted(client, path)

    assert [pair["contact_ids"] for pair in said["pairs"]] == [["c1", "c2"]]
    left = (await answered(client, "/pairs", ALL[0], status="suspected"))["items"]
    assert {tuple(pair["contact_ids"]) for pair in left} == {("c1", "secret-1"), ("c2", "secret-1")}


async def test_decisions_about_somebody_hidden_are_left_out(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), secret())
    await posted(client, f"/pairs/{pair_id('c1', 'secret-1')}/dismiss", ALL[0], reason="Byron is her aunt")
    await posted(client, f"/pairs/{pair_id('c2', 'secret-1')}/confirm", ALL[0])
    await posted(client, f"/pairs/{pair_id('c1', 'c2')}/dismiss")

    decisions = {name: (await answered(client, "/decisions", headers))["items"] for name, headers in _each()}

    assert [decision["contact_ids"] for decision in decisions.pop("outside")] == [["c1", "c2"]]
    assert {name: len(items) for name, items in decisions.items()} == dict.fromkeys(decisions, 3)
    assert (await answered(client, "/pairs", status="dismissed"))["hidden"] == BOBS


async def test_pages_of_decisions_go_on_behind_hidden_ones(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), created("c2", ADA), created("c3", ADA), secret())
    [cluster] = (await answered(client, "/clusters", ALL[0]))["items"]
    await posted(client, f"/clusters/{cluster['id']}/dismiss", ALL[0])
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 1}
    while True:
        page = await answered(client, "/decisions", **query)
        seen += [decision["pair_id"] for decision in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]

    assert sorted(seen) == sorted(pair_id(*ids) for ids in (("c1", "c2"), ("c1", "c3"), ("c2", "c3")))


# ---- what becomes of it later -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "news",
    [
        updated("secret-1", SECRET, owner_id="bob"),
        updated("secret-1", SECRET, visibility="team", owner_id="mel"),
        updated("secret-1", SECRET, visibility="team", owner_id="bob", assignees=("cleo", "mel")),
    ],
    ids=["everybody's", "given to her", "assigned to her"],
)
async def test_later_news_show_it_again_everywhere(client: httpx.AsyncClient, deliver: Deliver, news: Event) -> None:
    await deliver(created("c1", ADA), secret())

    await deliver(news)

    mel = bearer(role=Role.MEMBER, subject="mel")
    check = of_all(await client.post("/v1/duplicates/check", json={"emails": ["ada@example.org"]}, headers=mel))
    pairs = of_all(await client.get("/v1/duplicates/pairs", headers=mel))
    clusters = of_all(await client.get("/v1/duplicates/clusters", headers=mel))
    assert ({match["contact_id"] for match in check["matches"]}, check["hidden"]) == ({"c1", "secret-1"}, [])
    assert ([pair["contact_ids"] for pair in pairs["items"]], pairs["hidden"]) == ([["c1", "secret-1"]], [])
    assert ([cluster["contact_ids"] for cluster in clusters["items"]], clusters["items"][0]["hidden"]) == ([["c1", "secret-1"]], [])
    assert of_all(await client.get("/v1/duplicates/clusters/count", headers=mel))["count"] == 1


async def test_later_news_hide_what_was_everybodys(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(created("c1", ADA), secret(visibility="all"))
    assert len(of_all(await client.get("/v1/duplicates/clusters", headers=OUTSIDE))["items"]) == 1

    await deliver(updated("secret-1", SECRET, visibility="team", owner_id="bob"))

    assert (await answered(client, "/clusters"))["items"] == []
    assert (await answered(client, "/clusters/count"))["count"] == 0
    assert (await answered(client, "/pairs"))["hidden"] == BOBS
    assert (await posted(client, "/check", emails=["ada@example.org"]))["hidden"] == BOBS


async def test_of_an_erased_one_nothing_is_left_to_hide(client: httpx.AsyncClient, deliver: Deliver, database: Database) -> None:
    await deliver(created("c1", ADA), secret(), erased("secret-1"))

    assert (await posted(client, "/check", emails=["ada@example.org"]))["hidden"] == []
    assert "bob" not in str(await database.collection("contacts").of(WORKSPACE).get("secret-1"))


def of_all(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def _private(data: Any) -> Any:
    """What an event says, of a contact that is its team's."""
    return data.model_copy(update={"contact": data.contact.model_copy(update=PRIVATE)})


def _each() -> list[tuple[str, dict[str, str]]]:
    names = ("owner", "assignee", "viewer", "manager", "admin", "program")
    return [("outside", OUTSIDE), *zip(names, (*INSIDE, *ALL), strict=True)]
