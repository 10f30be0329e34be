"""What a connection may cost: how much is kept of what comes on it, and for how long somebody may be waited for."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest

from shared.settings import ServiceSettings
from shared.web import server as bounds
from shared.web.server import http_server
from tests.support.people_app import people_app
from tests.support.tokens import auth_settings, bearer

PATIENCE_S = 0.5
AUTHORIZED = f"Host: x\r\nAuthorization: {bearer()['Authorization']}\r\n"
CREATE = f"POST /v1/people HTTP/1.1\r\n{AUTHORIZED}Content-Type: application/json\r\n"
READ = f"GET /v1/people/1 HTTP/1.1\r\n{AUTHORIZED}"
CHUNKED = f"{CREATE}Transfer-Encoding: chunked\r\n\r\n"
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    """A server of little patience."""
    for name in ("HEAD_TIMEOUT_S", "BODY_TIMEOUT_S", "TAKE_TIMEOUT_S"):
        monkeypatch.setattr(bounds, name, PATIENCE_S)
    settings = ServiceSettings.model_validate({**auth_settings(), "shutdown_timeout_s": 2, "http_rate_per_second": 0})
    server = http_server(people_app(), settings)
    listener = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    yield listener.getsockname()[1]
    server.should_exit = server.force_exit = True
    await running


async def sent(port: int, text: str) -> Connection:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode())
    return reader, writer


async def cut_off(writer: asyncio.StreamWriter, piece: bytes, pieces: int) -> bool:
    """Whether the server stops taking them before they are all sent."""
    try:
        async with asyncio.timeout(PATIENCE_S + 10):
            for _ in range(pieces):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    finally:
        writer.close()
    return False


async def test_trailers_without_end_are_cut_off(port: int) -> None:
    _, writer = await sent(port, f"{CHUNKED}1\r\n1\r\n0\r\n")

    assert await cut_off(writer, b"x-trailer: " + b"v" * 20_000 + b"\r\n", 500)


async def test_a_line_before_a_chunk_without_end_is_cut_off(port: int) -> None:
    _, writer = await sent(port, f"{CHUNKED}1;x=")

    assert await cut_off(writer, b"v" * 20_000, 500)


async def test_trailers_of_ordinary_length_are_no_headers(port: int) -> None:
    body = b'{"first_name": "Ada"}'
    reader, writer = await sent(port, f"{CHUNKED}{len(body):x}\r\n{body.decode()}\r\n0\r\nX-Request-Id: trailed\r\n\r\n")

    head = await reader.readuntil(b"\r\n\r\n")
    writer.close()

    assert head.startswith(b"HTTP/1.1 201")
    assert b"trailed" not in head


@pytest.mark.parametrize("begun", ["", "GET /livez HTTP/1.1\r\nHos", f"{CREATE}Content-Length: 1000\r\n\r\n", f"{CHUNKED}5\r\n{{"])
async def test_what_never_comes_is_not_waited_for(port: int, begun: str) -> None:
    reader, writer = await sent(port, begun)

    async with asyncio.timeout(PATIENCE_S + 5):
        await reader.read()
    writer.close()


async def test_a_body_that_comes_slowly_but_comes_is_taken(port: int) -> None:
    name = "x" * 8_000
    reader, writer = await sent(port, f'{CREATE}Content-Length: {len(name) + 18}\r\n\r\n{{"first_name": "')
    began = time.monotonic()
    for start in range(0, len(name), 1_000):
        await asyncio.sleep(PATIENCE_S / 4)
        writer.write(name[start : start + 1_000].encode())
    writer.write(b'"}')
    answer = await reader.readline()
    writer.close()

    assert answer.startswith(b"HTTP/1.1 201")
    assert time.monotonic() - began > PATIENCE_S


async def test_a_large_head_after_another_request_leaves_that_one_its_answer(port: int) -> None:
    reader, writer = await sent(port, f"{READ}\r\nGET / HTTP/1.1\r\nx: {'v' * 40_000}\r\n")
    writer.write(b"x: " + b"v" * 300_000)

    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_who_asks_and_does_not_take_the_answers_is_left(port: int) -> None:
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    small.connect(("127.0.0.1", port))
    small.setblocking(False)
    _, writer = await asyncio.open_connection(sock=small, limit=1)
    name = "x" * 200_000
    one = f'{CREATE}Content-Length: {len(name) + 18}\r\n\r\n{{"first_name": "{name}"}}'.encode()

    assert await cut_off(writer, one, 200)
