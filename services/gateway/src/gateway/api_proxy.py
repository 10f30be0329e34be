"""One API over the services: the first segment of the path decides which one answers.

Neither cookies nor the outside token go further than this, and only headers that mean something to both sides pass. A client may send and
take slowly, for as long as the server lets it, but the connections to a service are for all: one is taken when the request is here as a
whole, and given back when the answer is, or after a while if that is a long one.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from gateway.access import Program
from gateway.clients import Service, Services, UnansweredError
from gateway.parts import parts_of
from shared import telemetry
from shared.auth import Principal
from shared.problem import Problem
from shared.services import SERVICES

PREFIX = "/api/v1"
SEGMENTS: Mapping[str, str] = {segment: service.name for service in SERVICES for segment in service.segments}
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
AHEAD_BYTES = 2 * 1024 * 1024
"""So much of an answer is read whether the client takes it or not."""
LONG_ANSWER_S = 60.0
"""And so long it may take to deliver one that is longer."""

_ASKED = ("accept", "accept-language", "content-type", "if-match", "if-none-match", "idempotency-key", "prefer")
_ANSWERED = ("content-type", "content-length", "content-disposition", "etag", "retry-after", "allow", "accept-post", "www-authenticate")

router = APIRouter(include_in_schema=False)


def service_for(segment: str, services: Services) -> Service:
    """The service that answers under this first segment."""
    if segment not in SEGMENTS:
        raise Problem(404, "not-found", "Nothing of the API is here; /api/v1/openapi.json lists what is.")
    return services[SEGMENTS[segment]]


def passed_on(caller_token: str) -> dict[str, str]:
    """The headers that every call to a service carries: who asks, and what the work belongs to."""
    ids = {
        "x-request-id": telemetry.request_id(),
        "x-correlation-id": telemetry.correlation_id(),
        "traceparent": telemetry.current_traceparent(),
    }
    return {"authorization": f"Bearer {caller_token}"} | {name: value for name, value in ids.items() if value is not None}


@router.api_route(PREFIX + "/{segment}", methods=METHODS)
@router.api_route(PREFIX + "/{segment}/{rest:path}", methods=METHODS)
async def forward(request: Request, caller: Program, segment: str, rest: str = "") -> Response:
    """The service's own answer."""
    service = service_for(segment, parts_of(request).services)
    outgoing = _outgoing(request, await request.body(), service, caller)
    async with AsyncExitStack() as opened:
        try:
            incoming = await opened.enter_async_context(service.streamed(outgoing))
            coming, ahead = incoming.aiter_bytes(), bytearray()
            async for chunk in coming:
                ahead += chunk
                if len(ahead) > AHEAD_BYTES:
                    await opened.enter_async_context(service.long_answer())
                    return StreamingResponse(_rest(bytes(ahead), coming, opened.pop_all()), incoming.status_code, _answered(incoming))
        except UnansweredError as error:
            raise error.problem() from error
        except httpx.HTTPError as error:
            raise service.silent("broken").problem() from error
    return Response(bytes(ahead), incoming.status_code, _answered(incoming))


def _outgoing(request: Request, body: bytes, service: Service, caller: Principal) -> httpx.Request:
    raw = request.scope["raw_path"].decode("ascii")
    if any(part in {".", ".."} for part in request.url.path.split("/")) or "%2f" in raw.casefold():
        raise Problem(400, "malformed-path", "The path may not climb.")
    path = raw.removeprefix("/api") + (f"?{request.url.query}" if request.url.query else "")
    asked = {name: request.headers[name].encode("latin-1") for name in _ASKED if name in request.headers}  # the bytes as they came
    own = {name: value.encode() for name, value in passed_on(caller.token).items()}
    headers = [(name.encode(), value) for name, value in (asked | own).items()]
    return service.http.build_request(request.method, path, headers=headers, content=body or None)


def _answered(incoming: httpx.Response) -> dict[str, str]:
    headers = {name: incoming.headers[name] for name in _ANSWERED if name in incoming.headers}
    if "content-encoding" in incoming.headers:
        headers.pop("content-length", None)  # httpx unpacks the body, so its length is another
    if (location := incoming.headers.get("location", "")).startswith("/v1/"):
        headers["location"] = "/api" + location
    return headers


async def _rest(ahead: bytes, coming: AsyncIterator[bytes], closing: AsyncExitStack) -> AsyncIterator[bytes]:
    """An answer that is too long to keep, at the client's pace; cut off when that takes too long."""
    until = time.monotonic() + LONG_ANSWER_S
    async with closing:
        yield ahead
        async for chunk in coming:
            if time.monotonic() > until:
                raise TimeoutError("a long answer was not taken in time")
            yield chunk
