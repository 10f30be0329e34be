"""A broker and a database to measure on: embedded ones, or those of KAFKA_BOOTSTRAP_SERVERS and MONGODB_URI."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.devstack.embedded import Mongod, Tansu


@dataclass(frozen=True)
class Parts:
    """Where everything is; `real_kafka` says whether the ceilings are those of Apache Kafka."""

    folder: Path
    mongodb_uri: str
    bootstrap: str
    real_kafka: bool


@contextmanager
def parts() -> Iterator[Parts]:
    uri, bootstrap = os.environ.get("MONGODB_URI"), os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        if uri is None:
            uri = stack.enter_context(Mongod.start(folder / "mongod")).uri
        embedded = bootstrap is None
        if bootstrap is None:
            bootstrap = stack.enter_context(Tansu.start(folder / "broker")).bootstrap
        yield Parts(folder, uri, bootstrap, real_kafka=not embedded)
