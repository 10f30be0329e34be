"""What shows only with a real server and a real socket: bodies without end, and where traces go."""

from __future__ import annotations

import asyncio
import socket
import time

import httpx
import pytest

from tests.support.processes import listening, running
from tests.support.tokens import bearer


async def test_a_sender_of_too_much_gets_its_answer_before_the_connection_closes() -> None:
    async with running() as one:
        await listening(one)
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(one.url).port)
        head = f"POST /v1/people HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer()['Authorization']}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        writer.write((b"1000\r\n" + b"x" * 4096 + b"\r\n") * 200 + b"0\r\n\r\n")
        await writer.drain()

        answer = await reader.read()

        assert answer.startswith(b"HTTP/1.1 413")
        writer.close()


async def test_an_endless_sender_is_cut_off() -> None:
    async with running() as one:
        await listening(one)
        _, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(one.url).port)
        writer.write(b"POST /v1/people HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        with pytest.raises(ConnectionError):
            for _ in range(20_000):
                writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                await writer.drain()


async def test_a_trace_goes_on_to_the_collector_that_is_configured() -> None:
    received: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()

    async def collect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        await received.put((head.partition("\r\n")[0], await reader.readexactly(length)))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    trace_id = "0af7651916cd43dd8448eb211c80319c"
    async with await asyncio.start_server(collect, "127.0.0.1", 0) as collector:
        endpoint = f"http://127.0.0.1:{collector.sockets[0].getsockname()[1]}"
        async with running(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint, OTEL_EXPORTER_OTLP_COMPRESSION="none") as one:
            await listening(one)
            await one.until("started")
            await one.get("/v1/people/ann@example.org", traceparent=f"00-{trace_id}-b7ad6b7169203331-01")
            one.stop()
            assert await one.ended() == 0

    request, spans = await asyncio.wait_for(received.get(), 5)
    assert request == "post /v1/traces http/1.1"
    assert bytes.fromhex(trace_id) in spans
    assert b"GET /v1/people/{person_id}" in spans
    assert b"ann@example.org" not in spans


async def test_a_collector_that_is_away_does_not_keep_a_process_from_stopping() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        async with running(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as one:
            await listening(one)
            await one.until("started")
            await one.get("/livez")
            started = time.monotonic()
            one.stop()

            assert await one.ended() == 0
            assert time.monotonic() - started < 8
