"""How far everybody is judged anew, and what nobody is found by because too many have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.views import words

Json = Mapping[str, Any]

STATES = {
    "waiting": "Waits to begin",
    "normalising": "Preparing all contacts for new rules",
    "judging": "Comparing everybody anew",
    "done": "Done",
}
KINDS = {
    "email": ("email address", "email addresses"),
    "phone": ("phone number", "phone numbers"),
    "local": ("address before the @", "addresses before the @"),
    "name": ("name", "names"),
    "start": ("beginning of a name", "beginnings of names"),
    "work": ("name at a company", "names at companies"),
    "near": ("name with a postcode", "names with a postcode"),
    "town": ("last name in a city", "last names in a city"),
    "home": ("street address", "street addresses"),
    "born": ("birth date", "birth dates"),
}
"""What contacts are found by, and what many of it are called."""


@dataclass(frozen=True)
class Rescan:
    """The newest time everybody was judged anew."""

    state: str
    word: str
    done: int
    total: int
    started: str
    ended: str
    crowded: tuple[str, ...]

    @property
    def under_way(self) -> bool:
        return self.state != "done"


def rescan(said: Json, now: datetime, zone: ZoneInfo) -> Rescan:
    def moment(name: str) -> str:
        at = words.moment(said.get(name))
        return words.when(at, max(at, now), zone) if at else ""

    state = str(said["state"])
    return Rescan(
        state=state,
        word=STATES.get(state, words.plain(state)),
        done=int(said["done"]),
        total=int(said["total"]),
        started=moment("started_at"),
        ended=moment("ended_at"),
        crowded=tuple(words.count(number, *_kind(kind)) for kind, number in sorted((said.get("crowded") or {}).items())),
    )


def left_out(capped: Json | None) -> str:
    """What a check did not look at, as a sentence; nothing where it looked at everybody."""
    if not capped:
        return ""
    kinds = [f"the same {_kind(str(kind))[0]}" for kind in capped.get("crowded") or ()]
    beyond = int(capped.get("not_compared") or 0)
    too_many = f"too many here have {' or '.join(kinds)}" if kinds else ""
    more = f"{words.count(beyond, 'more contact')} with something in common {'was' if beyond == 1 else 'were'} left out" if beyond else ""
    return f"Not everybody was compared: {'; '.join(filter(None, (too_many, more)))}."


def _kind(kind: str) -> tuple[str, str]:
    return KINDS.get(kind, (words.plain(kind).lower(), words.plain(kind).lower()))
