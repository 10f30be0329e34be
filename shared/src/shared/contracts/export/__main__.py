"""`python -m shared.contracts.export [--check]`: write shared/schemas and docs/events.md, unless a change breaks messages already sent."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from shared.contracts.catalogue import also_read, models, newest
from shared.contracts.export.compatibility import breaking_changes
from shared.contracts.export.docs import catalogue
from shared.contracts.export.schemas import Schema, no_longer_current, schema_of, text_of

ROOT = Path(__file__).resolve().parents[5]


def exported(before: Mapping[str, Schema]) -> dict[Path, str]:
    """Every file the models give, by its path from the root of the project. Versions still read keep the schema they had `before`."""
    current = {name: schema_of(name, model) for name, model in models().items()}
    kept = {old: no_longer_current(before[old], current_type) for old, current_type in also_read().items() if old in before}
    schemas = {Path("shared/schemas", f"{name}.json"): text_of(schema) for name, schema in {**current, **kept}.items()}
    return {**schemas, Path("docs/events.md"): catalogue()}


def broken(before: Mapping[str, Schema]) -> dict[str, list[str]]:
    """What of the committed schemas the models no longer keep -> the types it is true of. A type that is gone needs an upcaster."""
    found: dict[str, list[str]] = {}
    for name, old in before.items():
        model = models().get(name)
        if model is not None:
            for change in breaking_changes(old, schema_of(name, model)):
                found.setdefault(change, []).append(name)
        elif newest(name) not in models():
            found.setdefault("the type is gone and has no upcaster that leads to a payload", []).append(name)
    return found


def committed(root: Path) -> dict[str, Schema]:
    """The schemas as they are on disk, by type."""
    return {
        path.name.removesuffix(".json"): json.loads(path.read_text("utf-8")) for path in sorted((root / "shared/schemas").glob("*.json"))
    }


def lost(before: Mapping[str, Schema]) -> list[str]:
    """The versions that are read and whose schema nobody can make again, because their class is gone."""
    return [name for name in also_read() if name not in before]


def stale(root: Path) -> list[Path]:
    """The files that are missing, differ from the models, or belong to a type that is gone."""
    wanted = exported(committed(root))
    differing = [path for path, text in wanted.items() if not (root / path).exists() or (root / path).read_text("utf-8") != text]
    return differing + [path for name in committed(root) if (path := Path("shared/schemas", f"{name}.json")) not in wanted]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m shared.contracts.export", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something is out of date")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's root")
    options = parser.parse_args(arguments)
    before = committed(options.root)
    if missing := lost(before):
        sys.stderr.writelines(f"{name} is still read: bring shared/schemas/{name}.json back from the history\n" for name in missing)
        return 1
    if changes := broken(before):
        sys.stderr.write("breaks messages already sent, so it needs a new major version and an upcaster:\n")
        sys.stderr.writelines(f"  {change} ({', '.join(types[:3])}{' ...' * (len(types) > 3)})\n" for change, types in changes.items())
        return 1
    outdated = stale(options.root)
    if options.check:
        sys.stderr.writelines(f"out of date: {path}; run python -m shared.contracts.export\n" for path in outdated)
        return 1 if outdated else 0
    wanted = exported(before)
    for path in outdated:
        if path in wanted:
            (options.root / path).parent.mkdir(parents=True, exist_ok=True)
            (options.root / path).write_text(wanted[path], "utf-8")
        else:
            (options.root / path).unlink()
    sys.stdout.write(f"{len(outdated)} of {len(wanted)} files written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
