"""`make run`: database, broker, the services and the demo on one machine, watched until somebody ends it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from shared.devstack import stack_file, watermark
from shared.devstack.accounts_file import logins
from shared.devstack.directory import DataDirectory
from shared.devstack.embedded import Embedded, Mongod, Tansu
from shared.devstack.plan import PLATFORM_DATABASE, Plan, ports
from shared.devstack.processes import Child
from shared.devstack.readiness import wait_ready
from shared.devstack.supervisor import Supervised
from shared.messaging import topics
from shared.services import GATEWAY, OUTBOXES, PROCESSES, SERVICES
from shared.settings import ServiceSettings

LOOK_S = 0.5
WATERMARK_S = 5.0
DEMO = "demo"


def say(text: str) -> None:
    print(text, flush=True)


class Runner:
    """One stack in one data directory."""

    def __init__(self, data: DataDirectory) -> None:
        self._plan = Plan(data, ports())
        self._began = time.monotonic()
        self._supervised = {process.package: self._supervise(process.package) for process in PROCESSES}
        self._demo = self._supervise(DEMO)
        self._embedded: dict[str, Embedded] = {}
        self._stopping = asyncio.Event()
        self._outboxes = watermark.outboxes(self._plan.mongodb_uri, (*OUTBOXES, PLATFORM_DATABASE))

    async def run(self) -> None:
        """Until a signal comes. Whatever was started is stopped, also when the start fails half-way."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self._stopping.set)
        working = asyncio.create_task(self._work())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                working.result()
        finally:
            working.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.wait({working})
            await self._stop()

    async def _work(self) -> None:
        for name, port in self._plan.moved().items():
            say(f"  the usual port of {name} is taken, it gets {port}")
        logins(self._plan.data)
        await self._start_embedded()
        for service in self._supervised.values():
            service.start()
        async with httpx.AsyncClient(timeout=5) as http:
            urls = {name: self._plan.url(name) for name in self._supervised}
            await wait_ready(urls, http, self._look, lambda text: say(f"  {text} ({self._elapsed})"))
            if os.environ.get("DEMO") != "none":
                self._demo.start()
            self._write_stack_file()
            self._welcome()
            await self._watch(http)

    async def _start_embedded(self) -> None:
        mongod = Mongod.start(self._plan.data.path / "mongod", self._plan.ports["mongodb"])
        self._embedded["mongodb"] = mongod
        say(f"  database is ready ({self._elapsed})")
        await self._start_broker()
        say(f"  broker is ready ({self._elapsed})")

    async def _start_broker(self) -> None:
        """A fresh broker knows nothing: make the topics, and have what it may have forgotten sent again."""
        self._embedded["broker"] = Tansu.start(self._plan.data.path / "broker", self._plan.ports["broker"])
        environment = self._plan.environment(PLATFORM_DATABASE)
        await topics.create(ServiceSettings.model_validate({name.lower(): value for name, value in environment.items()}))
        count = await watermark.republish_since(self._outboxes, self._plan.data.watermark)
        if count:
            say(f"  the embedded broker forgets when it stops, so {count} events are sent again, which is normal")

    def _supervise(self, name: str) -> Supervised:
        return Supervised(name, lambda: self._launch(name), lambda text: say(f"! {text}"), ends=name == DEMO)

    def _launch(self, name: str) -> Child:
        self._plan.data.rotate(name)
        if name != DEMO:
            return Child(self._plan.command(name), log=self._plan.data.log(name), env=self._plan.environment(name))
        command = [sys.executable, "-m", "shared.devstack.demo", str(self._plan.data.stack_file)]
        return Child(command, log=self._plan.data.log(name), env=self._plan.environment(PLATFORM_DATABASE))

    def _look(self) -> set[str]:
        """Start again what died; returns the names of those that run."""
        for process in (*self._supervised.values(), self._demo):
            before = process.pid
            process.look()
            if process.pid != before and self._plan.data.stack_file.exists():
                self._write_stack_file()
        return {name for name, process in self._supervised.items() if process.running}

    async def _watch(self, http: httpx.AsyncClient) -> None:
        observer = watermark.Observer(self._outboxes, [self._plan.url(service.package) for service in SERVICES if service.consumes])
        next_watermark = time.monotonic()
        story = self._plan.data.log(DEMO)
        told = 0
        while True:
            self._look()
            await self._mend_embedded()
            told = _tell_news(story, told)
            if time.monotonic() >= next_watermark:
                next_watermark = time.monotonic() + WATERMARK_S
                if (at := await observer.look(http)) is not None:
                    self._plan.data.remember_watermark(at)
            await asyncio.sleep(LOOK_S)

    async def _mend_embedded(self) -> None:
        """A database comes back with its data. A broker comes back empty, so that everybody starts from its beginning."""
        if not self._embedded["mongodb"].child.running:
            say("! the database died, starting it again")
            self._embedded["mongodb"] = Mongod.start(self._plan.data.path / "mongod", self._plan.ports["mongodb"])
            self._write_stack_file()
        if not self._embedded["broker"].child.running:
            say("! the broker died, starting it and the services again")
            running = [process for process in (*self._supervised.values(), self._demo) if process.child is not None]
            await self._stop_children(running)
            await self._start_broker()
            for process in running:
                process.start()
            self._write_stack_file()

    def _write_stack_file(self) -> None:
        pids = {name: process.pid for name, process in {**self._supervised, DEMO: self._demo}.items()}
        stack_file.write(self._plan, {**pids, **{name: part.child.pid for name, part in self._embedded.items()}})

    def _welcome(self) -> None:
        say(f"\nContacts are at {self._plan.url(GATEWAY.package)}   (up after {self._elapsed})\n")
        for login in logins(self._plan.data):
            roles = ", ".join(f"{role} of {workspace}" for workspace, role in login.workspaces.items())
            say(f"  {login.email:28} {login.password:14} {roles}")
        say(f"\nAddresses and passwords: {self._plan.data.stack_file}   logs: {self._plan.data.logs}   end: Ctrl-C\n")

    @property
    def _elapsed(self) -> str:
        return f"{time.monotonic() - self._began:.1f} s"

    async def _stop(self) -> None:
        say("\nstopping ...")
        await self._stop_children([self._demo, *self._supervised.values()])
        if (database := self._embedded.get("mongodb")) is not None and database.child.running:
            for outbox in self._outboxes:  # a client says goodbye, and waits long for an answer where there is none
                outbox.database.close()
        for part in reversed(self._embedded.values()):
            await asyncio.to_thread(part.stop)
        self._plan.data.stack_file.unlink(missing_ok=True)
        say("stopped; the data is kept.")

    async def _stop_children(self, processes: Sequence[Supervised]) -> None:
        """All at once, each in its own order."""
        children = [process.child for process in processes if process.child is not None]
        with ThreadPoolExecutor(max_workers=max(1, len(children))) as pool:
            loop = asyncio.get_running_loop()
            await asyncio.gather(*(loop.run_in_executor(pool, child.stop) for child in children))


def _tell_news(story: Path, told: int) -> int:
    """Pass on what the demo has said since `told` bytes; its lines with a star are meant for people."""
    if not story.exists():
        return 0
    if story.stat().st_size < told:  # it was started again, with a new log
        told = 0
    with story.open("rb") as file:
        file.seek(told)
        for line in file:
            if not line.endswith(b"\n"):
                break
            told += len(line)
            if line.startswith(b"* "):
                say(f"  {line[2:].decode(errors='replace').rstrip()}")
    return told
