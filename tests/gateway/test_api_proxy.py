"""What goes through to the services, what comes back, and what callers see of a service that misbehaves."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from shared.devstack.processes import free_port
from tests.support.gateway import RunningGateway, Upstream, running_gateway
from tests.support.http import problem


async def test_path_and_query_arrive_as_they_were_sent(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.api() as api:
        answer = await api.get("/contacts/a%20b?q=Zo%C3%AB&q=2&cursor=x%3D%3D")

    assert answer.json()["path"] == "/v1/contacts/a b"
    assert upstream.last.scope["raw_path"] == b"/v1/contacts/a%20b"
    assert upstream.last.url.query == "q=Zo%C3%AB&q=2&cursor=x%3D%3D"


async def test_body_and_the_headers_that_matter_arrive(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.api() as api:
        headers = {"Idempotency-Key": "k1", "If-Match": '"3"', "X-Correlation-Id": "c-1", "X-Forwarded-For": "6.6.6.6"}
        await api.post("/contacts", json={"first_name": "Zoë"}, headers=headers)

    assert upstream.bodies[-1] == '{"first_name":"Zoë"}'.encode()
    sent = upstream.last.headers
    assert (sent["idempotency-key"], sent["if-match"], sent["x-correlation-id"]) == ("k1", '"3"', "c-1")
    assert "x-forwarded-for" not in sent


@pytest.mark.parametrize("header", ["Idempotency-Key", "If-Match", "Accept-Language"])
async def test_the_bytes_of_a_header_arrive_whatever_they_mean(gateway: RunningGateway, upstream: Upstream, header: str) -> None:
    async with gateway.api() as api:
        answer = await api.post("/contacts", json={}, headers=httpx.Headers([(header.encode(), "é".encode())]))

    assert answer.status_code == 200
    assert (header.lower().encode(), "é".encode()) in upstream.last.headers.raw


async def test_a_refusal_of_the_service_comes_back_word_for_word(gateway: RunningGateway, upstream: Upstream) -> None:
    said = {"type": "urn:problem:validation", "title": "No", "status": 422, "errors": [{"field": "emails.0", "message": "not an address"}]}
    upstream.answers("/v1/contacts", said, 422, etag='"7"', set_cookie="stolen=1", location="/v1/contacts/c9")
    async with gateway.api() as api:
        answer = await api.post("/contacts", json={})

    assert (answer.status_code, answer.json(), answer.headers["etag"]) == (422, said, '"7"')
    assert answer.headers["location"] == "/api/v1/contacts/c9"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("segment", "service"),
    [
        ("contacts", "contacts"), ("accounts", "contacts"), ("members", "contacts"), ("duplicates/check", "dedupe"),
        ("timeline/c1", "timeline"), ("preflight", "outreach-guard"), ("policy", "outreach-guard"),
    ],
)  # fmt: skip
async def test_a_service_that_is_down_is_named(tmp_path: Path, segment: str, service: str) -> None:
    async with running_gateway(tmp_path, f"http://127.0.0.1:{free_port()}") as gateway, gateway.api() as api:
        answer = await api.get(f"/{segment}")

    assert problem(answer, 503)["service"] == service
    assert answer.headers["retry-after"] == "3"


async def test_a_service_that_does_not_answer_in_time_is_named(impatient: RunningGateway, upstream: Upstream) -> None:
    upstream.dawdles("/v1/timeline/.*")
    async with impatient.api() as api:
        answer = await api.get("/timeline/c1")

    assert problem(answer, 504)["service"] == "timeline"


async def test_a_service_that_keeps_failing_is_left_in_peace_and_tried_again(impatient: RunningGateway, upstream: Upstream) -> None:
    upstream.dawdles("/v1/timeline/slow")
    async with impatient.api() as api:
        for _ in range(5):
            await api.get("/timeline/slow")
        asked = len(upstream.asked)
        at_once = await api.get("/timeline/c1")
        asked_meanwhile = len(upstream.asked) - asked
        others = await api.get("/contacts")

    assert problem(at_once, 503)["service"] == "timeline"
    assert asked_meanwhile == 0
    assert others.status_code == 200


async def test_a_body_over_the_limit_is_refused_while_it_is_sent(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.api() as api:
        answer = await api.post("/contacts", content=b" " * 300_000, headers={"Content-Type": "application/json"})

    assert problem(answer, 413)["type"] == "urn:problem:body-too-large"


async def opened(gateway: RunningGateway, request: str) -> asyncio.StreamWriter:
    """A connection of a client who asked and then does nothing any more."""
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    narrow.connect(("127.0.0.1", httpx.URL(gateway.url).port))
    narrow.setblocking(False)
    _, writer = await asyncio.open_connection(sock=narrow, limit=1)
    writer.write(f"{request}Host: x\r\nAuthorization: Bearer {await gateway.token()}\r\n\r\n".encode())
    return writer


@pytest.mark.parametrize(
    "request_line",
    [
        "POST /api/v1/contacts HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n",
        "GET /api/v1/contacts/large HTTP/1.1\r\n",
        "GET /api/v1/contacts/export HTTP/1.1\r\n",
    ],
    ids=["senders", "takers", "takers of a long answer"],
)
async def test_slow_clients_leave_the_others_their_connections(upstream: Upstream, tmp_path: Path, request_line: str) -> None:
    async def large(request: Request) -> Response:
        return Response(b"x" * (1_900_000 if request.url.path.endswith("large") else 20_000_000))

    upstream.behaves("/v1/contacts/(large|export)", large)
    async with running_gateway(tmp_path, upstream.url, connections_per_service=4, proxy_timeout_s=5.0) as gateway:
        slow = [await opened(gateway, request_line) for _ in range(6)]
        await asyncio.sleep(0.5)
        async with gateway.api() as api:
            answer = await api.get("/contacts")
        for writer in slow:
            writer.transport.abort()

    assert answer.status_code == 200


async def test_a_long_answer_is_passed_on_as_it_comes(gateway: RunningGateway, upstream: Upstream) -> None:
    async def long(_: Request) -> Response:
        return Response(b"x" * 5_000_000, media_type="text/csv", headers={"Content-Disposition": "attachment"})

    upstream.behaves("/v1/contacts/export", long)
    async with gateway.api() as api:
        answer = await api.get("/contacts/export")

    assert (len(answer.content), answer.headers["content-disposition"]) == (5_000_000, "attachment")


@pytest.mark.parametrize("path", ["/contacts/%2e%2e/members", "/contacts/..%2Fmembers", "/contacts/x%2Fy"])
async def test_a_path_that_climbs_goes_nowhere(gateway: RunningGateway, upstream: Upstream, path: str) -> None:
    async with gateway.api() as api:
        answer = await api.get(path)

    assert answer.status_code in {400, 404}
    assert upstream.asked == []


async def test_what_is_no_part_of_the_api_is_not_here(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.api() as api:
        problem(await api.get("/metrics"), 404)

    assert upstream.asked == []
