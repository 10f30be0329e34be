"""How the gateway asks the services: pooled connections, deadlines, a circuit each, and one way to say that one does not answer."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

import httpx
from pydantic_core import from_json

from gateway.circuit import Circuit
from shared.problem import Problem

MAX_ANSWER_BYTES = 2 * 1024 * 1024

Reason = Literal["down", "slow", "busy", "broken"]
Query = Sequence[tuple[str, str]]


class UnansweredError(Exception):
    """A service gave no usable answer."""

    def __init__(self, service: str, reason: Reason, heard_at: datetime | None) -> None:
        super().__init__(service, reason)
        self.service = service
        self.reason: Reason = reason
        self.heard_at = heard_at

    def problem(self) -> Problem:
        """The same as an HTTP refusal that names the service."""
        if self.reason == "slow":
            return Problem(504, "service-timeout", f"The {self.service} service did not answer in time.", service=self.service)
        if self.reason == "broken":
            return Problem(502, "service-broken", f"The {self.service} service gave an answer that can't be read.", service=self.service)
        detail = f"The {self.service} service is not available."
        return Problem(503, "service-unavailable", detail, headers={"Retry-After": "3"}, service=self.service)


class TooLongError(UnansweredError):
    """A service gave an answer that is longer than we keep; less may be asked for."""


@dataclass(frozen=True)
class Answer:
    """A whole JSON answer."""

    status: int
    body: Any
    headers: Mapping[str, str]
    at: datetime

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass
class Service:
    """One service behind the gateway, and how it has been doing."""

    name: str
    http: httpx.AsyncClient
    circuit: Circuit = field(default_factory=Circuit)
    heard_at: datetime | None = None
    long_answers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))

    def silent(self, reason: Reason) -> UnansweredError:
        return UnansweredError(self.name, reason, self.heard_at)

    @asynccontextmanager
    async def streamed(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """The answer with its body still to come. Only what happens before the first byte counts for the circuit."""
        if not self.circuit.lets_through():
            raise self.silent("down")
        try:
            response = await self.http.send(request, stream=True)
        except httpx.PoolTimeout as error:
            raise self.silent("busy") from error
        except httpx.TimeoutException as error:
            self.circuit.failed()
            raise self.silent("down" if isinstance(error, httpx.ConnectTimeout) else "slow") from error
        except httpx.HTTPError as error:
            self.circuit.failed()
            raise self.silent("down" if isinstance(error, httpx.ConnectError) else "broken") from error
        self.circuit.succeeded()
        self.heard_at = datetime.now(UTC)
        try:
            yield response
        finally:
            await response.aclose()

    @asynccontextmanager
    async def long_answer(self) -> AsyncIterator[None]:
        """A place among the few answers that keep their connection for as long as the client takes."""
        if self.long_answers.locked():
            raise self.silent("busy")
        async with self.long_answers:
            yield

    async def ask(
        self,
        method: str,
        path: str,
        *,
        deadline_s: float,
        query: Query = (),
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One call whose whole JSON answer must be here by the deadline."""
        request = self.http.build_request(method, path, params=httpx.QueryParams(list(query)), json=body, headers=headers)
        try:
            async with asyncio.timeout(deadline_s), self.streamed(request) as response:
                content = await _whole(response, self)
        except TimeoutError as error:
            self.circuit.failed()
            raise self.silent("slow") from error
        except httpx.HTTPError as error:
            raise self.silent("broken") from error
        if response.status_code >= 500:
            raise self.silent("down" if response.status_code == 503 else "broken")
        return Answer(response.status_code, self._read(content), response.headers, datetime.now(UTC))

    def _read(self, content: bytes) -> Any:
        try:
            return from_json(content) if content else None
        except ValueError as error:
            raise self.silent("broken") from error


async def _whole(response: httpx.Response, service: Service) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > MAX_ANSWER_BYTES:
            raise TooLongError(service.name, "broken", service.heard_at)
    return bytes(content)


class Services(Mapping[str, Service]):
    """Everything behind the gateway, by name; those that the pages speak of as attributes too."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._services = {service.name: service for service in services}

    def __getitem__(self, name: str) -> Service:
        return self._services[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._services)

    def __len__(self) -> int:
        return len(self._services)

    @property
    def contacts(self) -> Service:
        return self["contacts"]

    @property
    def dedupe(self) -> Service:
        return self["dedupe"]

    @property
    def timeline(self) -> Service:
        return self["timeline"]

    @property
    def outreach_guard(self) -> Service:
        return self["outreach-guard"]

    async def close(self) -> None:
        for service in self.values():
            await service.http.aclose()


@dataclass(frozen=True)
class Limits:
    """How patient we are with a service, and how many calls to it may be under way."""

    connect_s: float
    between_bytes_s: float
    connections: int


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates we believe: read once, because reading them takes longer than all else a client is made of."""
    return httpx.create_ssl_context(trust_env=False)


def connected(name: str, url: str, limits: Limits) -> Service:
    """A service with a pool of its own, so that a slow one can't use up the connections of the others."""
    pool = httpx.Limits(max_connections=limits.connections, max_keepalive_connections=limits.connections)
    timeout = httpx.Timeout(limits.between_bytes_s, connect=limits.connect_s, pool=limits.connect_s)
    http = httpx.AsyncClient(base_url=url, limits=pool, timeout=timeout, trust_env=False, verify=trusted())
    return Service(name, http, long_answers=asyncio.Semaphore(max(1, limits.connections // 4)))
