"""What keeps a stack together: its directory, its supervision, and the watermark that a forgetful broker makes necessary."""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from shared.contracts.envelope import Event
from shared.contracts.tickets import SOURCE, TicketCreated
from shared.devstack import accounts_file, stack_file
from shared.devstack.directory import DataDirectory
from shared.devstack.plan import PREFERRED_PORTS, Plan, ports
from shared.devstack.processes import Child, StartError
from shared.devstack.supervisor import Supervised
from shared.devstack.watermark import Observer, lag_in, republish_since
from shared.messaging import Outbox, Transaction, pending
from shared.mongo import Database


def test_a_second_stack_in_the_same_directory_is_refused(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    with data.open(), pytest.raises(StartError, match="Another stack runs"):
        data.open()


def test_a_directory_that_can_not_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(StartError, match="DATA_DIR"):
        DataDirectory(tmp_path / "file" / "data").open()


def test_what_a_killed_stack_said_of_itself_is_forgotten(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    data.stack_file.write_text("{}")

    data.open().close()

    assert not data.stack_file.exists()


def test_the_log_of_the_run_before_is_kept(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    data.open().close()
    data.log("contacts").write_text("before")

    data.rotate("contacts")

    assert (data.logs / "contacts.log.1").read_text() == "before"
    assert not data.log("contacts").exists()


def test_a_taken_port_is_left_to_who_has_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = taken.getsockname()[1]

        chosen = ports({**PREFERRED_PORTS, "gateway": busy})

    assert busy not in chosen.values()
    assert len(set(chosen.values())) == len(PREFERRED_PORTS)


def test_passwords_are_made_once_per_directory(tmp_path: Path) -> None:
    here, elsewhere = DataDirectory(tmp_path / "here"), DataDirectory(tmp_path / "elsewhere")
    here.open().close()
    elsewhere.open().close()

    assert accounts_file.logins(here) == accounts_file.logins(here)
    assert accounts_file.logins(here) != accounts_file.logins(elsewhere)


def test_stack_json_says_where_everything_is_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path)
    data.open().close()

    stack_file.write(Plan(data, dict(PREFERRED_PORTS)), {"contacts": 7})

    stack = json.loads(data.stack_file.read_text())
    assert stack["gateway"]["url"] == "http://127.0.0.1:8080"
    assert stack["services"]["outreach_guard"]["url"] == "http://127.0.0.1:8004"
    assert stack["pids"]["contacts"] == 7
    assert {role for account in stack["accounts"] for role in account["workspaces"].values()} == {"admin", "manager", "member", "viewer"}
    assert [account for account in stack["accounts"] if len(account["workspaces"]) == 2]
    assert data.stack_file.stat().st_mode & 0o077 == 0


def test_a_process_that_dies_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    said: list[str] = []
    process = Supervised("clock", _program(tmp_path, "raise SystemExit(3)"), said.append)
    process.start()
    first = process.pid

    _look_until(process, lambda: process.pid != first)

    assert said
    assert said[0].startswith("clock died (exit code 3), starting it again in 1 s")


def test_a_process_whose_work_is_done_stays_ended(tmp_path: Path) -> None:
    said: list[str] = []
    process = Supervised("demo", _program(tmp_path, "pass"), said.append, ends=True)
    process.start()

    _look_until(process, lambda: process.child is not None and not process.child.running)
    process.look()

    assert said == []


def test_the_lag_is_read_from_a_services_own_metrics() -> None:
    metrics = b'# HELP consumer_lag ...\nconsumer_lag{group="a",topic="x"} 2.0\nconsumer_lag{group="a",topic="y"} 1.0\nother 9\n'

    assert lag_in(metrics) == 3.0
    assert lag_in(b"other 9\n") is None


async def test_a_watermark_is_set_only_when_everything_was_handled_twice_in_a_row(database: Database) -> None:
    lags = iter([5, 0, 0, 1, 0])
    http = httpx.AsyncClient(
        transport=httpx.MockTransport(lambda _: httpx.Response(200, text=f'consumer_lag{{topic="x"}} {next(lags)}.0\n'))
    )
    observer = Observer([Outbox(database)], ["http://service"])

    seen = [await observer.look(http) for _ in range(5)]

    assert [at is not None for at in seen] == [False, False, True, False, False]


async def test_nothing_is_a_watermark_while_an_outbox_has_something_to_send(database: Database) -> None:
    outbox = Outbox(database)
    await _publish(outbox, "T1")
    http = httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, text='consumer_lag{topic="x"} 0.0\n')))
    observer = Observer([outbox], ["http://service"])

    assert [await observer.look(http) for _ in range(3)] == [None, None, None]


async def test_what_was_sent_before_the_watermark_is_not_sent_again(database: Database) -> None:
    outbox = Outbox(database)
    now = datetime.now(UTC)
    for subject, sent_at in (("old", now - timedelta(hours=2)), ("recent", now)):
        await _publish(outbox, subject)
        await outbox.rows.update_many({"pending": True}, {"$set": {"sent_at": sent_at}, "$unset": {"pending": ""}})

    assert await republish_since([outbox], now - timedelta(hours=1)) == 1
    assert await pending(outbox) == 1


async def test_without_a_watermark_everything_is_sent_again(database: Database) -> None:
    outbox = Outbox(database)
    await _publish(outbox, "any")
    await outbox.rows.update_many({}, {"$set": {"sent_at": datetime(2020, 1, 1, tzinfo=UTC)}, "$unset": {"pending": ""}})

    assert await republish_since([outbox], None) == 1


async def _publish(outbox: Outbox, subject: str) -> None:
    async def work(tx: Transaction) -> None:
        data = TicketCreated(number=subject)
        tx.publish(Event.of(data, source=SOURCE, workspace="w", subject=subject, sequence=1, time=datetime.now(UTC)))

    await outbox.transact(work)


def _program(folder: Path, source: str) -> Callable[[], Child]:
    return lambda: Child([sys.executable, "-c", source], log=folder / "program.log")


def _look_until(process: Supervised, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        process.look()
        time.sleep(0.05)
