"""HTTP in: the exact shape of the answer, what is refused, who may see and change what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from outreach_guard.app import api
from outreach_guard.domain.rules import BY_NAME, EVERY_TOPIC, LIMITS, VERSION
from outreach_guard.mongo_store import MongoGuard
from outreach_guard.settings import GuardSettings
from shared.auth import Role
from tests.outreach_guard.conftest import Deliver
from tests.support.guard_builders import (
    ADA,
    NOW,
    ago,
    calm,
    contact_erased,
    contact_merged,
    contact_saved,
    email,
    heard_completely,
    mail_sent,
    objected,
    ticket_created,
)
from tests.support.http import http_client, problem
from tests.support.tokens import auth_settings, bearer

ASKED = {"contact_id": ADA, "channel": "email", "purpose": "sales", "sender_id": "ann"}


async def ask(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    response = await client.post("/v1/preflight", json={**ASKED, **changes})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@pytest.mark.req("BO1", "BO2")
async def test_one_verdict_with_one_line_per_check_in_order(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), ticket_created(priority="urgent", assignee_id="sue"))

    answer = await ask(client)

    assert set(answer) == {"verdict", "sentence", "as_of", "policy_version", "lines", "token", "expires_at"}
    assert (answer["verdict"], answer["sentence"], answer["token"]) == ("hold", "Hold: An urgent ticket is open.", None)
    assert [line["check"] for line in answer["lines"]] == list(BY_NAME)
    held = next(line for line in answer["lines"] if line["check"] == "open_tickets")
    assert {**held, "evidence": []} == {
        "check": "open_tickets",
        "rule": "open_tickets.urgent",
        "severity": "hold",
        "absolute": False,
        "sentence": "An urgent ticket is open.",
        "evidence": [],
        "as_of": "2026-06-03T12:00:00Z",
        "talk_to": ["sue"],
        "clears_when": "the tickets are resolved",
    }
    assert held["evidence"] == [{"kind": "ticket", "id": "t1", "text": "T-1, It hums, urgent, open", "at": "2026-06-03T11:00:00Z"}]


@pytest.mark.req("BO11")
async def test_the_page_and_the_sender_get_the_same_answer(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), ticket_created())

    looked = await client.get(f"/v1/preflight/{ADA}", params={"purpose": "support", "channel": "phone", "sender_id": "bob"})

    assert looked.json() == await ask(client, purpose="support", channel="phone", sender_id="bob")
    assert (await client.get(f"/v1/preflight/{ADA}")).json() == await ask(client)


@pytest.mark.req("CR3")
async def test_a_contact_of_another_workspace_is_unknown(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm())

    theirs = await client.post("/v1/preflight", json=ASKED, headers=bearer("globex"))
    nobody = await client.post("/v1/preflight", json={**ASKED, "contact_id": "nobody"}, headers=bearer("globex"))

    unlike = {"request_id"}
    assert problem(theirs, 404)["type"] == "urn:problem:contact-unknown"
    assert {k: v for k, v in theirs.json().items() if k not in unlike} == {k: v for k, v in nobody.json().items() if k not in unlike}


@pytest.mark.req("BO13")
async def test_a_merged_away_id_is_answered_for_the_survivor(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), contact_saved("c2", emails=(email("two@acme.com"),)), ticket_created(priority="urgent"))
    await deliver(contact_merged(ADA, "c2"))

    assert await ask(client, contact_id="c2") == await ask(client)


@pytest.mark.req("BO8", "CR15")
async def test_an_erased_contact_is_an_absolute_hold(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), contact_erased())

    answer = await ask(client, purpose="support")

    assert answer["verdict"] == "hold"
    assert [line["rule"] for line in answer["lines"] if line["absolute"]] == ["consent.stopped"]


@pytest.mark.req("BO9")
async def test_without_any_word_from_the_sources_the_answer_is_hold(store: MongoGuard, deliver: Deliver) -> None:
    await deliver(*calm())
    app = api(store, GuardSettings.model_validate(auth_settings()), now=lambda: NOW)

    async with http_client(app, bearer()) as client:
        answer = await ask(client)

    assert (answer["verdict"], answer["as_of"]) == ("hold", None)
    assert {line["severity"] for line in answer["lines"]} == {"unknown"}


@pytest.mark.req("BO9")
@pytest.mark.parametrize(("silent_since", "severity"), [(ago(minutes=4), "ok"), (ago(minutes=6), "unknown")])
async def test_a_source_may_be_silent_for_five_minutes(store: MongoGuard, deliver: Deliver, silent_since: datetime, severity: str) -> None:
    await deliver(*calm())
    await store.note_heard(heard_completely({**dict.fromkeys(EVERY_TOPIC, NOW), "crm.deals": silent_since}))
    app = api(store, GuardSettings.model_validate(auth_settings()), now=lambda: NOW)

    async with http_client(app, bearer()) as client:
        answer = await ask(client)

    deals = next(line for line in answer["lines"] if line["check"] == "active_deals")
    assert deals["severity"] == severity
    assert datetime.fromisoformat(deals["as_of"]) == silent_since


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"channel": "pigeon"}, "channel"),
        ({"purpose": None}, "purpose"),
        ({"contact_id": ""}, "contact_id"),
        ({"contact_id": {"$ne": None}}, "contact_id"),
        ({"sender_id": "x" * 201}, "sender_id"),
        ({"workspace": "globex"}, "workspace"),
        ({"thread_id": 7}, "thread_id"),
    ],
)
async def test_bad_input_is_refused_by_the_name_of_its_field(client: httpx.AsyncClient, wrong: dict[str, Any], field: str) -> None:
    response = await client.post("/v1/preflight", json={**ASKED, **wrong})

    assert [error["field"] for error in problem(response, 422)["errors"]] == [field]


async def test_a_bad_query_is_refused_by_name_too(client: httpx.AsyncClient) -> None:
    response = await client.get(f"/v1/preflight/{ADA}", params={"purpose": "fun", "workspace": "globex"})

    assert {error["field"] for error in problem(response, 422)["errors"]} == {"purpose", "workspace"}


async def test_nobody_asks_without_a_token(client: httpx.AsyncClient) -> None:
    problem(await client.post("/v1/preflight", json=ASKED, headers={"Authorization": ""}), 401)


async def test_a_policy_changed_by_an_admin_is_what_the_next_answer_is_judged_by(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), ticket_created())
    wanted = {"revision": 0, "rules": {"open_tickets.open": {"sales": "hold"}}}

    changed = await client.put("/v1/policy", json=wanted, headers=bearer(role=Role.ADMIN))

    assert changed.status_code == 200
    assert list(changed.json()["rules"]["open_tickets.open"].values()) == ["hold", "info", "caution", "caution"]
    answer = await ask(client)
    assert (answer["verdict"], answer["policy_version"]) == ("hold", f"{VERSION}.1")
    assert (await client.get("/v1/policy")).json() == changed.json()
    problem(await client.put("/v1/policy", json=wanted, headers=bearer(role=Role.ADMIN)), 409)


async def test_only_an_admin_changes_the_policy_and_nobody_makes_a_stop_milder(client: httpx.AsyncClient, deliver: Deliver) -> None:
    wanted = {"revision": 0, "rules": {"consent.stopped": {"sales": "info"}, "no.rule": {}}}
    await deliver(*calm(), objected())

    problem(await client.put("/v1/policy", json={"revision": 0, "rules": {}}, headers=bearer(role=Role.MANAGER)), 403)
    refused = problem(await client.put("/v1/policy", json=wanted, headers=bearer(role=Role.ADMIN)), 422)

    assert [error["field"] for error in refused["errors"]] == ["rules.consent.stopped.sales", "rules.no.rule"]
    assert (await ask(client))["verdict"] == "hold"


async def test_the_policy_lists_every_limit_with_what_it_means_and_its_bounds(client: httpx.AsyncClient) -> None:
    shown = (await client.get("/v1/policy")).json()

    assert shown["limits"] == {name: limit.default for name, limit in LIMITS.items()}
    assert shown["known_limits"]["frequency.touches"] == {"meaning": "touches that are fine", "default": 3, "least": 0, "most": 50}
    assert shown["changed_limits"] == {}


@pytest.mark.req("BO4")
async def test_a_limit_changed_by_an_admin_holds_until_somebody_changes_it_again(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(*calm(), mail_sent(at=ago(days=2)))
    knows_no_limits = {"revision": 1, "rules": {"owner.other": {"sales": "info"}}}

    changed = await put_policy(client, {"revision": 0, "rules": {}, "limits": {"recent_activity.days": 1}})
    kept = await put_policy(client, knows_no_limits)

    assert (changed["limits"]["recent_activity.days"], changed["changed_limits"]) == (1, {"recent_activity.days": 1})
    assert (kept["limits"], kept["revision"]) == (changed["limits"], 2)
    assert (await ask(client))["verdict"] == "clear"
    await put_policy(client, {"revision": 2, "rules": {}, "limits": {}})
    assert (await ask(client))["verdict"] == "hold"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"no.such": 3}, "limits.no.such"),
        ({"frequency.touches": -1}, "limits.frequency.touches"),
        ({"consent.thread_days": 31}, "limits.consent.thread_days"),
        ({"frequency.touches": "3"}, "limits.frequency.touches"),
        ({"frequency.touches": True}, "limits.frequency.touches"),
    ],
)
async def test_a_limit_out_of_bounds_is_refused_by_its_name(client: httpx.AsyncClient, wrong: dict[str, Any], field: str) -> None:
    wanted = {"revision": 0, "rules": {}, "limits": wrong}

    response = await client.put("/v1/policy", json=wanted, headers=bearer(role=Role.ADMIN))

    assert [error["field"] for error in problem(response, 422)["errors"]] == [field]


async def put_policy(client: httpx.AsyncClient, wanted: dict[str, Any]) -> dict[str, Any]:
    response = await client.put("/v1/policy", json=wanted, headers=bearer(role=Role.ADMIN))
    assert response.status_code == 200, response.text
    shown: dict[str, Any] = response.json()
    return shown
