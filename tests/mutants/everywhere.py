"""Mutants that a tool makes of every line of shared.messaging and shared.mongo: `python -m tests.mutants.everywhere [names]`.

mutmut wants the product in `src` and finds its settings in a pyproject.toml only, so both are copied to build/mutants (kept: a second
run goes on where the first one ended). Names are patterns (`*messaging.circuit*`); without them all are run. Without --slow the tests
that join a consumer group or wait for a relay's loops are left out, and with them what only they reach: those cost seconds for each
mutant. --sample 50 draws so many of the mutants with --seed.

It needs mutmut, which is no part of the locked requirements: `.venv/bin/uv pip install --python .venv/bin/python mutmut==3.8.1`.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from shared.devstack.embedded import Mongod

ROOT = Path(__file__).parents[2]
COPY = ROOT / "build" / "mutants"
SETTINGS = Path(__file__).with_name("mutmut.toml")
SLOW = (
    "tests/shared/messaging/test_consumer.py",
    "tests/shared/messaging/test_polling.py",
    "tests/shared/messaging/test_relay.py",
    "tests/shared/messaging/test_dead_letter_desk.py::test_a_dead_letter_is_listed_redriven_after_the_repair_and_gone",
    "tests/shared/messaging/test_outbox.py::test_of_two_consumers_with_the_same_event_one_handles_it",
    "tests/shared/test_mongo.py::test_a_hundred_writers_of_one_document_leave_no_gap",
)
SURVIVED, KILLED, UNTESTED = 0, 1, 33
"""mutmut's exit codes; any other is a suite that did not end by itself, which has noticed too."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests.mutants.everywhere")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    _copy(slow=chosen.slow)
    with Mongod.start(COPY) as mongod:
        names = chosen.names
        if chosen.sample is not None:
            _mutmut(mongod.uri, ["no such mutant"])  # only makes them
            every = sorted(name for name, _ in _results() if any(fnmatch.fnmatch(name, pattern) for pattern in names or ["*"]))
            names = random.Random(chosen.seed).sample(every, min(chosen.sample, len(every)))
        _mutmut(mongod.uri, names)
    return _told(names)


def _copy(*, slow: bool) -> None:
    for name, target in (("shared/src/shared", "src/shared"), ("shared/examples", "shared/examples"), ("tests", "tests")):
        shutil.rmtree(COPY / target, ignore_errors=True)
        shutil.copytree(ROOT / name, COPY / target, ignore=shutil.ignore_patterns("__pycache__"))
    left_out = [] if slow else [f"--deselect={test}" for test in SLOW]
    settings = SETTINGS.read_text().replace(
        "pytest_add_cli_args = [", f"pytest_add_cli_args = [{''.join(f'{json.dumps(one)}, ' for one in left_out)}"
    )
    (COPY / "pyproject.toml").write_text(settings)


def _mutmut(uri: str, names: Sequence[str]) -> None:
    environment = {**os.environ, "MONGODB_URI": uri, "TZ": "Asia/Kolkata"}  # a time without a zone shows where it is not UTC
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names], cwd=COPY, env=environment, check=False)


def _results() -> Iterator[tuple[str, int | None]]:
    for file in sorted((COPY / "mutants/src").rglob("*.meta")):
        yield from json.loads(file.read_text())["exit_code_by_key"].items()


def _told(names: Sequence[str]) -> int:
    """A line for each module; ends with 1 when a mutant survives."""
    counts: dict[str, Counter[str]] = {}
    for name, code in _results():
        if code is not None and any(fnmatch.fnmatch(name, pattern) for pattern in names or ["*"]):
            said = {SURVIVED: "survived", KILLED: "killed", UNTESTED: "untested"}.get(code, "hung")
            counts.setdefault(name.rpartition(".")[0], Counter())[said] += 1
    for module, of in counts.items():
        print(f"{module:32}", *(f"{of[said]:4} {said}" for said in ("killed", "hung", "survived", "untested")))
    return 1 if any(of["survived"] for of in counts.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
