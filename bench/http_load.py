"""Thirty lines of HTTP client: on two cores a real one would cost more than the servers that are compared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

LENGTH = b"content-length: "


async def requests_per_second(port: int, requests: Sequence[bytes], times: int, connections: int) -> float:
    """Each connection sends one of `requests` after another, round and round; raises when an answer is not a 200."""
    numbers = iter(range(times))

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            writer.write(requests[number % len(requests)])
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head[:16]:
                raise RuntimeError(head.split(b"\r\n")[0].decode())
            start = head.lower().index(LENGTH) + len(LENGTH)
            await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    return times / (time.perf_counter() - began)


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body
