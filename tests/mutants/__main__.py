"""Breaks the product in one place after the other and runs the tests that must notice: `python -m tests.mutants [part of a name]`.

The product is copied to a temporary folder and found there first (PYTHONPATH), so that the checkout is never touched. Ends with 1 when a
mutant survives. Those that only a broker with real rebalances can tell are left out without KAFKA_BOOTSTRAP_SERVERS, and said to be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.mutants.invariants import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]
COPIED = (
    "shared",
    "services",
    "tests",
    "docs",
    "deploy",
    "requirements",
    "pyproject.toml",
    "docker-compose.yml",
    "Makefile",
    ".importlinter",
)
LIMIT_S = 600.0
SOUND_LIMIT_S = 3600.0
PASSED, FAILED = 0, 1
"""Pytest's exit codes; any other means that the tests did not run, which proves nothing."""


def main(words: Sequence[str]) -> int:
    chosen = [mutant for mutant in MUTANTS if all(word.lower() in f"{mutant.invariant} {mutant.name}".lower() for word in words)]
    runnable = [mutant for mutant in chosen if not mutant.needs_kafka or os.environ.get("KAFKA_BOOTSTRAP_SERVERS")]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copied(Path(folder))
        if _tested(sorted({test for mutant in runnable for test in mutant.tests}), copy, SOUND_LIMIT_S) != PASSED:
            print("the sound product does not pass these tests: nothing to learn from mutants")
            return 2
        survivors = [mutant for mutant in runnable if _survives(mutant, copy)]
    print(f"{len(runnable) - len(survivors)} of {len(runnable)} killed, {len(chosen) - len(runnable)} need Apache Kafka")
    return 1 if survivors else 0


def _copied(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy2(source, folder / name)
    return folder


def _survives(mutant: Mutant, copy: Path) -> bool:
    file = copy / mutant.path
    sound = file.read_text()
    if sound.count(mutant.sound) != 1:
        raise LookupError(f"{mutant.name}: its line is in {mutant.path} {sound.count(mutant.sound)} times")
    file.write_text(sound.replace(mutant.sound, mutant.broken))
    started = time.monotonic()
    try:
        code = _tested(mutant.tests, copy)
    finally:
        file.write_text(sound)
    if code not in {PASSED, FAILED}:
        raise RuntimeError(f"{mutant.name}: the tests did not run (pytest's exit code {code})")
    survives = code == PASSED
    print(f"{'SURVIVED' if survives else 'killed':9} {time.monotonic() - started:5.0f} s  {mutant.invariant[:2]} {mutant.name}", flush=True)
    return survives


def _tested(tests: Sequence[str], copy: Path, limit_s: float = LIMIT_S) -> int:
    """Pytest's exit code; a suite that hangs has noticed too."""
    sources = [*copy.glob("shared/src"), *copy.glob("services/*/src")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources)), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "-p", "no:cacheprovider", *tests]
    try:
        return subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=limit_s, check=False).returncode
    except subprocess.TimeoutExpired:
        return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
