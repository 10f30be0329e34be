"""What was found, as files in an order that only the ids decide: the same for any order of rows."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path

from dedupe.evaluate.comparing import Pairs
from dedupe.evaluate.grouping import Cluster
from dedupe.evaluate.packed import PARTS, Strings, parted


def write_scores(path: Path, ids: Strings, pairs: Pairs) -> None:
    """id_l, id_r, score; the lesser id is the left one."""
    _write(path, ("id_l", "id_r", "score"), _scores(ids, pairs))


def write_clusters(path: Path, ids: Strings, clusters: Iterable[Cluster]) -> None:
    """id, cluster_id; a cluster is called like the least id in it."""
    named = sorted(sorted(ids[contact] for contact in cluster) for cluster in clusters)
    _write(path, ("id", "cluster_id"), ((one.decode(), cluster[0].decode()) for cluster in named for one in cluster))


def _scores(ids: Strings, pairs: Pairs) -> Iterator[tuple[str, str, str]]:
    by_id = sorted(range(len(ids)), key=ids.__getitem__)
    rank = array("I", by_id)
    for place, contact in enumerate(by_id):
        rank[contact] = place
    width = len(ids) // PARTS + 1
    for part in parted(range(len(pairs)), lambda place: min(rank[pairs.ones[place]], rank[pairs.others[place]]) // width):
        for left, right, place in sorted((*sorted((rank[pairs.ones[place]], rank[pairs.others[place]])), place) for place in part):
            yield ids[by_id[left]].decode(), ids[by_id[right]].decode(), f"{pairs.scores[place]:.4f}"


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
