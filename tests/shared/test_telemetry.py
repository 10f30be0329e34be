"""What operators see: JSON lines with ids, without personal data; traces that go on in events."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from shared import telemetry
from shared.auth import Role
from tests.support.http import http_client
from tests.support.people_app import people_app
from tests.support.tokens import bearer

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


Logs = Callable[[], list[dict[str, Any]]]


@contextmanager
def own_logging(stream: io.StringIO) -> Iterator[None]:
    """As a process would log, and then as before."""
    root = logging.getLogger()
    before, configured = (root.handlers, root.level, logging.raiseExceptions), structlog.get_config()
    telemetry.configure_logging("people", stream=stream)
    yield
    logging.captureWarnings(False)
    root.handlers, root.level, logging.raiseExceptions = before
    structlog.configure(**configured)


@pytest.fixture
def logs() -> Iterator[Logs]:
    """Gives the lines written so far, each parsed."""
    stream = io.StringIO()
    with own_logging(stream):
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_a_request_is_one_line_with_its_ids_and_route(logs: Logs) -> None:
    async with http_client(people_app(), bearer("acme")) as client:
        await client.get("/v1/people/p-1?q=ann@example.org", headers={"X-Request-Id": "r-1", "X-Correlation-Id": "c-1"})

    (line,) = logs()
    expected = {"event": "request", "level": "info", "service": "people", "request_id": "r-1", "correlation_id": "c-1", "workspace": "acme"}
    assert line.items() >= expected.items()
    assert (line["method"], line["route"], line["status"]) == ("GET", "/v1/people/{person_id}", 200)


@pytest.mark.parametrize("path", ["/v1/people/ann@example.org", "/v1/ann@example.org", "/v1/people/1?limit=ann@example.org"])
async def test_nothing_a_person_can_be_known_by_is_logged(logs: Logs, path: str) -> None:
    body = {"first_name": 7, "emails": [{"typed": "ann@example.org" * 9}], "ann@example.org": 1}
    async with http_client(people_app(), bearer(role=Role.ADMIN)) as client:
        for method in ("GET", "POST", "DELETE", "PATCH"):
            await client.request(method, path, json=body, headers={"X-Request-Id": "ann@example.org", "User-Agent": "ann@example.org"})
        await client.post("/v1/people", json=body)

    lines = logs()
    assert len(lines) >= 5
    assert "ann@example.org" not in json.dumps(lines)


async def test_an_unforeseen_error_is_logged_by_class_and_place(logs: Logs) -> None:
    async with http_client(people_app(), bearer(role=Role.ADMIN)) as client:
        await client.delete("/v1/people/1")

    failed, request = logs()
    assert (failed["event"], failed["level"], failed["error"]) == ("request_failed", "error", "ValueError")
    assert failed["at"].startswith("support/people_app.py:")
    assert failed["request_id"] == request["request_id"]
    assert request["status"] == 500


def test_a_cause_is_named_too_and_its_message_is_not(logs: Logs) -> None:
    try:
        try:
            raise KeyError("ann@example.org")
        except KeyError as error:
            raise RuntimeError("ann@example.org") from error
    except RuntimeError:
        structlog.get_logger("ours").exception("failed")

    (line,) = logs()
    assert (line["error"], line["cause"]) == ("RuntimeError", "KeyError")
    assert "ann@example.org" not in json.dumps(line)


def test_an_exception_given_as_a_value_is_only_its_class(logs: Logs) -> None:
    structlog.get_logger("ours").warning("failed", reason=ValueError("ann@example.org"))

    assert logs()[0]["reason"] == "ValueError"


@pytest.mark.parametrize("library", ["aiokafka.consumer", "faststream.access", "uvicorn.error", "pymongo", "unheard.of"])
def test_lines_of_libraries_lose_the_texts_of_exceptions(logs: Logs, library: str) -> None:
    error = ValueError("ann@example.org is 'bad'")
    logger = logging.getLogger(library)
    logger.error("fetch failed: %s", error)
    logger.error("fetch failed: %r", error)
    try:
        raise error
    except ValueError:
        logger.exception(f"ValueError: {error}")

    lines = logs()
    assert [line["event"] for line in lines] == ["fetch failed: ValueError", "fetch failed: ValueError", "ValueError: ValueError"]
    assert lines[2]["error"] == "ValueError"
    assert "ann@example.org" not in json.dumps(lines)


def test_handlers_that_libraries_brought_along_are_taken_from_them(capsys: pytest.CaptureFixture[str]) -> None:
    library = logging.getLogger("brings.its.own")
    library.addHandler(logging.StreamHandler(sys.stderr))
    library.propagate = False
    stream = io.StringIO()

    with own_logging(stream):
        library.error("failed: %s", ValueError("ann@example.org"))

    assert json.loads(stream.getvalue())["event"] == "failed: ValueError"
    assert "ann@example.org" not in capsys.readouterr().err


async def test_a_task_that_died_unobserved_is_logged_without_its_message(logs: Logs) -> None:
    async def dies() -> None:
        raise ValueError("ann@example.org")

    task = asyncio.create_task(dies())
    await asyncio.wait({task})
    asyncio.get_running_loop().call_exception_handler({"message": "Task died", "exception": task.exception(), "task": task})

    (line,) = logs()
    assert (line["error"], line["event"]) == ("ValueError", "Task died")


@pytest.mark.parametrize("library", ["httpx", "aiokafka.conn", "faststream.broker", "pymongo.command", "uvicorn.access"])
def test_libraries_are_quiet_about_the_ordinary(logs: Logs, library: str) -> None:
    logging.getLogger(library).info("GET https://example.org/?email=ann@example.org")

    assert logs() == []


def test_work_on_events_has_ids_of_its_own_and_gives_back_the_earlier_ones() -> None:
    with telemetry.scope(request_id="r-1", correlation_id="c-1"):
        with telemetry.scope(correlation_id="c-2", workspace="acme"):
            assert (telemetry.request_id(), telemetry.correlation_id(), telemetry.workspace()) == (None, "c-2", "acme")
        telemetry.bind(workspace="globex")

        assert (telemetry.request_id(), telemetry.correlation_id(), telemetry.workspace()) == ("r-1", "c-1", "globex")

    assert telemetry.workspace() is None


async def test_tasks_side_by_side_do_not_see_each_others_ids() -> None:
    async def work(name: str) -> bool:
        with telemetry.scope(correlation_id=name):
            await asyncio.sleep(0)
            return telemetry.correlation_id() == name

    assert all(await asyncio.gather(work("a"), work("b")))


def test_the_trace_a_request_came_with_goes_on_without_a_collector() -> None:
    assert telemetry.current_traceparent() is None

    with telemetry.span("GET", parent=TRACE):
        assert telemetry.current_traceparent() == TRACE

    assert telemetry.current_traceparent() is None


@pytest.mark.parametrize("broken", ["", "x", "00-0-0-0", "ann@example.org", "\ud800"])
def test_a_broken_traceparent_is_ignored(broken: str) -> None:
    with telemetry.span("GET", parent=broken):
        assert telemetry.current_traceparent() is None


def test_without_a_collector_the_exporter_is_not_even_imported() -> None:
    program = (
        "import sys, shared.running\n"
        "from shared import telemetry\n"
        "telemetry.configure_tracing('people', None)\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
