"""`make bench`: every figure on one line, and exit code 1 when one misses its bound. Arguments name what to measure."""

from __future__ import annotations

import asyncio
import importlib
import sys

from bench.parts import parts
from shared import telemetry

BENCHES = ("creating", "searching", "preflight", "ingestion", "latency", "dedupe_checking", "dedupe_importing")


def main(names: list[str]) -> int:
    telemetry.configure_logging("bench", "ERROR")
    held = True
    with parts() as where:
        print(f"{'':58} {'ours':>10} {'peer':>10} {'':9} on {'Apache Kafka' if where.real_kafka else 'the embedded broker'}")
        for name in names or BENCHES:
            for figure in asyncio.run(importlib.import_module(f"bench.{name}").figures(where)):
                print(figure.line(), flush=True)
                held = held and figure.holds
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
