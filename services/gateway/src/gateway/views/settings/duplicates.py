"""From which score on two records are suspected to be one person, and from which on that is as good as sure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

WORD = "Duplicates"
FIELDS = {"suspected": "Shown from", "certain": "As good as sure from"}
"""In the order of the form; names as the service has them."""


@dataclass(frozen=True)
class Thresholds:
    """As they stand in the form: percent, as they were typed."""

    suspected: str
    certain: str

    @classmethod
    def of(cls, rules: Json) -> Thresholds:
        return cls(percent(rules["suspected"]), percent(rules["certain"]))

    @classmethod
    def typed(cls, posted: Mapping[str, Sequence[str]]) -> Thresholds:
        return cls(*(next(iter(posted.get(name, ())), "").strip() for name in FIELDS))

    @property
    def each(self) -> dict[str, str]:
        return {"suspected": self.suspected, "certain": self.certain}

    def faults(self, rules: Json) -> dict[str, str]:
        """What can't be taken, by field, in the words of the form: the service counts from 0 to 1."""
        least, most = float(rules["least"]), float(rules["most"])
        read = {name: _score(typed) for name, typed in self.each.items()}
        wrong = {name: "Not a percentage: a number like 75" for name, score in read.items() if score is None}
        outside = f"From {percent(least)} to {percent(most)}"
        wrong |= {name: outside for name, score in read.items() if score is not None and not least <= score <= most}
        suspected, certain = read["suspected"], read["certain"]
        if not wrong and suspected is not None and certain is not None and suspected > certain:
            wrong["certain"] = f"Not below “{FIELDS['suspected']}”: what is certain is shown too"
        return wrong

    def scores(self) -> dict[str, float | None]:
        """As the service takes them."""
        return {name: _score(typed) for name, typed in self.each.items()}

    @property
    def base(self) -> str:
        """Tells whether they are still as they were read."""
        return f"{self.suspected}/{self.certain}"

    def other_than(self, theirs: Thresholds) -> list[tuple[str, str]]:
        """What is other in theirs."""
        return [(FIELDS[name], f"{now} %") for name, now in theirs.each.items() if now != self.each[name]]


def percent(score: float) -> str:
    return f"{round(score * 100, 2):g}"


def _score(typed: str) -> float | None:
    number = typed.removesuffix("%").strip().replace(",", ".")
    return round(float(number) / 100, 4) if re.fullmatch(r"\d+(\.\d+)?", number) else None
