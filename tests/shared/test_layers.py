"""Who may know whom: the import contracts hold for every service on disk, and what the import linter can not say is said here."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import shared.contracts
from tests.support.layers import ROOT, contracts, packages

ALLOWED = {*sys.stdlib_module_names, "pydantic", "shared"}


def test_the_contracts_import_pydantic_only() -> None:
    folder = Path(shared.contracts.__file__).parent
    imported = {(path.name, name) for path in folder.rglob("*.py") for name in _top_level_imports(path)}

    assert {(path, name) for path, name in imported if name not in ALLOWED} == set()


def test_every_contract_about_services_is_about_all_that_are_on_disk(copy: Path) -> None:
    (copy / "services" / "late-comer" / "src" / "late_comer").mkdir(parents=True)
    (copy / "services" / "late-comer" / "src" / "late_comer" / "__init__.py").touch()

    assert contracts(copy).count("\n    late_comer\n") == contracts(ROOT).count("\n    contacts\n") == 5
    assert set(packages(copy)) == {*packages(ROOT), "late_comer"}


def test_what_is_forbidden_is_noticed_also_in_a_service_that_is_new(copy: Path) -> None:
    _add(copy, "late_comer/domain.py", "from late_comer import app")
    _add(copy, "late_comer/app.py", "import motor")
    _add(copy, "late_comer/store.py", "import timeline.store")
    (copy / "shared" / "src" / "shared" / "late.py").write_text("import late_comer.store\n")
    (copy / "shared" / "src" / "shared" / "contracts" / "late.py").write_text("import shared.services\n")

    said = _checked(copy)

    for contract in ("No service knows another", "the domain", "knows no service", "of how they travel", "the database's driver"):
        assert f"{contract} BROKEN" in said, said
    assert "0 kept, 5 broken" in said


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The product elsewhere, to be broken."""
    for name in ("shared/src", "services"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "static", "templates"))
    shutil.copy2(ROOT / ".importlinter", tmp_path)
    return tmp_path


def _add(root: Path, module: str, source: str) -> None:
    path = root / "services" / "late-comer" / "src" / module
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(f"{source}\n")


def _checked(root: Path) -> str:
    """What the linter says of that copy, which it must not accept."""
    source = "import sys; from pathlib import Path; from tests.support.layers import main; sys.exit(main(Path(sys.argv[1])))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    run = subprocess.run([sys.executable, "-c", source, root], cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    return " ".join(run.stdout.split())


def _top_level_imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.partition(".")[0])
    return names
