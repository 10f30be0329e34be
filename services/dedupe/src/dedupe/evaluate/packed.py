"""Profiles of a million people in the memory of a few hundred bytes each: packed into one string of bytes, unpacked where compared."""

from __future__ import annotations

import marshal
from array import array
from dataclasses import fields
from operator import attrgetter

from dedupe.domain.person import Profile

_values_of = attrgetter(*(field.name for field in fields(Profile)))
_FORMAT = 2
"""Of marshal: the last one without references between objects, so that equal profiles are equal bytes."""


def packed(profile: Profile) -> bytes:
    return marshal.dumps(_values_of(profile), _FORMAT)


def unpacked(data: bytes) -> Profile:
    return Profile(*marshal.loads(data))  # noqa: S302  # what `packed` wrote, in this process or its parent


class Strings:
    """Many strings of bytes, by number."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> bytes:
        return bytes(self._bytes[self._ends[number] : self._ends[number + 1]])

    def append(self, one: bytes) -> None:
        self._bytes += one
        self._ends.append(len(self._bytes))

    def extend(self, others: Strings) -> None:
        start = len(self._bytes)
        self._bytes += others._bytes
        self._ends.extend(start + end for end in others._ends[1:])
