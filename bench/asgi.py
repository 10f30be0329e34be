"""Requests straight into an ASGI app: what a client library and sockets cost on the same cores would hide what is compared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from fastapi import FastAPI

Message = MutableMapping[str, Any]


async def request(app: FastAPI, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> int:
    """The status of the answer; its body is made and thrown away."""
    path, _, query = path.partition("?")
    status = 0
    named = {"content-type": "application/json", **(headers or {})}
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "root_path": "",
        "scheme": "http", "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "state": {},
        "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
    }  # fmt: skip

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]

    await app(scope, receive, send)
    return status


async def seconds_each(work: Callable[[int], Any], times: int, clients: int) -> tuple[list[float], float]:
    """How long each of `times` calls took with `clients` at once, and how long all took."""
    numbers, took = iter(range(times)), list[float]()

    async def client() -> None:
        for number in numbers:
            began = time.perf_counter()
            await work(number)
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(clients)))
    return took, time.perf_counter() - began
