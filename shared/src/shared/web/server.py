"""The HTTP server of a process: uvicorn, with the bounds it lacks and without its own idea of signals.

Its parser keeps a head, or the trailers behind a body, however long they are; and it waits for ever for a head, for a body, and for
somebody to take an answer. A few connections without end would take all memory, many that say or hear nothing all sockets.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.problem import MEDIA_TYPE, Problem
from shared.settings import ServiceSettings

MAX_HEAD_BYTES = 32_768
HEAD_TIMEOUT_S = 10.0
BODY_TIMEOUT_S = 10.0
TAKE_TIMEOUT_S = 10.0
IDLE_TIMEOUT_S = 75
"""Longer than clients and load balancers keep an idle connection (httpx 5 s, others 60 s): whoever closes first is not to be the server,
or a request meets a connection that is being closed."""
LEAST_BYTES_PER_S = 2_000
"""What a body on its way, or an answer being taken, has to move by to have more time than that."""


class Server(uvicorn.Server):
    """Leaves signals to the process, which stops in an order of its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def http_server(app: FastAPI, settings: ServiceSettings) -> Server:
    return Server(
        uvicorn.Config(
            app,
            http=_Bounded,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=IDLE_TIMEOUT_S,
            timeout_graceful_shutdown=max(1, int(settings.shutdown_timeout_s / 2)),
        )
    )


class _Bounded(HttpToolsProtocol):
    """Counts what came since the last piece of body: a head, the line before a chunk, or trailers; all of them are kept by the parser."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._kept_bytes = 0
        self._got_on = False  # whether the data at hand held a piece of body, or the end of a message
        self._in_body = False
        self._body_until = 0.0
        self._untaken = 0
        self._coming = _Timer(self.loop)  # for a head or a body
        self._taking = _Timer(self.loop)  # for an answer

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._coming.start(HEAD_TIMEOUT_S, transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._coming.stop()
        self._taking.stop()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._untaken = self.transport.get_write_buffer_size()
        self._taking.start(TAKE_TIMEOUT_S, self._answer_is_late)

    def resume_writing(self) -> None:
        self._taking.stop()
        super().resume_writing()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._kept_bytes = 0
        if not self._coming.running:
            self._coming.start(HEAD_TIMEOUT_S, self.transport.close)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._in_body:  # nobody reads trailers
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._got_on = self._in_body = True
        self._body_until = self.loop.time() + BODY_TIMEOUT_S
        self._coming.start(BODY_TIMEOUT_S, self._body_is_late)

    def on_chunk_header(self) -> None:
        self._got_on = True

    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        self._got_on = True
        self._body_until += len(body) / LEAST_BYTES_PER_S

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._got_on, self._in_body = True, False
        self._coming.stop()

    def data_received(self, data: bytes) -> None:
        self._got_on = False
        super().data_received(data)
        self._kept_bytes = 0 if self._got_on else self._kept_bytes + len(data)
        if self._kept_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse()

    def _body_is_late(self) -> None:
        """Late is who could send and does not, or not fast enough."""
        if self.flow.read_paused:
            self._body_until = self.loop.time() + BODY_TIMEOUT_S
        left = self._body_until - self.loop.time()
        if left > 0:
            self._coming.start(left, self._body_is_late)
        else:
            self.transport.close()

    def _answer_is_late(self) -> None:
        left = self.transport.get_write_buffer_size()
        if self._untaken - left < TAKE_TIMEOUT_S * LEAST_BYTES_PER_S:
            self.transport.abort()  # closing would wait for the same client
        else:
            self._untaken = left
            self._taking.start(TAKE_TIMEOUT_S, self._answer_is_late)

    def _refuse(self) -> None:
        """At once where nothing is under way; else the answer of an earlier request comes first, and is the last."""
        if self._in_body:
            self.transport.close()
            return
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            self.flow.pause_reading()
            return
        body = json.dumps(Problem(431, "headers-too-large", f"At most {MAX_HEAD_BYTES} bytes of headers.").body()).encode()
        head = f"HTTP/1.1 431 X\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()


class _Timer:
    """At most one call that is to come."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None

    @property
    def running(self) -> bool:
        return self._handle is not None

    def start(self, seconds: float, then: Callable[[], object]) -> None:
        self.stop()
        self._handle = self._loop.call_later(seconds, then)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
