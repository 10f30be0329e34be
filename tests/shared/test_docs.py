"""What the documentation points at is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page for pattern in ("*.md", "docs/**/*.md", "services/*/README.md", "bench/*.md", "tests/**/*.md") for page in ROOT.glob(pattern)
)
CODE = [ROOT / name for name in ("shared", "services", "tests", "bench", "deploy", "docs")]


def named_files(text: str) -> set[str]:
    """`domain/editing.py`, `clients.py`: as much of a path as is written."""
    return set(re.findall(r"(?<![\w/*<>.-])((?:[\w-]+/)*[\w-]+\.(?:py|yml|html|js|toml|json))\b(?!\()", text))


def is_there(name: str, files: set[str]) -> bool:
    return (ROOT / name).exists() or any(file.endswith(f"/{name}") for file in files)


@pytest.fixture(scope="module")
def files() -> set[str]:
    return {str(file) for folder in CODE for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_a_page_names_exists(page: Path, files: set[str]) -> None:
    written = {"stack.json"}  # by `make run`
    missing = {name for name in named_files(page.read_text(encoding="utf-8")) - written if not is_there(name, files)}

    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]

    assert not broken
