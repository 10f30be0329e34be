"""Signed tokens (JWT, ES256): checking them and, where somebody signs in and in tests, making them.

The algorithm is ours and never the token's choice, so `none` or an HMAC over a public key can't pass.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.auth.keys import KeySource
from shared.auth.principal import Principal, Role

_ALGORITHM = "ES256"
_MAX_TOKEN_CHARS = 4_096
_REMEMBERED = 2_048
_REMEMBER_S = 60.0  # a withdrawn key may sign for so much longer than JWKS_MAX_AGE_S


class TokenError(Exception):
    """The token proves nothing. The reason is a fixed word for logs and clients, never a part of the token."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Claims(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True, strict=True, allow_inf_nan=False)  # a NaN expires never

    iss: str
    aud: str | list[str]
    exp: float
    iat: float
    nbf: float | None = None
    sub: str = Field(pattern=r"^[\x21-\x7e]{1,200}$")
    workspace: str = Field(pattern=r"^[A-Za-z0-9_.-]{1,100}$")
    role: Role = Field(strict=False)
    name: str | None = Field(None, max_length=200)


class TokenVerifier:
    """Turns a token into a Principal, or says why not."""

    def __init__(self, keys: KeySource, *, issuer: str, audience: str, leeway_s: int = 10, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._leeway_s = leeway_s
        self._now = now
        self._verified_tokens: dict[str, tuple[_Claims, float]] = {}

    async def principal(self, token: str) -> Principal:
        """Raises TokenError unless signature, issuer, audience, times and every required claim are right."""
        claims = self._checked(self._remembered(token) or await self._verified(token))
        return Principal(claims.workspace, claims.sub, claims.role, claims.name, token)

    def _remembered(self, token: str) -> _Claims | None:
        """The claims of a token whose signature was good a moment ago: a client sends the same one many times a second."""
        claims, verified_at = self._verified_tokens.get(token, (None, 0.0))
        return claims if self._now() - verified_at < _REMEMBER_S else None

    async def _verified(self, token: str) -> _Claims:
        claims = _parsed(_payload(token, await self._key_of(token)))
        if len(self._verified_tokens) >= _REMEMBERED:
            self._verified_tokens.pop(next(iter(self._verified_tokens)))
        self._verified_tokens.pop(token, None)  # to the end of the row
        self._verified_tokens[token] = (claims, self._now())
        return claims

    async def _key_of(self, token: str) -> ECKey:
        if len(token) > _MAX_TOKEN_CHARS:
            raise TokenError("malformed")
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
        except (JoseError, ValueError) as error:
            raise TokenError("malformed") from error
        kid = header.get("kid")
        key = await self._keys.find(kid) if isinstance(kid, str) else None
        if key is None:
            raise TokenError("unknown_key")
        if header.get("alg") != _ALGORITHM:
            raise TokenError("wrong_algorithm")
        return key

    def _checked(self, claims: _Claims) -> _Claims:
        now = self._now()
        if claims.iss != self._issuer:
            raise TokenError("wrong_issuer")
        if self._audience not in ([claims.aud] if isinstance(claims.aud, str) else claims.aud):
            raise TokenError("wrong_audience")
        if claims.exp <= now - self._leeway_s:
            raise TokenError("expired")
        if max(claims.iat, claims.nbf or 0) > now + self._leeway_s:
            raise TokenError("not_yet_valid")
        return claims


def _payload(token: str, key: ECKey) -> dict[str, Any]:
    try:
        return jwt.decode(token, key, algorithms=[_ALGORITHM]).claims
    except (JoseError, ValueError, TypeError) as error:  # a TypeError: `crit` that is no list of words
        raise TokenError("bad_signature") from error


def _parsed(claims: dict[str, Any]) -> _Claims:
    try:
        return _Claims.model_validate(claims)
    except ValidationError as error:
        raise TokenError("missing_claims") from error


class TokenIssuer:
    """Holds a private key and signs with it: the gateway's sign-in, and tests."""

    def __init__(self, key: ECKey, *, issuer: str, audience: str, now: Callable[[], float] = time.time) -> None:
        key.ensure_kid()
        self._key = key
        self._issuer = issuer
        self._audience = audience
        self._now = now

    @classmethod
    def generate(cls, *, issuer: str, audience: str) -> TokenIssuer:
        """With a new key, which dies with the process."""
        return cls(ECKey.generate_key("P-256"), issuer=issuer, audience=audience)

    @classmethod
    def from_pem(cls, pem: bytes, *, issuer: str, audience: str) -> TokenIssuer:
        """With a key that outlives the process."""
        return cls(ECKey.import_key(pem), issuer=issuer, audience=audience)

    def jwks(self) -> dict[str, Any]:
        """The public half, as served at the JWKS URL."""
        return {"keys": [{**self._key.as_dict(private=False), "use": "sig", "alg": _ALGORITHM}]}

    def mint(self, workspace: str, subject: str, role: Role, *, ttl_s: int = 900, name: str | None = None) -> str:
        """A token for `subject` that holds for `ttl_s` seconds."""
        now = int(self._now())
        claims: dict[str, Any] = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "workspace": workspace,
            "role": role.value,
            "iat": now,
            "exp": now + ttl_s,
            "jti": uuid.uuid4().hex,
        }
        if name is not None:
            claims["name"] = name
        return jwt.encode({"alg": _ALGORITHM, "kid": self._key.kid}, claims, self._key, algorithms=[_ALGORITHM])
