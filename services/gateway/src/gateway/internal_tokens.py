"""The tokens services see: signed here, for one person in one workspace, and short.

One is used again for a moment, because signing costs more than all else a request costs here, and because the services remember the
tokens they have just checked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from shared.auth import Principal, Role, TokenIssuer

LIFE_SECONDS = 120  # longer than any call may take, short enough to be worthless in a log
REUSED_SECONDS = 30.0
REMEMBERED = 5_000

Holder = tuple[str, str, Role, str | None]


class InternalTokens:
    """Signs with the gateway's key."""

    def __init__(self, issuer: TokenIssuer, now: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._now = now
        self._minted: dict[Holder, tuple[str, float]] = {}

    def keys(self) -> dict[str, Any]:
        """The public half, for the services."""
        return self._issuer.jwks()

    def granted(self, workspace: str, subject: str, role: Role, name: str | None) -> Principal:
        """Somebody we know, with a token that says so."""
        return Principal(workspace, subject, role, name, self._token((workspace, subject, role, name)))

    def _token(self, holder: Holder) -> str:
        token, minted_at = self._minted.pop(holder, ("", float("-inf")))
        if self._now() - minted_at >= REUSED_SECONDS:
            workspace, subject, role, name = holder
            token, minted_at = self._issuer.mint(workspace, subject, role, ttl_s=LIFE_SECONDS, name=name), self._now()
        self._minted[holder] = (token, minted_at)
        if len(self._minted) > REMEMBERED:
            self._minted.pop(next(iter(self._minted)))
        return token
