"""The gateway's API as a program uses it: a token of its own, an idempotency key for each write, and patience."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import httpx

from shared.devstack.demo.stack import Access

TRIES = 60
BUSY = frozenset({429, 502, 503, 504})


class ApiClient:
    """Signed in for one workspace."""

    def __init__(self, access: Access, http: httpx.AsyncClient) -> None:
        self._access = access
        self._http = http
        self._token = ""
        self._renew_at = 0.0
        self._renewing = asyncio.Lock()

    async def get(self, path: str) -> httpx.Response:
        return await self._send("GET", path)

    async def post(self, path: str, body: dict[str, Any], *, key: str) -> httpx.Response:
        """Sent again until there is an answer; the key makes sure that it takes effect once."""
        return await self._send("POST", path, json=body, headers={"Idempotency-Key": key})

    async def _send(self, method: str, path: str, *, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
        pause = 0.2
        for _ in range(TRIES):
            bearer = {"Authorization": f"Bearer {await self._fresh_token()}"}
            try:
                answer = await self._http.request(method, f"{self._access.api}{path}", headers=bearer | (headers or {}), **content)
            except httpx.TransportError:
                await asyncio.sleep(pause)
            else:
                if answer.status_code not in BUSY:
                    return answer
                await asyncio.sleep(float(answer.headers.get("retry-after", pause)))
            pause = min(pause * 1.5, 5.0)
        raise TimeoutError(f"{method} {path} got no answer in {TRIES} tries")

    async def _fresh_token(self) -> str:
        async with self._renewing:
            if time.monotonic() >= self._renew_at:
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self._access.client_id,
                    "client_secret": self._access.client_secret,
                }
                answer = (await self._http.post(self._access.token_url, data=form)).raise_for_status().json()
                self._token = answer["access_token"]
                self._renew_at = time.monotonic() + answer["expires_in"] / 2
        return self._token
