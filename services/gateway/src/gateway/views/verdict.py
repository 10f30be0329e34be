"""The guard's verdict as the panel shows it: one word, one sentence, then a line per check that opens to its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.views import words
from gateway.views.viewing import TITLE

Json = Mapping[str, Any]

WORDS = {"clear": "Clear", "caution": "Caution", "hold": "Hold", "unknown": "Unknown"}
SEVERITIES = {"ok": "Fine", "info": "Good to know", "caution": "Caution", "hold": "Hold", "unknown": "Unknown"}
PURPOSES = ("sales", "support", "billing", "announcement")


@dataclass(frozen=True)
class Evidence:
    """One thing a line rests on."""

    kind: str
    text: str
    at: str
    contact_id: str | None


@dataclass(frozen=True)
class Line:
    """One check."""

    check: str
    severity: str
    severity_word: str
    absolute: bool
    sentence: str
    evidence: tuple[Evidence, ...]
    talk_to: tuple[str, ...]
    clears_when: str
    as_of: str


@dataclass(frozen=True)
class Verdict:
    """The whole answer."""

    tone: str
    word: str
    sentence: str
    as_of: str
    lines: tuple[Line, ...]


def verdict(answer: Json, members: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Verdict:
    """An answer of the guard; a verdict we have no word for is unknown, never clear."""
    tone = str(answer.get("verdict"))
    tone = tone if tone in WORDS else "unknown"
    return Verdict(
        tone=tone,
        word=WORDS[tone],
        sentence=_without_word(str(answer.get("sentence") or ""), WORDS[tone]),
        as_of=_when(answer.get("as_of"), now, zone),
        lines=tuple(_line(line, members, now, zone) for line in answer.get("lines") or ()),
    )


def unknown(heard: str) -> Verdict:
    """What is shown while the guard is silent."""
    sentence = f"The checks can't be run right now ({heard}). Treat it as a hold until they answer."
    return Verdict("unknown", WORDS["unknown"], sentence, "", ())


def withheld(ask: str) -> Verdict:
    """What is shown where the guard says that this contact is not the reader's to see."""
    return Verdict("unknown", TITLE, ask, "", ())


def _without_word(sentence: str, word: str) -> str:
    """The panel shows the word above the sentence, which begins with it too."""
    rest = sentence.removeprefix(f"{word}: ")
    return rest[:1].upper() + rest[1:]


def _line(line: Json, members: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Line:
    severity = str(line.get("severity"))
    severity = severity if severity in SEVERITIES else "unknown"
    return Line(
        check=words.plain(str(line.get("check") or "")),
        severity=severity,
        severity_word=SEVERITIES[severity],
        absolute=bool(line.get("absolute")),
        sentence=str(line.get("sentence") or ""),
        evidence=tuple(_evidence(item, now, zone) for item in line.get("evidence") or ()),
        talk_to=tuple(members.get(str(member), str(member)) for member in line.get("talk_to") or ()),
        clears_when=str(line.get("clears_when") or ""),
        as_of=_when(line.get("as_of"), now, zone),
    )


def _evidence(item: Json, now: datetime, zone: ZoneInfo) -> Evidence:
    kind, text = str(item.get("kind") or ""), str(item.get("text") or item.get("id") or "")
    contact_id = str(item["id"]) if kind == "contact" and item.get("id") else None
    return Evidence(words.plain(kind), text, _when(item.get("at"), now, zone), contact_id)


def _when(value: object, now: datetime, zone: ZoneInfo) -> str:
    at = words.moment(value)
    return words.when(at, now, zone) if at else ""
