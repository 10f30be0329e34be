"""`python -m shared.devstack`: the whole platform with demo data on this machine."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from shared.devstack.directory import DataDirectory
from shared.devstack.processes import StartError
from shared.devstack.runner import Runner, say


def main() -> int:
    data = DataDirectory(Path(os.environ.get("DATA_DIR", ".data")).resolve())
    say(f"starting the contacts platform in {data.path}")
    try:
        with data.open():
            asyncio.run(_run(data))
    except StartError as error:
        print(f"\nIt could not start. {error}", file=sys.stderr)
        return 1
    return 0


async def _run(data: DataDirectory) -> None:
    await Runner(data).run()


if __name__ == "__main__":
    sys.exit(main())
