"""A million people in some hundred megabytes: profiles packed into one string of bytes and unpacked where compared, numbers in arrays."""

from __future__ import annotations

import marshal
from array import array
from collections.abc import Callable, Iterable
from dataclasses import fields
from functools import cache
from itertools import compress, count
from operator import attrgetter, itemgetter
from typing import Any

from dedupe.domain.person import Profile

PARTS = 64

_NAMES = tuple(field.name for field in fields(Profile))
_LISTS = tuple(field.default == () for field in fields(Profile))
_BITS = tuple(1 << place for place in range(len(_NAMES)))
_values_of = attrgetter(*_NAMES)
_FORMAT = 2
"""Of marshal: the last one without references between objects, so that equal profiles are equal bytes."""


def packed(profile: Profile) -> bytes:
    """The fields that are known, after a number that says which they are."""
    values = _values_of(profile)
    return marshal.dumps((sum(compress(_BITS, values)), *filter(None, values)), _FORMAT)


def unpacked(data: bytes) -> Profile:
    known, *values = marshal.loads(data)  # noqa: S302  # what `packed` wrote, in this process or its parent
    return Profile(*_in_place(known)((*values, "", ())))


@cache
def _in_place(known: int) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Puts known values where they belong and what stands for nothing, which comes after them, everywhere else."""
    places = count()
    return itemgetter(*(next(places) if known & bit else -1 if is_list else -2 for bit, is_list in zip(_BITS, _LISTS, strict=True)))


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


def parted(numbers: Iterable[int], part_of: Callable[[int], int]) -> list[array[int]]:
    """In so many parts that each can be sorted in little memory: a list takes ten times what an array does."""
    parts = [array("I") for _ in range(PARTS)]
    for number in numbers:
        parts[part_of(number)].append(number)
    return parts
