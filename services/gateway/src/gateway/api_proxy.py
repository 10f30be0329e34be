"""One API over the services: the first segment of the path decides which one answers, and bodies stream both ways.

Neither cookies nor the outside token go further than this, and only headers that mean something to both sides pass.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import httpx
from fastapi import APIRouter, Request
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

_ASKED = ("accept", "accept-language", "content-type", "content-length", "if-match", "if-none-match", "idempotency-key", "prefer")
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
async def forward(request: Request, caller: Program, segment: str, rest: str = "") -> StreamingResponse:
    """The service's own answer, as it comes."""
    service = service_for(segment, parts_of(request).services)
    outgoing = _outgoing(request, service, caller)
    async with AsyncExitStack() as opened:
        try:
            incoming = await opened.enter_async_context(service.streamed(outgoing))
        except UnansweredError as error:
            raise error.problem() from error
        closing = opened.pop_all()
    return StreamingResponse(_body(incoming, closing), incoming.status_code, _answered(incoming))


def _outgoing(request: Request, service: Service, caller: Principal) -> httpx.Request:
    raw = request.scope["raw_path"].decode("ascii")
    if any(part in {".", ".."} for part in request.url.path.split("/")) or "%2f" in raw.casefold():
        raise Problem(400, "malformed-path", "The path may not climb.")
    path = raw.removeprefix("/api") + (f"?{request.url.query}" if request.url.query else "")
    headers = {name: request.headers[name] for name in _ASKED if name in request.headers} | passed_on(caller.token)
    with_body = request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers
    return service.http.build_request(request.method, path, headers=headers, content=request.stream() if with_body else None)


def _answered(incoming: httpx.Response) -> dict[str, str]:
    headers = {name: incoming.headers[name] for name in _ANSWERED if name in incoming.headers}
    if "content-encoding" in incoming.headers:
        headers.pop("content-length", None)  # httpx unpacks the body, so its length is another
    if (location := incoming.headers.get("location", "")).startswith("/v1/"):
        headers["location"] = "/api" + location
    return headers


async def _body(incoming: httpx.Response, closing: AsyncExitStack) -> AsyncIterator[bytes]:
    async with closing:
        async for chunk in incoming.aiter_bytes():
            yield chunk
