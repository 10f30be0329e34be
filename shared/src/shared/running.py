"""How every service process runs: `python -m <package> --role all|api|consumer|relay`.

One order for all: HTTP first, so that the process can be asked how it is while it waits for its dependencies; then the clients;
then consumers and relays. Stopping is the reverse, within a limit. A part that dies takes the process with it (exit code 1):
whoever started us starts us again, which is simpler than a process that is half alive.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NoReturn, Protocol, TypeVar

import structlog
import uvloop
from fastapi import FastAPI
from pydantic import ValidationError

from shared import telemetry
from shared.background import cut_off
from shared.health import Check, Readiness
from shared.settings import ServiceSettings
from shared.web import create_app
from shared.web.server import http_server

log = structlog.get_logger(__name__)

RunAs = Literal["all", "api", "consumer", "relay"]
_ROLES: tuple[RunAs, ...] = ("all", "api", "consumer", "relay")


class Component(Protocol):
    """A part of a process: a client (database, producer), a consumer or a relay."""

    @property
    def name(self) -> str: ...

    async def start(self) -> None:
        """Returns once it works. It may wait for a dependency that is away: the process is live but not ready meanwhile."""

    async def stop(self) -> None:
        """Finish what was begun, let go of the rest. Also called when `start` was cut short."""

    async def check(self) -> Check:
        """Whether it can do its work now; quick, it is asked every few seconds."""


class Worker(Component, Protocol):
    """A component with tasks of its own that can die."""

    async def wait_failed(self) -> None:
        """Returns never, or raises what ended the work."""


@dataclass(frozen=True, slots=True)
class Service:
    """What a service's app.py composes. `api` serves in the roles `api` and `all`; clients are started in every role."""

    name: str
    settings: ServiceSettings
    api: FastAPI
    clients: Sequence[Component] = ()
    consumers: Sequence[Worker] = ()
    relays: Sequence[Worker] = ()


S = TypeVar("S", bound=ServiceSettings)


def run(build: Callable[[S], Service], settings: type[S], argv: Sequence[str] | None = None) -> NoReturn:
    """A service's `__main__`. `build` is called inside the running loop, with the settings from the environment."""
    parser = argparse.ArgumentParser(description="Runs one process of the service.")
    parser.add_argument("--role", choices=_ROLES, default="all", help="what this process does (default: all)")
    role: RunAs = parser.parse_args(argv).role
    try:
        loaded = settings()
    except ValidationError as error:
        wrong = "\n".join(f"  {'.'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in error.errors(include_input=False))
        parser.exit(2, f"The environment is not right:\n{wrong}\n")
    sys.exit(uvloop.run(serve(lambda: build(loaded), role)))


def _settle_memory() -> None:
    """What was imported and built stays for good: the collector need not walk through it (100 MB) again and again while requests run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


async def serve(build: Callable[[], Service], role: RunAs) -> int:
    """Run until a signal (0) or a failure (1)."""
    service = build()
    _settle_memory()
    telemetry.configure_logging(service.name, service.settings.log_level)
    telemetry.configure_tracing(service.name, service.settings.otel_exporter_otlp_endpoint)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    parts = _Parts(service, role)
    app = _app(service, role, parts)
    server = http_server(app, service.settings)
    try:
        listener = socket.create_server((service.settings.http_host, service.settings.http_port), backlog=2048)
    except OSError as error:
        log.error("cannot_listen", host=service.settings.http_host, port=service.settings.http_port, errno=error.errno)
        return 1
    log.info("listening", role=role, host=service.settings.http_host, port=listener.getsockname()[1])

    http = asyncio.create_task(server.serve([listener]), name="http")
    work = asyncio.create_task(parts.run(), name="parts")
    signalled = asyncio.create_task(stopping.wait(), name="signal")
    await asyncio.wait({http, work, signalled}, return_when=asyncio.FIRST_COMPLETED)
    failed = next((task for task in (http, work) if task.done()), None)
    if failed is None:
        log.info("stopping", role=role)
    else:
        log.error("process_failed", role=role, part=failed.get_name(), exc_info=failed.exception())
    signalled.cancel()

    app.state.stopping.set()
    server.should_exit = True
    try:
        async with asyncio.timeout(service.settings.shutdown_timeout_s):
            await asyncio.wait({http})
            clean = await parts.stop(work)
    except TimeoutError:
        log.error("shutdown_timed_out", after_s=service.settings.shutdown_timeout_s)
        clean = False
    log.info("stopped", role=role, clean=clean)
    return 0 if clean and failed is None else 1


class _Parts:
    """Starts, watches and stops the components of one process."""

    def __init__(self, service: Service, role: RunAs) -> None:
        self._clients = list(service.clients)
        self._consumers = list(service.consumers) if role in {"all", "consumer"} else []
        self._relays = list(service.relays) if role in {"all", "relay"} else []
        self._begun: list[Component] = []
        self._started = False

    def readiness(self) -> dict[str, Readiness]:
        parts: list[Component] = [*self._clients, *self._consumers, *self._relays]
        return {"started": self._check_started, **{part.name: part.check for part in parts}}

    async def run(self) -> None:
        """Returns never, or raises what one of them died of."""
        workers = [*self._consumers, *self._relays]
        for client in self._clients:
            await self._start(client)
        async with asyncio.TaskGroup() as starting:
            for worker in workers:
                starting.create_task(self._start(worker))
        self._started = True
        log.info("started", parts=[part.name for part in self._begun])
        async with asyncio.TaskGroup() as watching:
            watching.create_task(asyncio.Event().wait())
            for worker in workers:
                watching.create_task(worker.wait_failed())

    async def stop(self, work: asyncio.Task[None]) -> bool:
        """Those begun, in reverse: consumers, relays, clients. Whether all of them stopped as they should."""
        await cut_off(work)
        clean = [await self._stop_all(self._consumers), await self._stop_all(self._relays)]
        clean += [await self._stop_all([client]) for client in reversed(self._clients)]
        return all(clean)

    async def _start(self, part: Component) -> None:
        self._begun.append(part)
        await part.start()

    async def _stop_all(self, parts: Sequence[Component]) -> bool:
        begun = [part for part in parts if part in self._begun]
        results = await asyncio.gather(*(part.stop() for part in begun), return_exceptions=True)
        failures = [(part.name, result) for part, result in zip(begun, results, strict=True) if isinstance(result, BaseException)]
        for name, error in failures:
            log.error("stop_failed", part=name, exc_info=error)
        return not failures

    async def _check_started(self) -> Check:
        return Check(self._started, "" if self._started else "starting")


def _app(service: Service, role: RunAs, parts: _Parts) -> FastAPI:
    """The service's API, or in the other roles an app that only says how the process is."""
    app = service.api if role in {"all", "api"} else create_app(title=service.name, settings=service.settings)
    app.state.readiness.update(parts.readiness())
    return app
