"""`make run` as somebody meets it: it comes up, mends itself, ends without a trace, and comes up again with everything."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

pytestmark = pytest.mark.system

PATIENCE = 150.0


@contextmanager
def running(folder: Path) -> Iterator[dict[str, Any]]:
    """The stack without demo data, as its stack.json says; ended by SIGTERM, and then nothing of it may be left."""
    log = folder / "terminal.log"
    with log.open("w") as terminal:
        runner = subprocess.Popen(
            [sys.executable, "-m", "shared.devstack"],
            env={**os.environ, "DATA_DIR": str(folder / "data"), "DEMO": "none"},
            stdout=terminal,
            stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: stack_of(folder) is not None or runner.poll() is not None)
        stack = stack_of(folder)
        assert stack is not None, log.read_text()
        yield stack
        pids = [pid for pid in (stack_of(folder) or stack)["pids"].values() if pid is not None]
    finally:
        runner.send_signal(signal.SIGTERM)
        code = runner.wait(60)
    assert code == 0, log.read_text()
    assert [pid for pid in pids if psutil.pid_exists(pid)] == []


def stack_of(folder: Path) -> dict[str, Any] | None:
    path = folder / "data" / "stack.json"
    return json.loads(path.read_text()) if path.exists() else None


def eventually(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def api(stack: dict[str, Any]) -> httpx.Client:
    client = stack["clients"]["tidewell"]
    token = httpx.post(stack["gateway"]["token_url"], data={"grant_type": "client_credentials", **client}).raise_for_status().json()
    return httpx.Client(base_url=stack["gateway"]["api"], headers={"Authorization": f"Bearer {token['access_token']}"}, timeout=30)


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz").is_success
    except httpx.HTTPError:
        return False


def test_the_stack_comes_up_mends_itself_and_forgets_nothing(tmp_path: Path) -> None:
    with running(tmp_path) as stack, api(stack) as client:
        assert httpx.get(stack["gateway"]["url"], follow_redirects=True).status_code == 200
        contact = client.post("/contacts", json={"first_name": "Ada"}).raise_for_status().json()

        victim = stack["pids"]["timeline"]
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: (stack_of(tmp_path) or stack)["pids"]["timeline"] not in {victim, None})
        eventually(lambda: is_ready(stack["services"]["timeline"]["url"]))
        assert "timeline died (exit code -9), starting it again" in (tmp_path / "terminal.log").read_text()

    with running(tmp_path) as stack, api(stack) as client:
        said = (tmp_path / "terminal.log").read_text()
        assert re.search(r"the embedded broker forgets when it stops, so \d+ events are sent again", said)
        assert client.get(f"/contacts/{contact['id']}").raise_for_status().json() == contact
        eventually(lambda: client.get(f"/timeline/{contact['id']}").json()["items"])
