"""The HTTP server of a process: uvicorn, with the two bounds it lacks and without its own idea of signals.

Its parser keeps a request's head however long it is and however slowly it comes: a few connections with endless headers would take all
memory, many that say nothing all sockets.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from shared.problem import MEDIA_TYPE, Problem
from shared.settings import ServiceSettings

MAX_HEAD_BYTES = 32_768
HEAD_TIMEOUT_S = 10.0


class Server(uvicorn.Server):
    """Leaves signals to the process, which stops in an order of its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def http_server(app: FastAPI, settings: ServiceSettings) -> Server:
    return Server(
        uvicorn.Config(
            app,
            http=_BoundedHead,
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=max(1, int(settings.shutdown_timeout_s / 2)),
        )
    )


class _BoundedHead(HttpToolsProtocol):
    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None  # runs while a head is awaited or read

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_complete()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_complete()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._head_timer is None or self.transport.is_closing():
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refuse()

    def _await_head(self) -> None:
        self._head_bytes = 0
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.close)

    def _head_complete(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self) -> None:
        body = json.dumps(Problem(431, "headers-too-large", f"At most {MAX_HEAD_BYTES} bytes of headers.").body()).encode()
        head = f"HTTP/1.1 431 X\r\nContent-Type: {MEDIA_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + body)
        self.transport.close()
