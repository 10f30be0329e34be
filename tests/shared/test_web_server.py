"""What shows only with a real server and a real socket: bodies without end, and where traces go."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from shared.settings import ServiceSettings
from shared.web.server import http_server
from tests.support.http import loopback_client
from tests.support.people_app import people_app
from tests.support.processes import Running, listening, running
from tests.support.tokens import auth_settings, bearer


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def server() -> AsyncIterator[Running]:
    """One process for the tests that leave it as it was."""
    async with running() as one:
        await listening(one)
        yield one


async def test_a_sender_of_too_much_gets_its_answer_before_the_connection_closes(server: Running) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(server.url).port)
    head = f"POST /v1/people HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer()['Authorization']}\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
    writer.write((b"1000\r\n" + b"x" * 4096 + b"\r\n") * 200 + b"0\r\n\r\n")
    await writer.drain()

    answer = await reader.read()

    assert answer.startswith(b"HTTP/1.1 413")
    writer.close()


async def test_an_endless_sender_is_cut_off(server: Running) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(server.url).port)
    writer.write(b"POST /v1/people HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    with pytest.raises(ConnectionError):
        for _ in range(20_000):
            writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            await writer.drain()


@pytest.mark.parametrize(
    ("start", "more"),
    [
        (b"GET /livez HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 4096),
        (b"GET /livez HTTP/1.1\r\nHost: x\r\n", b"X-A: a\r\n" * 400),
        (b"GET /", b"a" * 4096),
    ],
)
async def test_a_head_without_end_is_cut_off(server: Running, start: bytes, more: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(server.url).port)
    writer.write(start)
    answer = b""
    for _ in range(100):
        writer.write(more)
        await asyncio.sleep(0.01)
        if answer := await _at_once(reader):
            break

    assert answer.startswith(b"HTTP/1.1 431")
    assert b"urn:problem:headers-too-large" in answer
    writer.close()


async def test_a_large_head_within_the_limit_and_a_large_body_after_it_are_taken(server: Running) -> None:
    """They may arrive in one piece: what belongs to the body does not count as head."""
    async with loopback_client(base_url=server.url, headers=bearer()) as client:
        for _ in range(3):  # on one connection: each head is counted from its own beginning
            answer = await client.post("/v1/people", json={"first_name": "x" * 200_000}, headers={"X-Long": "a" * 20_000})
            assert answer.status_code == 201


async def test_text_nobody_can_have_meant_is_never_a_500(server: Running) -> None:
    port = httpx.URL(server.url).port
    for target in (
        b"/v1/people/\xff",
        b"/v1/people/%ff",
        b"/v1/people/%ed%a0%80",
        b"/v1/people/1?limit=%ff",
        b"/v1/people/%00",
        b"//",
        b"*",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: \xff\r\n"
        writer.write(head + b"Authorization: " + bearer()["Authorization"].encode() + b"\r\n\r\n")
        answer = await reader.read()
        writer.close()

        assert answer[9:10] in {b"2", b"4"}, (target, answer)


async def _at_once(reader: asyncio.StreamReader) -> bytes:
    """What has arrived already."""
    try:
        return await asyncio.wait_for(reader.read(65_536), 0.01)
    except TimeoutError:
        return b""


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


async def test_a_sender_who_leaves_in_the_middle_is_no_failure_of_ours() -> None:
    async with running() as one:
        await listening(one)
        _, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(one.url).port)
        writer.write(f"POST /v1/imports HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer()['Authorization']}\r\n".encode())
        writer.write(b"Content-Length: 1000\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.transport.abort()
        logged = await one.until("request")

    assert logged["status"] == 499
    assert [line for line in one.lines if line["event"] == "request_failed"] == []


def test_the_side_that_closes_an_idle_connection_is_the_client() -> None:
    """Or a request now and then meets a connection that the server is just closing."""
    server = http_server(people_app(), ServiceSettings.model_validate(auth_settings()))

    assert server.config.timeout_keep_alive > (httpx.Limits().keepalive_expiry or 0) > 0
