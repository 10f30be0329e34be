"""The browser's session: one signed cookie, and the token that proves a form is our own.

Nothing is kept on the server but who signed out, so any gateway process can serve any request; the cookie names the person, their
workspaces and the one they are in. The CSRF token is derived from the session's own id, so it needs no storage either.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from typing import Any, TypeVar

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from pydantic import BaseModel, ConfigDict, ValidationError

from gateway.identity import Identity
from gateway.keys import SESSION_ALGORITHM
from shared.auth import Role

SESSION_SECONDS = 10 * 3600  # a working day
SIGN_IN_SECONDS = 600

Sealed = TypeVar("Sealed", bound=BaseModel)


class Session(BaseModel):
    """A person at work in one of their workspaces."""

    model_config = ConfigDict(frozen=True)

    id: str
    sign_in: str
    """The sign-in it comes from: all sessions of one end together."""
    identity: Identity
    workspace: str

    @property
    def role(self) -> Role:
        return self.identity.workspaces[self.workspace]

    @property
    def may_write(self) -> bool:
        return self.role.covers(Role.MEMBER)

    def moved_to(self, workspace: str) -> Session:
        """The same person in another workspace. The id changes, so a page left open elsewhere can't write into the wrong one."""
        return self.model_copy(update={"id": _token(), "workspace": self.identity.workspace(workspace)})


class SignIn(BaseModel):
    """A sign-in on its way to the issuer and back: what the answer has to match."""

    model_config = ConfigDict(frozen=True)

    state: str
    nonce: str
    verifier: str
    next: str


def begun(next_path: str) -> SignIn:
    return SignIn(state=_token(), nonce=_token(), verifier=secrets.token_urlsafe(48), next=next_path)


def opened(identity: Identity, workspace: str) -> Session:
    return Session(id=_token(), sign_in=_token(), identity=identity, workspace=workspace)


def _token() -> str:
    return secrets.token_urlsafe(18)


class Cookies:
    """Seals what a cookie holds, and opens it again if it is whole, ours, of the right kind and in time."""

    def __init__(self, key: OctKey, now: Callable[[], float] = time.time) -> None:
        self._key = key
        self._now = now

    def seal(self, content: BaseModel, seconds: int) -> str:
        expires = int(self._now()) + seconds
        claims: dict[str, Any] = {"kind": type(content).__name__, "exp": expires, "content": content.model_dump(mode="json")}
        return jwt.encode({"alg": SESSION_ALGORITHM}, claims, self._key, algorithms=[SESSION_ALGORITHM])

    def open(self, cookie: str | None, kind: type[Sealed]) -> Sealed | None:
        try:
            claims = jwt.decode(cookie or "", self._key, algorithms=[SESSION_ALGORITHM]).claims
            if claims.get("kind") != kind.__name__ or not float(claims["exp"]) > self._now():
                return None
            return kind.model_validate(claims["content"])
        except (JoseError, ValidationError, ValueError, TypeError, KeyError):
            return None

    def csrf_token(self, session: Session) -> str:
        digest = hmac.new(self._key.raw_value, f"csrf:{session.id}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def csrf_is_right(self, session: Session, given: str) -> bool:
        return hmac.compare_digest(self.csrf_token(session).encode(), given.encode())
