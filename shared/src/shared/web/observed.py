"""The outermost layer of every app: ids, log line, metrics, trace, security headers, and the net under unforeseen errors."""

from __future__ import annotations

import re
import time
from functools import cache
from typing import Any

import structlog
from opentelemetry.trace import SpanKind
from prometheus_client import Counter, Histogram, disable_created_metrics
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import telemetry
from shared.contracts.ids import new_id
from shared.problem import Problem
from shared.web import problems

log = structlog.get_logger(__name__)

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each one, that nobody reads

REQUESTS = Counter("http_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "Time to the last byte of the answer",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)

CLIENT_LEFT = 499
"""How those are counted who left before they had sent everything."""

_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,100}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_PROBES = {"/livez", "/readyz", "/metrics"}
_SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)


class Observed:
    """Wraps the whole app. A route may set any of the security headers itself, as the page does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _sane(headers.get("x-request-id")) or new_id()
        correlation_id = _sane(headers.get("x-correlation-id")) or request_id
        answer = _Answer(send, request_id, correlation_id)
        started = time.perf_counter()
        with (
            telemetry.scope(request_id=request_id, correlation_id=correlation_id),
            telemetry.span(scope["method"], parent=headers.get("traceparent"), kind=SpanKind.SERVER) as span,
        ):
            try:
                await self._answered(scope, receive, answer)
            finally:
                route = _route(scope)
                span.update_name(f"{scope['method']} {route}")
                _record(scope["method"], route, answer.status, time.perf_counter() - started)

    async def _answered(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            await problems.response(Problem(400, "malformed-text", "Text may not contain NUL."))(scope, receive, answer)
            return
        try:
            await self._app(scope, receive, answer)
        except ClientDisconnect:  # in the middle of what they sent: nobody is there to be answered
            answer.status = CLIENT_LEFT
        except Exception:
            log.exception("request_failed", method=scope["method"], route=_route(scope))
            if answer.status is not None:
                raise  # half an answer is out: the server must cut the connection
            await problems.response(Problem(500, "internal", "Something went wrong on our side."))(scope, receive, answer)


class _Answer:
    """Passes an answer on, with headers added, and remembers its status."""

    def __init__(self, send: Send, request_id: str, correlation_id: str) -> None:
        self._send = send
        self._ids = ((b"x-request-id", request_id.encode()), (b"x-correlation-id", correlation_id.encode()))
        self.status: int | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = {name.lower() for name, _ in message.get("headers", ())}
            missing = [header for header in _SECURITY_HEADERS if header[0] not in given]
            message["headers"] = [*message.get("headers", ()), *missing, *self._ids]
        await self._send(message)


def _sane(value: str | None) -> str | None:
    """Ids go into logs and events: what doesn't look like one is replaced."""
    return value if value and _SANE_ID.fullmatch(value) else None


def _route(scope: Scope) -> str:
    """The template, never the path: that one holds ids and has no end of values."""
    route: Any = scope.get("route")
    return getattr(route, "path", None) or "unmatched"


def _record(method: str, route: str, status: int | None, seconds: float) -> None:
    method = method if method in _METHODS else "OTHER"
    count, took = _series(method, route, status or 500)
    count.inc()
    took.observe(seconds)
    if route not in _PROBES:
        log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


@cache
def _series(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    """To look them up by their labels costs more than to count; there are as many as there are routes and answers."""
    return REQUESTS.labels(method, route, str(status)), SECONDS.labels(method, route)
