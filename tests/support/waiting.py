"""Waiting for what happens elsewhere, with a bound that fails loudly."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable


async def eventually(holds: Callable[[], bool | Awaitable[bool]], *, within: float = 20.0) -> None:
    """Return as soon as `holds()` does; fail when it has not after `within` seconds."""
    deadline = time.monotonic() + within
    while True:
        answer = holds()
        if await answer if inspect.isawaitable(answer) else answer:
            return
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {inspect.getsource(holds).strip()}")
        await asyncio.sleep(0.02)
