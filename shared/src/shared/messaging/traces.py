"""What a message tells of whom, read from its bytes: words that may be ids, and marks of addresses and numbers.

For messages nobody could read as events, so it expects nothing of them: what is JSON is also read as that (escapes hide an address), the
rest as the text it is. An address that is encoded in yet another way (base64, quoted-printable) is not found.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from shared.parties import mark, mentions_in, phone_key

FEWEST_DIGITS = 7
"""Of a number that is looked up as a phone."""

_word = re.compile(r"[\w.~-]{1,200}")
_uuid = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_international = re.compile(r"(?:\+|\b00)[0-9][0-9 ()./-]{5,30}")
_number = re.compile(r"[0-9 ()+./-]{7,40}")


@dataclass(frozen=True, slots=True)
class Erasure:
    """A person was erased: until `at`, the `marks` told of them and of nobody else."""

    workspace: str
    contact_id: str
    marks: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Traces:
    """What a message has of people. Without a workspace it may be of any."""

    workspaces: frozenset[str]
    said_at: datetime
    words: frozenset[str]
    marks: frozenset[str]

    def tell_of(self, erasure: Erasure) -> bool:
        """By the id at any time, by an address as far as it was said while that was theirs."""
        if self.workspaces and erasure.workspace not in self.workspaces:
            return False
        return erasure.contact_id in self.words or (self.said_at <= erasure.at and not erasure.marks.isdisjoint(self.marks))


def traces_of(key: bytes | None, value: bytes, headers: Sequence[tuple[str, bytes]], sent_at: datetime, region: str) -> Traces:
    """`sent_at` is taken where the message does not say itself when it was said; `region` reads numbers without a country code."""
    envelope, texts = _parsed(value)
    texts = [*texts, *(_text(part) for part in (key or b"", value, *(content for _, content in headers)))]
    texts += [unquote(text) for text in texts if "%40" in text or "%2B" in text.upper()]
    return Traces(
        workspaces=_workspaces(key, envelope, dict(headers)),
        said_at=_moment(envelope.get("time")) or _moment(_text(dict(headers).get("ce_time", b""))) or sent_at,
        words=frozenset(word for text in texts for word in _words(text)),
        marks=frozenset(map(mark, (found for text in texts for found in _keys(text, region)))),
    )


def _parsed(value: bytes) -> tuple[dict[str, Any], list[str]]:
    """The outermost object, and every string in it, names of fields too."""
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError):
        return {}, []
    return parsed if isinstance(parsed, dict) else {}, list(_strings(parsed))


def _strings(parsed: Any) -> Iterator[str]:
    waiting = [parsed]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as fields:
                waiting += [*fields.keys(), *fields.values()]
            case list() as entries:
                waiting += entries


def _text(value: bytes) -> str:
    return value.decode(errors="replace")


def _words(text: str) -> Iterable[str]:
    for word in _word.findall(text):
        yield word
        yield word.strip(".")
    yield from _uuid.findall(text)


def _keys(text: str, region: str) -> Iterator[str]:
    yield from (mention.key for mention in mentions_in(text))
    written = [text, *_international.findall(text)] if _number.fullmatch(text) else _international.findall(text)
    for number in written:
        if sum(character.isdecimal() for character in number) >= FEWEST_DIGITS and (found := phone_key(number, region)):
            yield found


def _workspaces(key: bytes | None, envelope: dict[str, Any], headers: dict[str, bytes]) -> frozenset[str]:
    of_key, colon, _ = _text(key or headers.get("dead-letter-key", b"")).partition(":")
    told = (of_key if colon else "", envelope.get("workspaceid"), _text(headers.get("ce_workspaceid", b"")))
    return frozenset(workspace for workspace in told if isinstance(workspace, str) and workspace)


def _moment(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
