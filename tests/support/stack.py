"""The whole product as processes, on the broker and database of the tests: started, killed and asked through its front door."""

from __future__ import annotations

import asyncio
import copy
import json
import os
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from shared import services
from shared.devstack.processes import Child, free_port
from shared.devstack.readiness import is_ready
from shared.messaging import topics
from shared.mongo import Database
from shared.settings import ServiceSettings
from tests.support.http import loopback_client
from tests.support.messages import broker_settings

SERVICES = tuple(service.package for service in services.SERVICES)
GATEWAY = services.GATEWAY.package
PASSWORD = "open-sesame-42"
FRESH_WORKSPACES = tuple((f"acme{number}", f"globex{number}") for number in range(1, 41))
"""Pairs nobody has been in, each to be had once: more than there are test files that want one."""


def accounts(acme: str, globex: str) -> dict[str, list[dict[str, object]]]:
    """Who may sign in to two workspaces: an admin of both, members, a viewer, and a program for each."""
    people = {
        f"ada@{acme}.test": {acme: "admin", globex: "admin"},
        f"mel@{acme}.test": {acme: "member"},
        f"vic@{acme}.test": {acme: "viewer"},
        f"gus@{globex}.test": {globex: "member"},
    }
    return {
        "accounts": [
            {"email": email, "password": PASSWORD, "name": email[:3].title(), "member_id": email[:3], "workspaces": roles}
            for email, roles in people.items()
        ],
        "clients": [
            {"client_id": f"program-{workspace}", "client_secret": PASSWORD, "name": "Program", "workspaces": {workspace: "service"}}
            for workspace in (acme, globex)
        ],
    }


@dataclass
class Stack:
    """One set of processes with databases of their own, as those see it who are at home in two workspaces."""

    folder: Path
    mongodb_uri: str
    bootstrap: str
    partitions: int = 2
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    mutants: Mapping[str, str] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    acme: str = "acme"
    globex: str = "globex"
    fresh: Iterator[tuple[str, str]] = field(default_factory=lambda: iter(FRESH_WORKSPACES))

    def __post_init__(self) -> None:
        self.ports = {name: free_port() for name in (*SERVICES, GATEWAY)}
        self.accounts_file = self.folder / "accounts.json"
        known = [accounts(*pair) for pair in ((self.acme, self.globex), *FRESH_WORKSPACES)]
        self.accounts_file.write_text(json.dumps({kind: [one for some in known for one in some[kind]] for kind in known[0]}))

    def elsewhere(self) -> Stack:
        """The same processes, seen from two workspaces where nobody has been."""
        there = copy.copy(self)
        there.acme, there.globex = next(self.fresh)
        return there

    # ---- processes -----------------------------------------------------------------------------------------------------

    def url(self, name: str = GATEWAY) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def database(self, name: str) -> Database:
        return Database.connect(self.mongodb_uri, self.database_name(name))

    def database_name(self, name: str) -> str:
        return f"t{self.run}_{name}"

    def settings(self, **changes: object) -> ServiceSettings:
        known = {"kafka_bootstrap_servers": self.bootstrap, "mongodb_uri": self.mongodb_uri, "kafka_partitions": self.partitions}
        return ServiceSettings.model_validate({**broker_settings(), **known, **changes})

    def environment(self, name: str) -> dict[str, str]:
        own: dict[str, object] = {
            **{key.upper(): value for key, value in broker_settings().items()},
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "KAFKA_PARTITIONS": self.partitions,
            "KAFKA_FETCH_MAX_WAIT_MS": 100,  # the embedded broker and its clients are busy with empty fetches for half as much of a run
            "MONGODB_URI": self.mongodb_uri,
            "MONGODB_DATABASE": self.database_name(name),
            "HTTP_PORT": self.ports[name],
            "HTTP_RATE_PER_SECOND": 0,
            "JWKS_URL": f"{self.url()}/.well-known/jwks.json",
            "PYTHONUNBUFFERED": 1,
        }
        if name == GATEWAY:
            own |= {service.url_setting.upper(): self.url(service.package) for service in services.SERVICES}
            own |= {
                "PUBLIC_URL": self.url(),
                "STATE_DIR": self.folder / GATEWAY,
                "OIDC_ISSUER": f"{self.url()}/dev-issuer",
                "PAGE_TIMEOUT_S": 10,  # a crowded machine is no silent service; what a page does then, tests/gateway says
                "DEV_ISSUER_ACCOUNTS": self.accounts_file,
            }
        return {**os.environ, **{key: str(value) for key, value in own.items()}}

    def start(self, name: str) -> None:
        module = ["tests.support.mutants", self.mutants[name], name] if name in self.mutants else [name]
        command = [sys.executable, "-m", *module, "--role", "all"]
        self.children[name] = Child(command, log=self.folder / f"{name}.log", env=self.environment(name))

    async def stop(self, name: str) -> None:
        await asyncio.to_thread(self.children.pop(name).stop)

    async def kill(self, name: str) -> None:
        """As the kernel would when memory is short: no goodbye."""
        await asyncio.to_thread(self.children.pop(name).kill)

    async def until_ready(self, *names: str, within: float = 60.0) -> None:
        deadline = asyncio.get_running_loop().time() + within
        async with loopback_client(timeout=5) as http:
            for name in names or tuple(self.children):
                while not await is_ready(self.url(name), http):
                    if not self.children[name].running or asyncio.get_running_loop().time() > deadline:
                        raise AssertionError(f"{name} is not ready, within {within} s or for good:\n{self.children[name].last_words(20)}")
                    await asyncio.sleep(0.1)

    async def is_ready(self, name: str) -> bool:
        async with loopback_client(timeout=5) as http:
            return await is_ready(self.url(name), http)

    # ---- the front door ------------------------------------------------------------------------------------------------

    def email(self, name: str) -> str:
        """Of somebody at home in the first of the workspaces."""
        return f"{name}@{self.acme}.test"

    async def token(self, workspace: str | None = None) -> str:
        """A program's token for the API."""
        grant = {"grant_type": "client_credentials", "client_id": f"program-{workspace or self.acme}", "client_secret": PASSWORD}
        async with loopback_client() as http:
            answer = await http.post(f"{self.url()}/dev-issuer/token", data=grant)
            return str(answer.raise_for_status().json()["access_token"])

    @asynccontextmanager
    async def api(self, workspace: str | None = None) -> AsyncIterator[httpx.AsyncClient]:
        """A client of /api/v1 for a program of that workspace, or of the first."""
        headers = {"Authorization": f"Bearer {await self.token(workspace)}"}
        async with loopback_client(base_url=f"{self.url()}/api/v1", headers=headers, timeout=30) as client:
            yield client


@asynccontextmanager
async def running_stack(
    folder: Path,
    mongodb_uri: str,
    bootstrap: str,
    names: Sequence[str] = (*SERVICES, GATEWAY),
    mutants: Mapping[str, str] | None = None,
) -> AsyncIterator[Stack]:
    """Ready when it is yielded; afterwards its processes are ended and its databases dropped. `mutants` runs services broken on purpose."""
    stack = Stack(folder, mongodb_uri, bootstrap, mutants=mutants or {})
    await topics.create(stack.settings())
    try:
        for name in names:
            stack.start(name)
        await stack.until_ready()
        yield stack
    finally:
        await asyncio.gather(*(stack.stop(name) for name in list(stack.children)))
        for name in SERVICES:
            database = stack.database(name)
            await database.drop()
            database.close()
