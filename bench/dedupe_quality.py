"""How well duplicates are found in labelled records, and at what cost: `python -m bench.dedupe_quality DIRECTORY...`.

Each directory (labelled.py says what is in it) is evaluated as `python -m dedupe evaluate` does it, by the service's own rules. Pairs count
at the threshold from which people are shown them, clusters as they were written.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from bench.labelled import Ids, Labelled, Quality, matched_by_kind, pair_of, pairs_within, table

BINS = 10
SURE = 0.95


@dataclass(frozen=True)
class Outcome:
    """What a matcher says of a labelled set: the score of every pair it scored, and who it takes for one person."""

    scores: Mapping[Ids, float]
    clusters: Mapping[str, str]
    suspected: float
    seconds: float
    contacts_per_second: float
    memory_mb: float

    @classmethod
    def of(cls, contacts: Path) -> Self:
        """Ours."""
        with tempfile.TemporaryDirectory() as folder:
            scores, clusters = Path(folder) / "scores.csv", Path(folder) / "clusters.csv"
            command = [sys.executable, "-m", "dedupe", "evaluate", str(contacts), "--out", str(scores), "--clusters", str(clusters)]
            summary = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            return cls.read(scores, clusters, summary)

    @classmethod
    def read(cls, scores: Path, clusters: Path, summary: Mapping[str, Any]) -> Self:
        return cls(
            {pair_of(row): float(row["score"]) for row in table(scores)},
            {row["id"]: row["cluster_id"] for row in table(clusters)},
            summary["thresholds"]["suspected"],
            summary["seconds"],
            summary["contacts_per_second"],
            summary["peak_memory_mb"],
        )

    @property
    def matched(self) -> set[Ids]:
        return {pair for pair, score in self.scores.items() if score >= self.suspected}


def measured(labelled: Labelled, outcome: Outcome) -> dict[str, str]:
    """The column of a table: what each figure is called, and how it reads."""
    matched = outcome.matched
    pairs = Quality.of(labelled.countable(matched), labelled.truth)
    clusters = Quality.of(labelled.countable(pairs_within(outcome.clusters)), labelled.truth)
    sure = Quality.of(labelled.countable(pair for pair, score in outcome.scores.items() if score >= SURE), labelled.truth)
    by_kind = matched_by_kind(labelled.hard_negatives, matched)
    wrong, there = sum(wrong for wrong, _ in by_kind.values()), len(labelled.hard_negatives)
    return {
        "pairs: precision": f"{pairs.precision:.4f}",
        "pairs: recall": f"{pairs.recall:.4f}",
        "pairs: F1": f"{pairs.f1:.4f}",
        "clusters: precision": f"{clusters.precision:.4f}",
        "clusters: recall": f"{clusters.recall:.4f}",
        "clusters: F1": f"{clusters.f1:.4f}",
        "hard negatives matched": f"{wrong / there:.1%}" if there else "-",
        **{f"  {kind}": f"{wrong} of {count}" for kind, (wrong, count) in by_kind.items()},
        "expected error of a score": f"{_expected_error(labelled, outcome.scores):.3f}",
        f"precision at {SURE}": f"{sure.precision:.4f}",
        "seconds": f"{outcome.seconds:.1f}",
        "contacts a second": f"{outcome.contacts_per_second:,.0f}",
        "memory, MB": f"{outcome.memory_mb:,.0f}",
    }


def _expected_error(labelled: Labelled, scores: Mapping[Ids, float]) -> float:
    """How far scores are from the share of pairs that are true, over bins of scores, by the pairs in each."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for pair in labelled.countable(scores):
        bins[min(BINS - 1, int(scores[pair] * BINS))].append((scores[pair], pair in labelled.truth))
    apart = (abs(sum(score for score, _ in found) - sum(true for _, true in found)) for found in bins)
    return sum(apart) / max(1, sum(map(len, bins)))


def print_table(columns: Mapping[str, Mapping[str, str]]) -> None:
    """One column for each, and a line for each figure that any of them has."""
    names = list(dict.fromkeys(name for column in columns.values() for name in column))
    _print_line("", columns)
    for name in _kinds_together(names):
        _print_line(name, [column.get(name, "-") for column in columns.values()])


def _kinds_together(names: Sequence[str]) -> list[str]:
    """Kinds of hard negatives that only some sets have come after the others' and not at the end."""
    kinds = sorted(name for name in names if name.startswith("  "))
    first = next((place for place, name in enumerate(names) if name.startswith("  ")), len(names))
    return [*names[:first], *kinds, *(name for name in names[first:] if name not in kinds)]


def _print_line(name: str, values: Iterable[str]) -> None:
    print(f"{name:32}" + "".join(f"{value:>18}" for value in values), flush=True)


def main(directories: Sequence[str]) -> int:
    if not directories:
        print(__doc__)
        return 2
    sets = [Labelled(Path(directory)) for directory in directories]
    print_table({labelled.name: measured(labelled, Outcome.of(labelled.contacts)) for labelled in sets})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
