"""Who gets in: signatures, claims and roles."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from shared.auth import Principal, Role, TokenError, TokenVerifier
from shared.auth.keys import CachedKeys
from tests.support.http import http_client, problem
from tests.support.people_app import people_app
from tests.support.tokens import AUDIENCE, ISSUER, bearer, issuer, jwks_url, token

JWK = issuer().jwks()["keys"][0]
KID = JWK["kid"]


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client(people_app()) as client:
        yield client


def verifier() -> TokenVerifier:
    return TokenVerifier(CachedKeys(jwks_url()), issuer=ISSUER, audience=AUDIENCE)


def claims(**changed: Any) -> dict[str, Any]:
    """Those of a good token, but for what is changed; None leaves a claim out."""
    now = int(time.time())
    good = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "workspace": "acme", "role": "member", "iat": now, "exp": now + 60}
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def signed(**changed: Any) -> str:
    """By the right key, whatever the claims."""
    key: ECKey = issuer()._key
    return jwt.encode({"alg": "ES256", "kid": KID}, claims(**changed), key, algorithms=["ES256"])


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def by_hand(header: dict[str, Any]) -> str:
    """Good claims under any header, with an empty signature."""
    return f"{encoded(json.dumps(header).encode())}.{encoded(json.dumps(claims()).encode())}."


async def refusal(bad: str) -> str:
    with pytest.raises(TokenError) as refused:
        await verifier().principal(bad)
    return refused.value.reason


async def test_a_good_token_says_who_is_asking() -> None:
    good = token("acme", Role.MANAGER, subject="ann", name="Ann")

    assert await verifier().principal(good) == Principal("acme", "ann", Role.MANAGER, "Ann", good)


async def test_a_token_signed_by_another_key_under_our_key_id_is_refused() -> None:
    forged = jwt.encode({"alg": "ES256", "kid": KID}, claims(), ECKey.generate_key("P-256"), algorithms=["ES256"])

    assert await refusal(forged) == "bad_signature"


async def test_a_token_with_changed_claims_is_refused() -> None:
    header, _, signature = token().split(".")
    changed = encoded(json.dumps(claims(workspace="globex")).encode())

    assert await refusal(f"{header}.{changed}.{signature}") == "bad_signature"


async def test_a_token_without_signature_is_refused() -> None:
    assert await refusal(by_hand({"alg": "none", "kid": KID})) == "wrong_algorithm"
    assert await refusal(by_hand({"alg": "ES256", "kid": KID})) == "bad_signature"


async def test_an_hmac_over_the_public_key_is_refused() -> None:
    unsigned = by_hand({"alg": "HS256", "kid": KID}).removesuffix(".")
    public = ECKey.import_key(JWK).as_pem(private=False)
    forged = f"{unsigned}.{encoded(hmac.digest(public, unsigned.encode(), 'sha256'))}"

    assert await refusal(forged) == "wrong_algorithm"


async def test_a_key_brought_along_in_the_token_is_not_used() -> None:
    own = ECKey.generate_key("P-256")
    forged = jwt.encode({"alg": "ES256", "jwk": own.as_dict(private=False)}, claims(), own, algorithms=["ES256"])

    assert await refusal(forged) == "unknown_key"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"iss": "https://elsewhere.test"}, "wrong_issuer"),
        ({"aud": "billing"}, "wrong_audience"),
        ({"aud": ["billing", "mail"]}, "wrong_audience"),
        ({"exp": int(time.time()) - 60}, "expired"),
        ({"iat": int(time.time()) + 3_600}, "not_yet_valid"),
        ({"nbf": int(time.time()) + 3_600}, "not_yet_valid"),
        ({"exp": None}, "missing_claims"),
        ({"exp": "tomorrow"}, "missing_claims"),
        ({"exp": float("inf")}, "missing_claims"),
        ({"exp": float("nan")}, "missing_claims"),
        ({"iat": None}, "missing_claims"),
        ({"iss": None}, "missing_claims"),
        ({"aud": None}, "missing_claims"),
        ({"sub": None}, "missing_claims"),
        ({"workspace": None}, "missing_claims"),
        ({"workspace": ""}, "missing_claims"),
        ({"workspace": "acme:globex"}, "missing_claims"),
        ({"workspace": {"$ne": ""}}, "missing_claims"),
        ({"role": None}, "missing_claims"),
        ({"role": "root"}, "missing_claims"),
    ],
)
async def test_a_well_signed_token_with_a_wrong_claim_is_refused(changed: dict[str, Any], reason: str) -> None:
    assert await refusal(signed(**changed)) == reason


async def test_one_of_several_audiences_is_enough() -> None:
    assert (await verifier().principal(signed(aud=["billing", AUDIENCE]))).subject == "ann"


@pytest.mark.parametrize("garbage", ["", "x", "a.b", "a.b.c", "....", "\ud800", "é.é.é", "e30.e30.e30", "a" * 100_000])
async def test_garbage_is_refused(garbage: str) -> None:
    assert await refusal(garbage) == "malformed"


@pytest.mark.parametrize("critical", [5, None, True, [5], [[]], ["exp"]])
async def test_a_header_that_calls_anything_critical_is_refused(critical: object) -> None:
    header = {"alg": "ES256", "kid": KID, "crit": critical}
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")

    with pytest.raises(TokenError, match="bad_signature"):
        await verifier().principal(".".join([encoded, *token().split(".")[1:]]))


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer x.y.z"}])
async def test_without_a_valid_token_the_answer_is_401_and_says_how(client: httpx.AsyncClient, header: dict[str, str]) -> None:
    answer = await client.get("/v1/people/1", headers=header)

    problem(answer, 401)
    assert answer.headers["www-authenticate"].startswith("Bearer ")


async def test_an_expired_token_is_a_401_that_says_so(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/people/1", headers={"Authorization": f"Bearer {token(ttl_s=-60)}"})

    problem(answer, 401)
    assert 'error_description="expired"' in answer.headers["www-authenticate"]


async def test_too_low_a_role_is_a_403_that_names_the_needed_one(client: httpx.AsyncClient) -> None:
    answer = await client.post("/v1/people", json={"first_name": "Ann"}, headers=bearer(role=Role.VIEWER))

    assert problem(answer, 403)["required_role"] == "member"


@pytest.mark.req("CR3")
async def test_the_workspace_is_the_tokens_whatever_else_is_said(client: httpx.AsyncClient) -> None:
    headers = bearer("acme") | {"workspace": "globex", "X-Workspace": "globex", "X-Tenant-Id": "globex"}

    answer = await client.get("/v1/people/1?workspace=globex", headers=headers)

    assert answer.json()["workspace"] == "acme"


@pytest.mark.parametrize(
    ("role", "covered"),
    [
        (Role.VIEWER, {Role.VIEWER}),
        (Role.MEMBER, {Role.VIEWER, Role.MEMBER, Role.SERVICE}),
        (Role.SERVICE, {Role.VIEWER, Role.MEMBER, Role.SERVICE}),
        (Role.MANAGER, {Role.VIEWER, Role.MEMBER, Role.SERVICE, Role.MANAGER}),
        (Role.ADMIN, set(Role)),
    ],
)
def test_roles_are_a_ladder_and_a_program_stands_beside_members(role: Role, covered: set[Role]) -> None:
    assert {other for other in Role if role.covers(other)} == covered


def test_a_program_is_not_mistaken_for_a_person_in_events() -> None:
    assert Principal("acme", "erp", Role.SERVICE).actortype == "integration"
    assert Principal("acme", "ann", Role.ADMIN).actortype == "user"


def test_only_the_public_half_of_a_key_is_published() -> None:
    assert set(JWK) == {"kty", "crv", "x", "y", "kid", "use", "alg"}


def test_a_principal_shown_in_a_log_has_no_token() -> None:
    assert "eyJ" not in repr(Principal("acme", "ann", Role.MEMBER, None, token()))


async def test_a_token_that_was_good_a_moment_ago_still_expires() -> None:
    now = [time.time()]
    checking = TokenVerifier(CachedKeys(jwks_url()), issuer=ISSUER, audience=AUDIENCE, leeway_s=0, now=lambda: now[0])
    short = token(ttl_s=30)

    assert (await checking.principal(short)).subject == "ann"
    now[0] += 31
    with pytest.raises(TokenError, match="expired"):
        await checking.principal(short)
