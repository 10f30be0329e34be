"""Logistic regression with a normal prior around the expected weights and within bounds, by L-BFGS-B."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from bench.dedupe_fit.bounds import BOUNDS, DUPLICATES_BOUNDS, EXPECTED_RARITY, MOST, RARITY_BOUNDS, SIZE_BOUNDS, Finding
from bench.dedupe_fit.examples import Examples
from dedupe.domain.commonness import WEIGHED
from dedupe.domain.ruleset import FEWEST_DUPLICATES, MOST_DUPLICATES

SPREAD, SPREAD_OF_SLOPES = 3.0, 0.2
MIDDLE = 14.0
"""log2 of a workspace's size, around which the prior is fitted: else it and the slope would be one."""


@dataclass(frozen=True)
class Weights:
    """As the ruleset has them, in bits."""

    findings: Mapping[Finding, float]
    rarity: Mapping[str, float]
    size: float
    duplicates: float
    prior: float

    def vector(self, order: Sequence[Finding]) -> np.ndarray:
        middle = self.prior + self.size * MIDDLE
        return np.array([*(self.findings[one] for one in order), *self.rarity.values(), self.size, self.duplicates, middle])


def matrix(examples: Examples, order: Sequence[Finding], duplicates: float) -> csr_matrix:
    """A row for each pair: its findings, its bits of rarity, and what is the same for all pairs of the set."""
    place = {finding: number for number, finding in enumerate(order)}
    rarities = len(order)
    of_all = (math.log2(examples.size) - MIDDLE, math.log2(min(max(duplicates, FEWEST_DUPLICATES), MOST_DUPLICATES)), 1.0)
    data, columns, ends = list[float](), list[int](), [0]
    for example in examples.examples:
        for finding in example.found:
            columns.append(place[finding])
            data.append(1.0)
        columns += range(rarities, rarities + len(WEIGHED) + 3)
        data += [*example.rarity, *of_all]
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(examples.examples), rarities + len(WEIGHED) + 3))


def fitted(rows: csr_matrix, true: np.ndarray, counts: np.ndarray, order: Sequence[Finding]) -> Weights:
    """The weights of which these pairs are likeliest; `counts` says for how much each pair counts."""
    slopes = len(WEIGHED) + 2
    expected = np.array([*[0.0] * len(order), *[EXPECTED_RARITY] * len(WEIGHED), -1.0, 0.7, -3.0])
    spread = np.array([*[SPREAD] * len(order), *[SPREAD_OF_SLOPES] * slopes, 10.0])
    anything = (-MOST, MOST)
    bounds = [BOUNDS.get(one, anything) for one in order]
    bounds += [*[RARITY_BOUNDS] * len(WEIGHED), SIZE_BOUNDS, DUPLICATES_BOUNDS, anything]
    bit = math.log(2)

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        nats = rows @ weights * bit
        surprise = counts * np.where(true, np.logaddexp(0, -nats), np.logaddexp(0, nats))
        off = (weights - expected) / spread
        slope = rows.T @ (counts * (1 / (1 + np.exp(-nats)) - true)) * bit + off / spread
        return float(surprise.sum() + (off**2).sum() / 2), slope

    start = np.clip(expected, *np.array(bounds).T)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 5_000, "maxfun": 10_000}).x
    rarity = dict(zip(WEIGHED, map(float, found[len(order) :]), strict=False))
    size, duplicates, middle = map(float, found[-3:])
    return Weights(dict(zip(order, map(float, found), strict=False)), rarity, size, duplicates, middle - size * MIDDLE)


def probabilities(rows: csr_matrix, weights: Weights, order: Sequence[Finding]) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp2(-(rows @ weights.vector(order)))))
