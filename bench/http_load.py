"""Thirty lines of HTTP client: on two cores a real one would cost more than the servers that are compared."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

LENGTH = b"content-length: "

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def requests_per_second(port: int, requests: Sequence[bytes], times: int, connections: int) -> float:
    """Each connection sends one of `requests` after another, round and round; raises when an answer is not a 200."""
    numbers = iter(range(times))

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            await _answered(reader, writer, requests[number % len(requests)])
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(connection() for _ in range(connections)))
    return times / (time.perf_counter() - began)


async def milliseconds_each(port: int, requests: Sequence[bytes], per_second: float) -> list[float]:
    """From when each request was due to its answer: they are sent on time, whether or not earlier ones were answered."""
    idle: list[Connection] = []
    began = time.perf_counter()

    async def one(number: int, asked: bytes) -> float:
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        connection = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        await _answered(*connection, asked)
        idle.append(connection)
        return (time.perf_counter() - due) * 1000

    took = await asyncio.gather(*(one(number, asked) for number, asked in enumerate(requests)))
    for _, writer in idle:
        writer.close()
    return list(took)


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: bytes) -> None:
    writer.write(asked)
    head = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in head[:16]:
        raise RuntimeError(head.split(b"\r\n")[0].decode())
    start = head.lower().index(LENGTH) + len(LENGTH)
    await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))


def request(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    fields = {"Host": "127.0.0.1", "Content-Type": "application/json", "Content-Length": str(len(body)), **headers}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode() + body
