"""Fits the weights and writes them; before, what they would be worth on people they were not fitted on."""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix, vstack

from bench.dedupe_fit.bounds import Finding
from bench.dedupe_fit.examples import Examples, Records
from bench.dedupe_fit.fitting import Weights, fitted, matrix, probabilities
from bench.dedupe_fit.made_up import Drawn, Maker
from bench.labelled import Labelled
from dedupe.domain import weights as written

FOLDS = 3
NAMES = ("first_name", "middle_name", "last_name", "suffix")
HOME = ("street", "city", "region", "postcode")


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit the weights of the duplicate matcher.")
    parser.add_argument("directory", type=Path, help="holds crm_dev, febrl3 and febrl4")
    parser.add_argument("--write", action="store_true", help="into the ruleset; else they are only measured")
    arguments = parser.parse_args()
    sets = {Examples.of(records): counts for records, counts in _learned_from(arguments.directory)}
    order = sorted({finding for examples in sets for example in examples.examples for finding in example.found})
    rows = {examples: matrix(examples, order, examples.duplicates) for examples in sets}
    _print_held_out(sets, rows, order)
    everything = {examples: np.ones(len(examples.examples), bool) for examples in sets}
    weights = _fitted_on(everything, sets, rows, order)
    if arguments.write:
        Path(written.__file__).write_text(_module(weights))


def _learned_from(directory: Path) -> Iterator[tuple[Records, float]]:
    """Sets, and for how much a pair of each counts."""
    crm, febrl3, febrl4 = (Records.of(Labelled(directory / name)) for name in ("crm_dev", "febrl3", "febrl4"))
    yield crm, 1.0
    for share in (0.25, 0.06):
        yield crm.fewer(share), 0.5
    for fewer in (crm, crm.fewer(0.3)):
        for share in (0.2, 0.05):
            yield fewer.fewer_duplicates(share), 0.7
    yield febrl3, 1.0
    yield febrl3.fewer(0.25), 0.5
    yield febrl3.fewer_duplicates(0.1), 0.5
    yield febrl4, 2.0
    short, housed = (*NAMES, "birth_date"), (*NAMES, *HOME)
    yield febrl3.only(*short), 0.1
    yield febrl3.only(*short).fewer_duplicates(0.1), 0.1
    yield febrl3.only(*housed), 0.25
    yield febrl3.only(*housed).fewer_duplicates(0.1), 0.25
    yield crm.only(*housed, "birth_date"), 0.25
    yield crm.only(*housed, "birth_date").fewer_duplicates(0.1), 0.25
    drawn = Drawn.of(crm.people, febrl4.people)
    yield Maker(drawn, 1).short_records(9_000, 0.1), 0.25
    yield Maker(drawn, 2).short_records(3_000, 0.3), 0.25
    yield Maker(drawn, 3).households(9_000, 0.15, born=0.7), 0.25
    yield Maker(drawn, 4).households(6_000, 0.3, born=0.0), 0.25


def _fitted_on(
    chosen: Mapping[Examples, np.ndarray], counts: Mapping[Examples, float], rows: Mapping[Examples, csr_matrix], order: Sequence[Finding]
) -> Weights:
    true = np.concatenate([np.array([example.true for example in one.examples])[which] for one, which in chosen.items()])
    weights = np.concatenate([counts[one] * np.array([example.counts for example in one.examples])[which] for one, which in chosen.items()])
    return fitted(vstack([rows[one][which] for one, which in chosen.items()]).tocsr(), true, weights, order)


def _print_held_out(sets: Mapping[Examples, float], rows: Mapping[Examples, csr_matrix], order: Sequence[Finding]) -> None:
    folds = {one: np.array([zlib.crc32(example.person.encode()) % FOLDS for example in one.examples]) for one in sets}
    scores = {one: np.zeros(len(one.examples)) for one in sets}
    for fold in range(FOLDS):
        weights = _fitted_on({one: folds[one] != fold for one in sets}, sets, rows, order)
        for one in sets:
            scores[one][folds[one] == fold] = probabilities(rows[one][folds[one] == fold], weights, order)
    print(f"{'people who were not fitted on':60} {'precision':>9} {'recall':>7} {'F1':>7}")
    for one, score in scores.items():
        true, found = np.array([example.true for example in one.examples]), score >= 0.5
        right = int((true & found).sum())
        precision, recall = right / max(1, int(found.sum())), right / (int(true.sum()) + one.missed)
        print(f"{one.name[:60]:60} {precision:9.3f} {recall:7.3f} {2 * precision * recall / (precision + recall):7.4f}")


def _module(weights: Weights) -> str:
    lines = [
        '"""Fitted weights, in bits: written by `make fit-duplicates`, see bench/dedupe_fit. Not edited by hand."""',
        "",
        "from __future__ import annotations",
        "",
        "from collections.abc import Mapping",
        "",
        f"PRIOR = {weights.prior:.2f}",
        f"SIZE = {weights.size:.2f}",
        '"""For each doubling of the workspace."""',
        f"DUPLICATES = {weights.duplicates:.2f}",
        '"""For each doubling of how many pairs of one person there are per contact."""',
        "RARITY: Mapping[str, float] = {",
        *(f'    "{name}": {weight:.2f},' for name, weight in weights.rarity.items()),
        "}",
        '"""For each bit of rarity of a value in which both agree."""',
        "WEIGHTS: Mapping[tuple[str, str], float] = {",
        *(f'    ("{field}", "{comparison}"): {weight:.2f},' for (field, comparison), weight in weights.findings.items()),
        "}",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
