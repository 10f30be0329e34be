"""Splink beside ours on the same labelled records in one run: `make bench-duplicates ARGS="DIRECTORY..."`.

Splink is told which two lists are to be linked, where there are two; ours is not. Of what Splink clusters at two thresholds the better is
shown, which nobody would know without labels. The first column is ours.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.dedupe_quality import Outcome, measured, print_table
from bench.labelled import Labelled, Quality, pairs_within

PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
MODEL = Path(__file__).with_name("splink_model.py")
PLACES = ("address", "town")
"""What of where somebody lives is compared, see splink_model.py."""


def main(directories: Sequence[str]) -> int:
    if not directories or not PYTHON.exists():
        print(__doc__)
        return 2
    for labelled in map(Labelled, map(Path, directories)):
        columns = {labelled.name: measured(labelled, Outcome.of(labelled.contacts))}
        columns |= {f"Splink, {place}": measured(labelled, _by_splink(labelled, place)) for place in PLACES}
        print_table(columns)
        print()
    return 0


def _by_splink(labelled: Labelled, place: str) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [str(PYTHON), str(MODEL), str(labelled.contacts), name, place, *labelled.lists]
        answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
        found = [Outcome.read(folder / "scores.csv", clusters, json.loads(answer)) for clusters in sorted(folder.glob("clusters-*.csv"))]
    return max(found, key=lambda outcome: Quality.of(labelled.countable(pairs_within(outcome.clusters)), labelled.truth).f1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
