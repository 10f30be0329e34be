"""Runs the service in miniature as a process of its own, for tests of what only a process can show."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.support.http import loopback_client
from tests.support.tokens import bearer, jwks_url

ROOT = Path(__file__).parents[2]


class Running:
    """A process under test; `lines` are those it has logged."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = process.pid
        self.lines: list[dict[str, Any]] = []
        self.url = ""

    async def until(self, event: str) -> dict[str, Any]:
        """Reads its log up to that line."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            while line := await self._process.stdout.readline():
                self.lines.append(json.loads(line))
                if self.lines[-1]["event"] == event:
                    return self.lines[-1]
        raise AssertionError(f"never logged {event}: {self.lines}")

    def stop(self, number: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(number)

    async def ended(self) -> int:
        """Its exit code."""
        assert self._process.stdout is not None
        async with asyncio.timeout(30):
            rest = await self._process.stdout.read()
            self.lines += [json.loads(line) for line in rest.splitlines()]
            return await self._process.wait()

    async def errors(self) -> str:
        assert self._process.stderr is not None
        return (await self._process.stderr.read()).decode()

    def parts(self, event: str) -> list[str]:
        return [line["part"] for line in self.lines if line["event"] == event]

    async def get(self, path: str, **headers: str) -> httpx.Response:
        async with loopback_client(base_url=self.url, headers=bearer() | headers) as client:
            return await client.get(path)


@asynccontextmanager
async def running(*arguments: str, **environment: str) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.people_process",
        *arguments,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HTTP_PORT": "0", "JWKS_URL": jwks_url(), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    one = Running(process)
    try:
        yield one
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def listening(one: Running) -> None:
    one.url = f"http://127.0.0.1:{(await one.until('listening'))['port']}"
