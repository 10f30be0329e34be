"""Waiting until the services say themselves that they can work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import httpx

from shared.devstack.processes import StartError

PATIENCE_S = 90.0


async def wait_ready(urls: Mapping[str, str], http: httpx.AsyncClient, look: Callable[[], set[str]], say: Callable[[str], None]) -> None:
    """Returns when all are ready. `look` is called between the tries and says who runs: another program may answer at an address."""
    waiting = dict(urls)
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while waiting:
        running = look()
        for name, url in list(waiting.items()):
            if name in running and await is_ready(url, http):
                del waiting[name]
                say(f"{name} is ready")
        if waiting and asyncio.get_running_loop().time() > deadline:
            reasons = "; ".join([f"{name}: {await why_not(url, http)}" for name, url in waiting.items()])
            raise StartError(f"Not ready within {PATIENCE_S:.0f} s: {reasons}. The logs are in the data directory under logs/.")
        await asyncio.sleep(0.2)


async def is_ready(url: str, http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get(f"{url}/readyz")).is_success
    except httpx.HTTPError:
        return False


async def why_not(url: str, http: httpx.AsyncClient) -> str:
    try:
        return (await http.get(f"{url}/readyz")).text[:500]
    except httpx.HTTPError as error:
        return type(error).__name__
