"""What a grant or a stop is about, in words others chose: read narrowly where it permits, and widely where it forbids."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.view import Part

CHANNELS, PURPOSES = frozenset(Channel), frozenset(Purpose)
MARKETING = frozenset({Purpose.SALES, Purpose.ANNOUNCEMENT})

_ALL = {"*", "all", "any", "every", "everything"}
_MARKETING = {"advertising", "directmarketing", "marketing", "newsletter", "newsletters", "promotion", "promotional", "promotions"}


class Scope(Part):
    """A channel and a purpose as they were told; `scope` is a wider word for the purpose."""

    channel: str | None = None
    purpose: str | None = None
    scope: str | None = None

    def grants(self, channel: Channel, purpose: Purpose) -> bool:
        """Only what it names: a grant that names no channel grants none, nor does one in a word we do not know."""
        channels, purposes = _channels(self.channel or ""), _purposes(self.purpose or self.scope or "")
        return channel in (channels or ()) and purpose in (purposes or ())

    def stops(self, channel: Channel, purpose: Purpose) -> bool:
        """Everything it may mean: what it leaves open, and what it says in a word we do not know, is all of them."""
        return channel in (_channels(self.channel or "") or CHANNELS) and purpose in self.stopped_purposes

    @property
    def stopped_purposes(self) -> frozenset[Purpose]:
        """`scope` counts beside a purpose only where it says that this is about everything: else a purpose is a part of it."""
        if _purposes(self.scope or "") == PURPOSES:
            return PURPOSES
        return _purposes(self.purpose or self.scope or "") or PURPOSES


@lru_cache(maxsize=1_000)
def _channels(told: str) -> frozenset[Channel] | None:
    word = _word(told)
    return CHANNELS if word in _ALL else frozenset({Channel(word)}) if word in CHANNELS else None


@lru_cache(maxsize=1_000)
def _purposes(told: str) -> frozenset[Purpose] | None:
    word = _word(told)
    if word in _ALL or word in _MARKETING:
        return PURPOSES if word in _ALL else MARKETING
    return frozenset({Purpose(word)}) if word in PURPOSES else None


def _word(told: str) -> str:
    """`E-Mail` and ` email` are one word."""
    return "".join(character for character in unicodedata.normalize("NFKC", told).casefold() if character.isalnum() or character == "*")
