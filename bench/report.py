"""A figure, what it is held against, and whether the ratio is within what we promise ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """`ours` and `peer` in the same unit and run. `at_most` bounds ours/peer where less is better, `at_least` where more is."""

    name: str
    ours: float
    peer: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.peer

    @property
    def holds(self) -> bool:
        return (self.at_most is None or self.ratio <= self.at_most) and (self.at_least is None or self.ratio >= self.at_least)

    def line(self) -> str:
        bound = f"<= {self.at_most}" if self.at_most is not None else f">= {self.at_least}" if self.at_least is not None else "no bound"
        verdict = "ok" if self.holds else "MISSED"
        return f"{self.name:58} {self.ours:10.2f} {self.peer:10.2f} {self.unit:9} ratio {self.ratio:5.2f}  {bound:8} {verdict}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
