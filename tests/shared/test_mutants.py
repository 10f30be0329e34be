"""What `python -m tests.mutants` breaks is still there to be broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.mutants.invariants import MUTANTS, Mutant

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_changes_one_place(mutant: Mutant) -> None:
    assert (ROOT / mutant.path).read_text(encoding="utf-8").count(mutant.sound) == 1
    assert all((ROOT / test).exists() for test in mutant.tests)
