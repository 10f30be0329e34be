"""A gateway that really listens, in front of services that are not ours to trust: a stand-in that can be slow, broken or gone."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.app import build
from gateway.settings import GatewaySettings
from shared.services import SERVICES
from tests.support.http import loopback_client

PASSWORD = "open-sesame-42"
PEOPLE: dict[str, dict[str, str]] = {
    "ada@acme.test": {"acme": "admin"},
    "ann@acme.test": {"acme": "member", "globex": "viewer"},
    "mel@acme.test": {"acme": "manager"},
    "vic@acme.test": {"acme": "viewer"},
    "new@acme.test": {},
}
PATIENT = {"connect_timeout_s": 10.0, "page_timeout_s": 10.0, "proxy_timeout_s": 10.0}
"""On a crowded machine an answer may take a while and still be one."""
IMPATIENT: dict[str, Any] = {"page_timeout_s": 0.8, "proxy_timeout_s": 1.2}
Behaviour = Callable[[Request], Awaitable[Response]]


def listening(port: int = 0) -> socket.socket:
    """Bound at once: a port that is only chosen may be somebody else's a moment later."""
    return socket.create_server(("127.0.0.1", port))


@asynccontextmanager
async def serving(app: ASGIApp, listener: socket.socket | None = None) -> AsyncIterator[str]:
    """The app behind a real socket."""
    listener = listener or listening()
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, ws="none", timeout_graceful_shutdown=1))
    running = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0.01)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await running


@dataclass
class Upstream:
    """Plays a service. It remembers what it was asked and answers as the test says; until then with the path, as JSON."""

    asked: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    behaviours: list[tuple[str, str, Behaviour]] = field(default_factory=list)
    url: str = ""

    def forget(self) -> None:
        for remembered in (self.asked, self.bodies, self.behaviours):
            remembered.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request)
        self.bodies.append(await request.body())
        for method, pattern, behave in reversed(self.behaviours):
            if re.fullmatch(method, request.method) and re.fullmatch(pattern, request.url.path):
                await (await behave(request))(scope, receive, send)
                return
        await JSONResponse({"items": [], "next_cursor": None, "path": request.url.path})(scope, receive, send)

    def behaves(self, pattern: str, behave: Behaviour, method: str = ".*") -> None:
        """The newest behaviour that fits a request decides."""
        self.behaviours.append((method, pattern, behave))

    def answers(self, pattern: str, body: Any, status: int = 200, method: str = ".*", **headers: str) -> None:
        """Paths that match get this JSON."""

        async def behave(_: Request) -> Response:
            return JSONResponse(body, status, {name.replace("_", "-"): value for name, value in headers.items()})

        self.behaves(pattern, behave, method)

    def babbles(self, pattern: str, content: bytes) -> None:
        """Paths that match get this, which is no JSON."""

        async def behave(_: Request) -> Response:
            return Response(content, media_type="application/json")

        self.behaves(pattern, behave)

    def dawdles(self, pattern: str, seconds: float = 30.0) -> None:
        """Paths that match get nothing for a long time."""

        async def behave(_: Request) -> Response:
            await asyncio.sleep(seconds)
            return JSONResponse({})

        self.behaves(pattern, behave)

    @property
    def last(self) -> Request:
        return self.asked[-1]

    def paths(self) -> list[str]:
        return [request.url.path for request in self.asked]


@dataclass(frozen=True)
class RunningGateway:
    """Where it is, and ways in."""

    url: str
    state: Path

    async def token(self, email: str = "mel@acme.test") -> str:
        grant = {"grant_type": "password", "username": email, "password": PASSWORD}
        async with loopback_client() as http:
            answer = (await http.post(f"{self.url}/dev-issuer/token", data=grant)).raise_for_status()
        return str(answer.json()["access_token"])

    @asynccontextmanager
    async def api(self, email: str = "mel@acme.test", **headers: str) -> AsyncIterator[httpx.AsyncClient]:
        """A program with that person's token."""
        sent = {"Authorization": f"Bearer {await self.token(email)}"} | {name.replace("_", "-"): value for name, value in headers.items()}
        async with loopback_client(base_url=f"{self.url}/api/v1", headers=sent, timeout=20) as client:
            yield client

    @asynccontextmanager
    async def outsider(self) -> AsyncIterator[httpx.AsyncClient]:
        """A browser that is not signed in and follows nothing by itself."""
        async with loopback_client(base_url=self.url, timeout=20, headers={"Accept": "text/html"}) as client:
            yield client

    @asynccontextmanager
    async def browser(self, email: str = "mel@acme.test", path: str = "/contacts") -> AsyncIterator[httpx.AsyncClient]:
        """A browser that has signed in."""
        async with self.outsider() as client:
            await sign_in(client, email, path)
            yield client


async def sign_in(client: httpx.AsyncClient, email: str = "mel@acme.test", path: str = "/contacts") -> httpx.Response:
    """All the way round: to the issuer, a choice there, and back to where it began."""
    begun = await client.get("/sign-in", params={"next": path})
    chosen = await client.post(begun.headers["location"], data={"account": email})
    return await client.get(chosen.headers["location"])


def csrf_of(page: httpx.Response) -> str:
    """The token a page carries for the requests made from it."""
    found = re.search(r'"X-CSRF-Token": "([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


def accounts_file(folder: Path) -> Path:
    path = folder / "accounts.json"
    people = [
        {"email": email, "password": PASSWORD, "name": email[:3].title(), "member_id": f"m-{email[:3]}", "workspaces": roles}
        for email, roles in PEOPLE.items()
    ]
    programs = [{"client_id": "program", "client_secret": PASSWORD, "workspaces": {"acme": "service"}}]
    path.write_text(json.dumps({"accounts": people, "clients": programs}))
    return path


def settings_for(folder: Path, port: int, services_url: str, **changes: Any) -> GatewaySettings:
    own = f"http://127.0.0.1:{port}"
    known: dict[str, Any] = {service.url_setting: services_url for service in SERVICES}
    known |= {"public_url": own, "oidc_issuer": f"{own}/dev-issuer", "jwks_url": f"{own}/.well-known/jwks.json"}
    known |= {"dev_issuer_accounts": accounts_file(folder), "state_dir": folder / "state"}
    return GatewaySettings.model_validate({**known, **PATIENT, "http_rate_per_second": 0, **changes})


@asynccontextmanager
async def running_gateway(folder: Path, services_url: str, port: int = 0, **changes: Any) -> AsyncIterator[RunningGateway]:
    listener = listening(port)
    service = build(settings_for(folder, listener.getsockname()[1], services_url, **changes))
    async with serving(service.api, listener) as url:
        yield RunningGateway(url, folder / "state")
    for client in service.clients:
        await client.stop()
