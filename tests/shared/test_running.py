"""Whole processes: what they start, how they stop, what takes them down."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import time

import httpx
import psutil
import pytest

from tests.support.processes import listening, running
from tests.support.tokens import bearer


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        ("all", ["database", "producer", "consumer", "relay"]),
        ("api", ["database", "producer"]),
        ("consumer", ["database", "producer", "consumer"]),
        ("relay", ["database", "producer", "relay"]),
    ],
)
async def test_a_role_runs_its_parts_and_can_be_asked_how_it_is(role: str, parts: list[str]) -> None:
    async with running("--role", role) as one:
        await listening(one)
        assert (await one.until("started"))["parts"] == parts

        ready = await one.get("/readyz")
        assert (ready.status_code, list(ready.json()["checks"])) == (200, ["started", *parts])
        assert (await one.get("/livez")).status_code == 200
        assert "python_info" in (await one.get("/metrics")).text
        assert (await one.get("/v1/people/1")).status_code == (404 if role in {"consumer", "relay"} else 200)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_everything_in_order_and_is_no_error(number: signal.Signals) -> None:
    async with running() as one:
        await one.until("started")
        one.stop(number)

        assert await one.ended() == 0

    assert one.parts("part_stopped") == ["consumer", "relay", "producer", "database"]
    assert one.lines[-1]["event"] == "stopped"
    assert await one.errors() == ""


async def test_a_request_in_flight_is_answered_before_the_clients_are_closed() -> None:
    async with running() as one:
        await listening(one)
        await one.until("started")
        body = b'{"first_name": "Ann"}'
        reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(one.url).port)
        head = f"POST /v1/people HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer()['Authorization']}\r\n"
        writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:5])
        await writer.drain()
        await asyncio.sleep(0.2)

        one.stop()
        await one.until("stopping")
        await asyncio.sleep(0.3)
        writer.write(body[5:])
        answer = await reader.read()

        assert answer.startswith(b"HTTP/1.1 201")
        assert await one.ended() == 0
        writer.close()


@pytest.mark.parametrize("part", ["consumer", "relay"])
async def test_a_worker_that_dies_takes_the_process_with_it(part: str) -> None:
    async with running(DIE=part) as one:
        assert await one.ended() == 1

    failed = next(line for line in one.lines if line["event"] == "process_failed")
    assert failed["error"] == "ValueError"
    assert one.parts("part_stopped")[-1] == "database"
    assert "ann@example.org" not in json.dumps(one.lines) + await one.errors()


@pytest.mark.parametrize("part", ["database", "consumer"])
async def test_a_part_that_can_not_start_takes_the_process_with_it(part: str) -> None:
    async with running(FAIL_START=part) as one:
        assert await one.ended() == 1

    assert part in one.parts("part_stopped")


async def test_while_a_part_waits_for_its_dependency_the_process_is_live_and_not_ready() -> None:
    async with running(STALL_START="producer") as one:
        await listening(one)
        await one.until("part_started")

        assert (await one.get("/livez")).status_code == 200
        ready = await one.get("/readyz")
        assert (ready.status_code, ready.json()["checks"]["started"]) == (503, {"ok": False, "detail": "starting"})

        one.stop()
        assert await one.ended() == 0
    assert one.parts("part_stopped") == ["producer", "database"]


async def test_one_worker_that_waits_does_not_keep_the_others_from_working() -> None:
    async with running(STALL_START="consumer") as one:
        await listening(one)
        while "relay" not in one.parts("part_started"):
            await one.until("part_started")

        assert (await one.get("/v1/people/1")).status_code == 200


async def test_stopping_is_bounded() -> None:
    async with running(STALL_STOP="consumer", SHUTDOWN_TIMEOUT_S="1") as one:
        await one.until("started")
        started = time.monotonic()
        one.stop()

        assert await one.ended() == 1
        assert time.monotonic() - started < 8


async def test_a_part_that_fails_to_stop_does_not_keep_the_others_from_stopping() -> None:
    async with running(FAIL_STOP="consumer") as one:
        await one.until("started")
        one.stop()

        assert await one.ended() == 1
    assert one.parts("part_stopped") == ["consumer", "relay", "producer", "database"]


async def test_a_wrong_environment_is_named_and_its_value_is_not_shown() -> None:
    async with running(HTTP_PORT="hunter2") as one:
        assert await one.ended() == 2
        said = await one.errors()

    assert "HTTP_PORT" in said
    assert "hunter2" not in said


async def test_a_taken_port_is_said_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        async with running(HTTP_PORT=str(taken.getsockname()[1])) as one:
            assert await one.ended() == 1

    assert one.lines[-1]["event"] == "cannot_listen"


async def test_a_process_is_small() -> None:
    async with running() as one:
        await one.until("started")

        assert psutil.Process(one.pid).memory_info().rss < 120_000_000
