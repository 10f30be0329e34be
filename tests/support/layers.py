"""The import contracts, held for every service under services/: `python -m tests.support.layers`, which `make check-layers` runs.

`.importlinter` says EVERY SERVICE where a contract is about all of them; here that line becomes the packages found on disk. So a new
service stands under the contracts without being written down anywhere.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[2]
EVERY_SERVICE = "    EVERY SERVICE\n"


def packages(root: Path) -> list[str]:
    """What can be imported from the folders under services/."""
    return sorted(found.parent.name for found in root.glob("services/*/src/*/__init__.py"))


def contracts(root: Path) -> str:
    """`.importlinter` with every service in its place."""
    written = (root / ".importlinter").read_text(encoding="utf-8")
    if EVERY_SERVICE not in written:
        raise LookupError(f"{root / '.importlinter'} has no line that says {EVERY_SERVICE.strip()}")
    return written.replace(EVERY_SERVICE, "".join(f"    {package}\n" for package in packages(root)))


def main(root: Path) -> int:
    """The linter's exit code: 0 where every contract is kept."""
    sys.path[:0] = [str(source) for source in (root / "shared" / "src", *root.glob("services/*/src"))]
    with tempfile.NamedTemporaryFile("w", suffix=".ini", encoding="utf-8") as config:
        config.write(contracts(root))
        config.flush()
        return lint_imports(config_filename=config.name)


if __name__ == "__main__":
    sys.exit(main(ROOT))
