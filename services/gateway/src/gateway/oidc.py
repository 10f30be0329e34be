"""The one way in: an OpenID Connect issuer, ours for development or anybody's.

The gateway is a client of the authorization-code flow with PKCE, and a resource server for the access tokens of API clients. Discovery
and keys are fetched when first needed: the development issuer is served by this very process, which can't answer before it is up.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json

from gateway.session import SignIn

REFETCH_SECONDS = 10.0  # forged key ids must not become a flood of requests to the issuer
MAX_AGE_SECONDS = 600.0  # a withdrawn key stops working
REMEMBER_SECONDS = 60.0  # a withdrawn key may sign for so much longer
REMEMBERED_TOKENS = 2_000
LEEWAY_SECONDS = 10
MAX_TOKEN_CHARS = 8_192


class RejectedError(Exception):
    """A token or code proves nothing. The reason is a fixed word, never a part of what was sent."""


class IssuerSilentError(Exception):
    """The issuer can't be reached or talks nonsense: nobody's fault who asks now."""


class Discovery(BaseModel):
    """The part of the issuer's metadata we use."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class OpenIdProvider:
    """What the gateway asks of an issuer. `backchannel` replaces the issuer's address where this process reaches it by another one."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        issuer: str,
        client_id: str,
        audience: str,
        algorithms: Sequence[str],
        client_secret: str | None = None,
        backchannel: str | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._http = http
        self._issuer = issuer
        self._backchannel = backchannel or issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._audience = audience
        self._algorithms = list(algorithms)
        self._now = now
        self._discovery: Discovery | None = None
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()
        self._remembered: dict[str, tuple[Mapping[str, Any], float]] = {}

    async def authorization_url(self, sign_in: SignIn, redirect_uri: str) -> str:
        """Where to send the browser."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sign_in.verifier.encode()).digest()).rstrip(b"=").decode()
        ask = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": "openid profile email",
            "state": sign_in.state,
            "nonce": sign_in.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        endpoint = (await self._discovered()).authorization_endpoint
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(ask)}"

    async def claims_for_code(self, code: str, sign_in: SignIn, redirect_uri: str) -> Mapping[str, Any]:
        """The claims of the id token that the code is exchanged for."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self._client_id,
            "code_verifier": sign_in.verifier,
        }
        if self._client_secret:
            form["client_secret"] = self._client_secret
        answer = await self._json("POST", (await self._discovered()).token_endpoint, data=form)
        claims = self._checked(await self._signed_claims(str(answer.get("id_token", ""))), self._client_id)
        if claims.get("nonce") != sign_in.nonce:
            raise RejectedError("wrong_nonce")
        return claims

    async def claims_of_access_token(self, token: str) -> Mapping[str, Any]:
        """The claims of an API client's bearer token. A client sends one many times a second, so a good signature is remembered."""
        claims, verified_at = self._remembered.get(token, (None, float("-inf")))
        if claims is None or self._now() - verified_at >= REMEMBER_SECONDS:
            claims = await self._signed_claims(token)
            self._remembered.pop(token, None)
            self._remembered[token] = (claims, self._now())
            if len(self._remembered) > REMEMBERED_TOKENS:
                self._remembered.pop(next(iter(self._remembered)))
        return self._checked(claims, self._audience)

    def _checked(self, claims: Mapping[str, Any], audience: str) -> Mapping[str, Any]:
        now = self._now()
        if claims.get("iss") != self._issuer:
            raise RejectedError("wrong_issuer")
        given = claims.get("aud")
        if audience not in (given if isinstance(given, list) else [given]):
            raise RejectedError("wrong_audience")
        expires, begins = claims.get("exp"), claims.get("nbf", claims.get("iat", 0))
        if not isinstance(expires, int | float) or not expires > now - LEEWAY_SECONDS:  # a NaN is past
            raise RejectedError("expired")
        if not isinstance(begins, int | float) or not begins <= now + LEEWAY_SECONDS:
            raise RejectedError("not_yet_valid")
        return claims

    async def _signed_claims(self, token: str) -> Mapping[str, Any]:
        if not 0 < len(token) <= MAX_TOKEN_CHARS:
            raise RejectedError("malformed")
        keys = await self._known_keys()
        claims = self._signed_by(keys, token)
        if claims is None and (newer := await self._known_keys(beyond=keys)) is not keys:
            claims = self._signed_by(newer, token)
        if claims is None:
            raise RejectedError("bad_signature")
        return claims

    def _signed_by(self, keys: KeySet, token: str) -> Mapping[str, Any] | None:
        try:
            return jwt.decode(token, keys, algorithms=self._algorithms).claims
        except (JoseError, ValueError, TypeError):  # a TypeError: `crit` that is no list of words
            return None

    async def _known_keys(self, beyond: KeySet | None = None) -> KeySet:
        """The issuer's keys; looked for again when they are old, or when those given did not fit and we have not just looked."""
        async with self._lock:  # one request for all who wait
            now = self._now()
            known = self._keys
            stale = known is None or known is beyond or now - self._fetched_at >= MAX_AGE_SECONDS
            if stale and now - self._tried_at >= REFETCH_SECONDS:
                self._tried_at = now
                await self._fetch_keys()
            if self._keys is None:
                raise IssuerSilentError
            return self._keys

    async def _fetch_keys(self) -> None:
        """A silent issuer leaves us with the keys we have."""
        try:
            document = await self._json("GET", (await self._discovered()).jwks_uri)
            self._keys = KeySet.import_key_set({"keys": document["keys"]})
            self._fetched_at = self._now()
        except (IssuerSilentError, RejectedError, JoseError, KeyError, TypeError, ValueError):
            if self._keys is None:
                self._tried_at = float("-inf")

    async def _discovered(self) -> Discovery:
        if self._discovery is None:
            document = await self._json("GET", f"{self._issuer}/.well-known/openid-configuration")
            try:
                discovery = Discovery.model_validate(document)
            except ValidationError as error:
                raise IssuerSilentError from error
            if discovery.issuer != self._issuer:
                raise IssuerSilentError
            self._discovery = discovery
        return self._discovery

    async def _json(self, method: str, url: str, data: Mapping[str, str] | None = None) -> dict[str, Any]:
        reachable = self._backchannel + url.removeprefix(self._issuer) if url.startswith(self._issuer) else url
        try:
            answer = await self._http.request(method, reachable, data=data)
            document = from_json(answer.content)
        except (httpx.HTTPError, ValueError) as error:
            raise IssuerSilentError from error
        if answer.is_server_error or not isinstance(document, dict):
            raise IssuerSilentError
        if answer.is_error:
            raise RejectedError("refused_by_issuer")
        return document
