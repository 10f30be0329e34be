"""`python -m dedupe evaluate CONTACTS.csv --out scores.csv --clusters clusters.csv`."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from dedupe.evaluate.contacts_file import ContactsFileError
from dedupe.evaluate.evaluation import Evaluation, evaluate
from dedupe.evaluate.output import write_clusters, write_scores
from dedupe.evaluate.workers import memory

app = typer.Typer(add_completion=False)

Contacts = Annotated[Path, typer.Argument(metavar="CONTACTS.csv", exists=True, dir_okay=False, help="id, given_name, surname, email, ...")]
Scores = Annotated[Path, typer.Option("--out", dir_okay=False, help="id_l,id_r,score of every pair above 0.05")]
Clusters = Annotated[Path, typer.Option("--clusters", dir_okay=False, help="id,cluster_id of everybody in a cluster of two or more")]


@app.command()
def main(contacts: Contacts, out: Scores, clusters: Clusters) -> None:
    """Score the contacts of a file by the rules of the service, and say what it cost in one line of JSON."""
    began = time.perf_counter()
    try:
        found = evaluate(contacts, _progress)
    except ContactsFileError as error:
        typer.echo(f"{contacts}: {error}", err=True)
        raise typer.Exit(2) from None
    write_scores(out, found.ids, found.pairs)
    write_clusters(clusters, found.ids, found.clusters)
    typer.echo(json.dumps(_summary(found, time.perf_counter() - began)))


def _summary(found: Evaluation, seconds: float) -> dict[str, Any]:
    contacts = len(found.ids)
    return {
        "thresholds": {"certain": found.rules.certain, "suspected": found.rules.suspected},
        "ruleset_version": found.rules.version,
        "contacts": contacts,
        "pairs_compared": found.pairs.compared,
        "pairs": len(found.pairs),
        "clusters": len(found.clusters),
        "crowded_keys": found.crowded_keys,
        "seconds": round(seconds, 2),
        "contacts_per_second": round(contacts / seconds),
        "peak_memory_mb": memory.peak_mb,
    }


@contextmanager
def _progress(label: str, length: int) -> Iterator[Callable[[int], None]]:
    with typer.progressbar(length=length, label=f"{label:12}", file=sys.stderr) as bar:
        yield bar.update
