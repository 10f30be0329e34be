"""The public keys that tokens are checked with, from a URL or a mounted file, kept in memory.

A token with an unknown key id makes us look again (keys rotate), but not more often than the setting allows: forged ids must not
become a flood of requests to whoever serves the keys. When they can't be fetched the ones we know stay in use.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from shared.settings import ServiceSettings

log = structlog.get_logger(__name__)

_CURVE = "P-256"
_FETCH_TIMEOUT_S = 3.0
_FIRST_REFETCH_S = 1.0
_MAX_KEYS_BYTES = 100_000


class KeysUnavailableError(Exception):
    """No key is known yet, so no token can be judged: neither good nor bad."""


class KeySource(Protocol):
    """Finds the key a token says it was signed with."""

    async def find(self, kid: str) -> ECKey | None: ...


class CachedKeys:
    """Keys by id, fetched when first needed, when too old, and when an unknown id turns up."""

    def __init__(self, url: str, *, refetch_s: float = 10.0, max_age_s: float = 600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._refetch_s = refetch_s
        self._max_age_s = max_age_s
        self._clock = clock
        self._keys: Mapping[str, ECKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> ECKey | None:
        """The key, after another look if it isn't known. Raises KeysUnavailableError as long as there never were any."""
        if kid not in self._keys:
            await self._look(kid)
        elif self._old() and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look(kid))  # nobody waits for it: the key we have is good enough
        if not self._keys:
            raise KeysUnavailableError
        return self._keys.get(kid)

    async def _look(self, kid: str) -> None:
        async with self._lock:  # one request for all who wait
            interval = self._refetch_s if self._keys else min(self._refetch_s, _FIRST_REFETCH_S)
            if (kid not in self._keys or self._old()) and self._clock() - self._tried_at >= interval:
                self._tried_at = self._clock()
                await self._refresh()

    def _old(self) -> bool:
        return self._clock() - self._fetched_at >= self._max_age_s

    async def _refresh(self) -> None:
        try:
            self._keys = _public_keys(await _read(self._url))
            self._fetched_at = self._clock()
        except (httpx.HTTPError, JoseError, OSError, ValueError, TypeError) as error:
            log.warning("keys_not_fetched", error=type(error).__name__, known=len(self._keys))


async def _read(url: str) -> Any:
    if url.startswith("file://"):
        return httpx.Response(200, content=await asyncio.to_thread(Path(url2pathname(urlsplit(url).path)).read_bytes)).json()
    async with httpx.AsyncClient(timeout=_FETCH_TIMEOUT_S, trust_env=False) as client:
        response = (await client.get(url)).raise_for_status()
        if len(response.content) > _MAX_KEYS_BYTES:
            raise ValueError("the key set is too large")
        return response.json()


def _public_keys(document: object) -> dict[str, ECKey]:
    """The set's ES256 keys by id; keys of other kinds in it are somebody else's business."""
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a key set")
    usable = [entry for entry in entries if isinstance(entry, dict) and entry.get("crv") == _CURVE and isinstance(entry.get("kid"), str)]
    return {entry["kid"]: ECKey.import_key({name: value for name, value in entry.items() if name != "d"}) for entry in usable}


def key_source(settings: ServiceSettings) -> CachedKeys:
    """The configured one."""
    return CachedKeys(settings.jwks_url, refetch_s=settings.jwks_refetch_s, max_age_s=settings.jwks_max_age_s)
