"""The embedded database and broker: ready when started, gone when left, clear when they can not start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo import MongoClient

from shared.devstack.embedded import Mongod, Tansu, explain
from shared.devstack.processes import Child, StartError, free_port, listening


def test_the_database_takes_transactions_as_soon_as_it_is_started(mongodb_uri: str) -> None:
    with MongoClient[dict[str, Any]](mongodb_uri) as client, client.start_session() as session, session.start_transaction():
        client["embedded"]["things"].insert_one({"_id": "one"}, session=session)
        session.abort_transaction()
        assert client["embedded"]["things"].count_documents({}) == 0


def test_the_database_keeps_its_data_when_it_is_started_again_on_another_port(tmp_path: Path) -> None:
    with Mongod.start(tmp_path) as first, MongoClient[dict[str, Any]](first.uri) as client:
        client["embedded"]["things"].insert_one({"_id": "kept"})

    with Mongod.start(tmp_path) as second, MongoClient[dict[str, Any]](second.uri) as client:
        assert second.port != first.port
        assert client["embedded"]["things"].find_one() == {"_id": "kept"}


def test_the_broker_listens_while_it_is_used_and_no_longer(tmp_path: Path) -> None:
    with Tansu.start(tmp_path) as broker:
        assert listening(broker.port)

    assert not listening(broker.port)


def test_a_taken_port_is_replaced(tmp_path: Path) -> None:
    with Tansu.start(tmp_path) as broker:
        assert free_port(broker.port) not in (0, broker.port)


def test_a_second_database_in_the_same_directory_says_what_to_do(tmp_path: Path) -> None:
    with Mongod.start(tmp_path), pytest.raises(StartError, match="Another stack uses this data directory"):
        Mongod.start(tmp_path)


def test_a_missing_library_is_named_as_its_package() -> None:
    output = "mongod: error while loading shared libraries: libcurl.so.4: cannot open shared object file"

    assert explain(output) == "The embedded MongoDB needs libcurl: apt-get install libcurl4"


def test_a_child_dies_with_a_killed_parent(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from shared.devstack.processes import Child;"
        "child = Child([sys.executable, '-c', 'import time; time.sleep(60)'], log=Path(sys.argv[1]));"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(tmp_path / "child.log")], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert _gone_within(child, seconds=5)


def test_a_child_that_ignores_the_request_to_stop_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
    child = Child([sys.executable, "-c", deaf], log=tmp_path / "deaf.log")
    while "deaf" not in child.last_words():
        time.sleep(0.02)

    child.stop(timeout=0.2)

    assert child.exit_code == -signal.SIGKILL


def _gone_within(pid: int, *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
