"""What the issuer signs, and the codes that wait to be exchanged for it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.dev_issuer.accounts import Account, Client
from gateway.keys import ALGORITHM

CODE_SECONDS = 60
TOKEN_SECONDS = 3600
WAITING_CODES = 1000  # more than this many sign-ins at once is an attack, not a development machine


@dataclass(frozen=True)
class Pending:
    """A code handed to a browser: what it was given for, and what the exchange must prove."""

    account: Account
    client_id: str
    redirect_uri: str
    nonce: str | None
    challenge: str
    expires: float


def challenge_of(verifier: str) -> str:
    """The S256 challenge of RFC 7636."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Codes:
    """Authorization codes: each works once, for a minute, for who proves the challenge."""

    now: Callable[[], float] = time.monotonic
    _waiting: dict[str, Pending] = field(default_factory=dict)

    def issue(self, account: Account, *, client_id: str, redirect_uri: str, nonce: str | None, challenge: str) -> str:
        now = self.now()
        self._waiting = {code: pending for code, pending in self._waiting.items() if pending.expires > now}
        while len(self._waiting) >= WAITING_CODES:
            self._waiting.pop(next(iter(self._waiting)))
        code = secrets.token_urlsafe(32)
        self._waiting[code] = Pending(account, client_id, redirect_uri, nonce, challenge, now + CODE_SECONDS)
        return code

    def redeem(self, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Pending | None:
        pending = self._waiting.pop(code, None)
        if pending is None or pending.expires <= self.now():
            return None
        proven = hmac.compare_digest(pending.challenge, challenge_of(verifier))
        return pending if proven and (pending.client_id, pending.redirect_uri) == (client_id, redirect_uri) else None


@dataclass(frozen=True)
class Mint:
    """Signs tokens with the issuer's key."""

    key: ECKey
    issuer: str
    audience: str
    now: Callable[[], float] = time.time

    def access_token(self, holder: Account | Client) -> str:
        return self._signed(holder, {"aud": self.audience})

    def id_token(self, account: Account, client_id: str, nonce: str | None) -> str:
        return self._signed(account, {"aud": client_id} | ({"nonce": nonce} if nonce else {}))

    def _signed(self, holder: Account | Client, claims: dict[str, Any]) -> str:
        issued = int(self.now())
        who = {"sub": holder.subject, "name": holder.name or holder.subject, "workspaces": dict(holder.workspaces)}
        if isinstance(holder, Account):
            who["email"] = holder.email
        times = {"iat": issued, "exp": issued + TOKEN_SECONDS}
        header = {"alg": ALGORITHM, "kid": self.key.kid}
        return jwt.encode(header, {"iss": self.issuer, **who, **times, **claims}, self.key, algorithms=[ALGORITHM])
