"""Signing in is one path whoever the issuer is; here it is the development issuer, over real HTTP."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from gateway.access import SESSION_COOKIE
from gateway.identity import Identity
from gateway.session import SESSION_SECONDS, opened
from gateway.settings import GatewaySettings
from gateway.signed_out import SignedOut
from shared.auth import Role
from shared.devstack.processes import free_port
from tests.support.gateway import PASSWORD, RunningGateway, Upstream, csrf_of, running_gateway, sign_in


async def test_a_page_leads_to_the_issuer_and_back_to_itself(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        refused = await browser.get("/contacts", params={"q": "ann"})
        begun = await browser.get(refused.headers["location"])
        chosen = await browser.post(begun.headers["location"], data={"email": "mel@acme.test", "password": PASSWORD})
        back = await browser.get(chosen.headers["location"])

    assert begun.headers["location"].startswith(f"{gateway.url}/dev-issuer/authorize?")
    assert back.headers["location"] == "/contacts?q=ann"


async def test_the_issuer_refuses_a_wrong_password_and_keeps_the_email(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        begun = await browser.get("/sign-in")
        refused = await browser.post(begun.headers["location"], data={"email": "mel@acme.test", "password": "guess"})

    assert refused.status_code == 401
    assert 'value="mel@acme.test"' in refused.text


async def test_the_request_to_the_issuer_carries_a_challenge_and_no_secret(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        asked = parse_qs(urlsplit((await browser.get("/sign-in")).headers["location"]).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "state", "nonce"} <= set(asked)
    assert "code_verifier" not in asked


async def test_a_code_brought_by_another_browser_is_refused(gateway: RunningGateway) -> None:
    async with gateway.outsider() as victim, gateway.outsider() as attacker:
        await victim.get("/sign-in")
        begun = await attacker.get("/sign-in")
        chosen = await attacker.post(begun.headers["location"], data={"account": "mel@acme.test"})
        planted = await victim.get(chosen.headers["location"])

    assert planted.status_code == 400
    assert SESSION_COOKIE not in victim.cookies


async def test_a_code_works_once(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        begun = await browser.get("/sign-in")
        chosen = await browser.post(begun.headers["location"], data={"account": "mel@acme.test"})
        kept = dict(browser.cookies)
        first = await browser.get(chosen.headers["location"])
        browser.cookies = httpx.Cookies(kept)
        second = await browser.get(chosen.headers["location"])

    assert first.status_code == 303
    assert second.status_code == 400


async def test_a_code_is_worth_nothing_without_its_verifier(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        begun = await browser.get("/sign-in")
        chosen = await browser.post(begun.headers["location"], data={"account": "mel@acme.test"})
        code = parse_qs(urlsplit(chosen.headers["location"]).query)["code"][0]
        stolen = {"grant_type": "authorization_code", "code": code, "client_id": "contacts-platform"}
        answer = await browser.post(
            "/dev-issuer/token", data={**stolen, "redirect_uri": f"{gateway.url}/auth/callback", "code_verifier": "guessed"}
        )

    assert answer.json() == {"error": "invalid_grant"}


async def test_the_issuer_sends_nobody_to_an_address_it_does_not_know(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        begun = await browser.get("/sign-in")
        elsewhere = begun.headers["location"].replace("auth%2Fcallback", "auth%2Felsewhere")
        answer = await browser.post(elsewhere, data={"account": "mel@acme.test"})

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize("path", ["https://evil.test/", "//evil.test/", "/\\evil.test", "javascript:alert(1)"])
async def test_signing_in_never_ends_at_somebody_elses_address(gateway: RunningGateway, path: str) -> None:
    async with gateway.outsider() as browser:
        back = await sign_in(browser, path=path)

    assert back.headers["location"] == "/contacts"


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        back = await sign_in(browser)

    cookie = next(header for header in back.headers.get_list("set-cookie") if header.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


async def test_who_has_no_workspace_is_told_so(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        back = await sign_in(browser, "new@acme.test")

    assert back.status_code == 403
    assert "no workspace" in back.text


async def test_a_changed_cookie_is_no_session(gateway: RunningGateway) -> None:
    async with gateway.browser() as browser:
        header, payload, signature = browser.cookies[SESSION_COOKIE].split(".")
        browser.cookies.clear()
        browser.cookies.set(SESSION_COOKIE, f"{header}.{payload[:-2]}AA.{signature}")
        answer = await browser.get("/contacts")

    assert answer.headers["location"].startswith("/sign-in")


async def test_a_cookie_of_another_kind_is_no_session(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        await browser.get("/sign-in")
        browser.cookies.set(SESSION_COOKIE, next(cookie.value or "" for cookie in browser.cookies.jar))
        answer = await browser.get("/contacts")

    assert answer.headers["location"].startswith("/sign-in")


async def test_a_session_outlives_a_restart(upstream: Upstream, tmp_path: Path) -> None:
    port = free_port()
    async with running_gateway(tmp_path, upstream.url, port) as before, before.browser() as browser:
        cookies = dict(browser.cookies)
    async with running_gateway(tmp_path, upstream.url, port) as after, after.outsider() as browser:
        browser.cookies.update(cookies)
        answer = await browser.get("/contacts")

    assert answer.status_code == 200


async def test_nothing_changes_without_the_pages_own_token(gateway: RunningGateway) -> None:
    async with gateway.browser() as browser:
        bare = await browser.post("/sign-out")
        guessed = await browser.post("/contacts/c1/notes", data={"text": "hi"}, headers={"X-CSRF-Token": "guessed"})
        still_in = await browser.get("/contacts")

    assert (bare.status_code, guessed.status_code, still_in.status_code) == (403, 403, 200)


async def test_another_sessions_token_is_as_good_as_none(gateway: RunningGateway) -> None:
    async with gateway.browser("ann@acme.test") as hers, gateway.browser("mel@acme.test") as his:
        token = csrf_of(await hers.get("/contacts"))
        answer = await his.post("/sign-out", headers={"X-CSRF-Token": token})

    assert answer.status_code == 403


async def test_signing_out_ends_the_session(gateway: RunningGateway) -> None:
    async with gateway.browser() as browser:
        token = csrf_of(await browser.get("/contacts"))
        await browser.post("/sign-out", data={"csrf_token": token})
        answer = await browser.get("/contacts")

    assert answer.headers["location"].startswith("/sign-in")


async def test_a_copy_of_the_cookie_ends_with_the_session_at_every_gateway(upstream: Upstream, tmp_path: Path) -> None:
    port = free_port()
    async with running_gateway(tmp_path, upstream.url, port) as gateway, gateway.browser("ann@acme.test") as browser:
        copies = [browser.cookies[SESSION_COOKIE]]
        token = csrf_of(await browser.get("/contacts"))
        await browser.post("/workspace", data={"workspace": "globex"}, headers={"X-CSRF-Token": token})
        copies.append(browser.cookies[SESSION_COOKIE])
        async with gateway.browser("ann@acme.test") as elsewhere:
            await browser.post("/sign-out", headers={"X-CSRF-Token": csrf_of(await browser.get("/contacts"))})
            still_in = await elsewhere.get("/contacts")
    async with running_gateway(tmp_path, upstream.url, port) as gateway, gateway.outsider() as thief:
        answers = [await thief.get("/contacts", headers={"Cookie": f"{SESSION_COOKIE}={copy}"}) for copy in copies]

    assert still_in.status_code == 200, "another sign-in of the same person is another session"
    assert [answer.headers["location"] for answer in answers] == ["/sign-in?next=%2Fcontacts"] * 2


def test_who_signed_out_is_forgotten_when_no_cookie_can_be_left(tmp_path: Path) -> None:
    ada, bob = (opened(Identity(subject="ada", name="Ada", workspaces={"acme": Role.MEMBER}), "acme") for _ in range(2))
    SignedOut(tmp_path).end(ada)

    SignedOut(tmp_path, lambda: time.time() + SESSION_SECONDS + 1).end(bob)

    assert [SignedOut(tmp_path).ended(session) for session in (ada, bob)] == [False, True]


@pytest.mark.req("CR3")
async def test_a_person_moves_between_their_own_workspaces_only(gateway: RunningGateway) -> None:
    async with gateway.browser("ann@acme.test") as browser:
        token = csrf_of(await browser.get("/contacts"))
        foreign = await browser.post("/workspace", data={"workspace": "initech"}, headers={"X-CSRF-Token": token})
        await browser.post("/workspace", data={"workspace": "globex"}, headers={"X-CSRF-Token": token})
        there = await browser.get("/contacts")
        stale = await browser.post("/workspace", data={"workspace": "acme"}, headers={"X-CSRF-Token": token})

    assert foreign.status_code == 403
    assert "data-workspace>Globex<" in there.text
    assert stale.status_code == 403, "a page left open in the other workspace must not write into this one"


async def test_a_part_of_a_page_asked_without_a_session_leads_the_whole_page_to_sign_in(gateway: RunningGateway) -> None:
    async with gateway.outsider() as browser:
        answer = await browser.get("/contacts", headers={"HX-Request": "true", "HX-Current-URL": f"{gateway.url}/contacts?q=a"})

    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/sign-in?next=%2Fcontacts%3Fq%3Da"


def test_the_development_issuer_stays_on_this_machine(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="loopback"):
        GatewaySettings(public_url="https://contacts.example", dev_issuer_accounts=tmp_path / "accounts.json")
