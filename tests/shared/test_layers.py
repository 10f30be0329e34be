"""What the import linter can not say: `shared.contracts` depends on pydantic and nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import shared.contracts

ALLOWED = {*sys.stdlib_module_names, "pydantic", "shared"}


def test_the_contracts_import_pydantic_only() -> None:
    folder = Path(shared.contracts.__file__).parent
    imported = {(path.name, name) for path in folder.rglob("*.py") for name in _top_level_imports(path)}

    assert {(path, name) for path, name in imported if name not in ALLOWED} == set()


def _top_level_imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
