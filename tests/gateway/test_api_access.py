"""API clients come with a token of the issuer; services get a short one of ours, and nothing else from outside."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from gateway.keys import signing_key
from shared.auth import Role, TokenVerifier
from shared.auth.keys import CachedKeys
from tests.support.gateway import PASSWORD, RunningGateway, Upstream
from tests.support.http import loopback_client, problem


def claims(gateway: RunningGateway, **changes: Any) -> dict[str, Any]:
    now = int(time.time())
    known = {"iss": f"{gateway.url}/dev-issuer", "aud": "contacts-platform-api", "sub": "m-mel", "workspaces": {"acme": "admin"}}
    return {**known, "iat": now, "exp": now + 600, **changes}


def signed(payload: dict[str, Any], key: ECKey, kid: str | None = None) -> str:
    return jwt.encode({"alg": "ES256", "kid": kid or key.kid}, payload, key, algorithms=["ES256"])


def issuer_key(gateway: RunningGateway) -> ECKey:
    return signing_key(gateway.state / "dev-issuer.jwk")


async def status(gateway: RunningGateway, token: str, **headers: str) -> int:
    sent = {"Authorization": f"Bearer {token}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with loopback_client() as http:
        return (await http.get(f"{gateway.url}/api/v1/contacts", headers=sent)).status_code


async def test_without_a_token_there_is_no_way_in(gateway: RunningGateway, upstream: Upstream) -> None:
    async with loopback_client() as http:
        answer = await http.get(f"{gateway.url}/api/v1/contacts")

    assert problem(answer, 401)["type"] == "urn:problem:unauthenticated"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert upstream.asked == []


async def test_a_session_is_no_way_into_the_api(gateway: RunningGateway) -> None:
    async with gateway.browser() as browser:
        assert (await browser.get("/api/v1/contacts", headers={"Accept": "application/json"})).status_code == 401


async def test_a_right_token_is_let_in(gateway: RunningGateway) -> None:
    assert await status(gateway, signed(claims(gateway), issuer_key(gateway))) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.test"},
        {"aud": "contacts-platform"},
        {"exp": int(time.time()) - 60},
        {"nbf": int(time.time()) + 600},
        {"exp": None},
        {"exp": float("nan")},
        {"sub": None},
        {"sub": "m\nmel"},
    ],
    ids=["issuer", "audience", "expired", "not yet", "no end", "an end that is no number", "nobody", "a subject with a line break"],
)
async def test_a_token_with_one_wrong_claim_is_refused(gateway: RunningGateway, wrong: dict[str, Any]) -> None:
    payload = {name: value for name, value in claims(gateway, **wrong).items() if value is not None}
    assert await status(gateway, signed(payload, issuer_key(gateway))) == 401


async def test_a_token_signed_by_another_key_is_refused_whatever_id_it_claims(gateway: RunningGateway) -> None:
    forged = ECKey.generate_key("P-256", auto_kid=True)
    assert await status(gateway, signed(claims(gateway), forged)) == 401
    assert await status(gateway, signed(claims(gateway), forged, kid=issuer_key(gateway).kid)) == 401


async def test_the_algorithm_is_not_the_tokens_to_choose(gateway: RunningGateway) -> None:
    public = json.dumps(issuer_key(gateway).as_dict(private=False)).encode()
    as_secret = jwt.encode({"alg": "HS256"}, claims(gateway), OctKey.import_key(public), algorithms=["HS256"])
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({"alg": "none"}, claims(gateway))]

    assert await status(gateway, as_secret) == 401
    assert await status(gateway, ".".join([*parts, ""])) == 401


@pytest.mark.parametrize("critical", [5, None, [5]])
async def test_a_token_that_calls_anything_critical_is_refused(gateway: RunningGateway, critical: object) -> None:
    header, *rest = (await gateway.token()).split(".")
    kid = json.loads(base64.urlsafe_b64decode(header + "=="))["kid"]
    odd = base64.urlsafe_b64encode(json.dumps({"alg": "ES256", "kid": kid, "crit": critical}).encode()).decode().rstrip("=")

    assert await status(gateway, ".".join([odd, *rest])) == 401


async def test_our_own_internal_tokens_are_no_way_in(gateway: RunningGateway) -> None:
    inner = signing_key(gateway.state / "internal.jwk")
    assert await status(gateway, signed(claims(gateway), inner)) == 401


async def test_a_role_nobody_knows_gives_no_access(gateway: RunningGateway) -> None:
    assert await status(gateway, signed(claims(gateway, workspaces={"acme": "root"}), issuer_key(gateway))) == 403


@pytest.mark.req("CR3")
async def test_with_several_workspaces_one_is_chosen_among_the_tokens_own(gateway: RunningGateway) -> None:
    token = await gateway.token("ann@acme.test")

    assert await status(gateway, token) == 403
    assert await status(gateway, token, X_Workspace="globex") == 200
    assert await status(gateway, token, X_Workspace="initech") == 403


async def test_the_service_gets_a_short_token_of_ours_and_nothing_from_outside(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.api("ann@acme.test", X_Workspace="globex") as api:
        api.cookies.set("contacts_session", "secret")
        await api.get("/contacts")

    sent = upstream.last.headers
    keys = CachedKeys(f"{gateway.url}/.well-known/jwks.json")
    verifier = TokenVerifier(keys, issuer="contacts-platform", audience="contacts-platform")
    principal = await verifier.principal(sent["authorization"].removeprefix("Bearer "))
    assert (principal.workspace, principal.subject, principal.role) == ("globex", "m-ann", Role.VIEWER)
    assert "cookie" not in sent
    assert "x-workspace" not in sent


async def test_the_token_for_services_is_used_again_for_a_moment_and_never_for_somebody_else(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    async with gateway.api() as mel, gateway.api("vic@acme.test") as vic:
        for api in (mel, mel, vic):
            await api.get("/contacts")

    first, again, other = [request.headers["authorization"] for request in upstream.asked]
    assert first == again
    assert first != other


async def test_the_token_for_services_ends_soon(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.api() as api:
        await api.get("/contacts")

    payload = upstream.last.headers["authorization"].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert said["exp"] - said["iat"] <= 120


async def test_a_program_signs_in_with_its_own_secret(gateway: RunningGateway) -> None:
    async with loopback_client(base_url=gateway.url) as http:
        right = await http.post("/dev-issuer/token", data={"grant_type": "client_credentials"}, auth=("program", PASSWORD))
        wrong = await http.post("/dev-issuer/token", data={"grant_type": "client_credentials"}, auth=("program", "guess"))

    assert await status(gateway, right.json()["access_token"]) == 200
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")


async def test_the_published_keys_hold_no_private_part(gateway: RunningGateway) -> None:
    async with loopback_client(base_url=gateway.url) as http:
        sets = [(await http.get(path)).json() for path in ("/.well-known/jwks.json", "/dev-issuer/jwks")]

    assert [len(keys["keys"]) for keys in sets] == [1, 1]
    assert not any("d" in key for keys in sets for key in keys["keys"])


def test_key_files_are_readable_for_their_owner_alone(gateway: RunningGateway) -> None:
    assert {file.stat().st_mode & 0o777 for file in gateway.state.iterdir()} == {0o600}
