"""Who shares a blocking key, in memory: 64-bit hashes of the keys, sorted, and the numbers of the contacts that have each.

It takes 12 bytes for a key of a contact, where a dict of strings takes two hundred. Hashes are those of this interpreter: an index serves
the process that made it and those forked from it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

PARTS = 64
"""An index is sorted in parts: little memory for each, and many processes at once."""

_UNSIGNED = (1 << 64) - 1
_PART = 58
"""Bits of a hash after those that say in which part it is: the parts one after the other are in order again."""


def hashed(key: str) -> int:
    return hash(key) & _UNSIGNED


def part_of(key: int) -> int:
    return key >> _PART


@dataclass(slots=True)
class Entries:
    """Which contact has which key, unsorted."""

    keys: array[int] = field(default_factory=lambda: array("Q"))
    contacts: array[int] = field(default_factory=lambda: array("I"))

    def append(self, key: int, contact: int) -> None:
        self.keys.append(key)
        self.contacts.append(contact)

    def extend(self, others: Entries) -> None:
        self.keys.extend(others.keys)
        self.contacts.extend(others.contacts)


@dataclass(slots=True)
class Index:
    """The contacts of each key; keys in order, and the contacts of each in order. `crowded` counts the keys that were left out."""

    keys: array[int] = field(default_factory=lambda: array("Q"))
    ends: array[int] = field(default_factory=lambda: array("I"))
    contacts: array[int] = field(default_factory=lambda: array("I"))
    crowded: int = 0

    @classmethod
    def of(cls, entries: Entries, *, fewest: int, most: int) -> Index:
        """Without keys that fewer than `fewest` or more than `most` contacts have."""
        index = cls()
        for key, places in groupby(sorted(range(len(entries.keys)), key=entries.keys.__getitem__), entries.keys.__getitem__):
            contacts = sorted(entries.contacts[place] for place in places)
            if len(contacts) > most:
                index.crowded += 1
            elif len(contacts) >= fewest:
                index.keys.append(key)
                index.contacts.extend(contacts)
                index.ends.append(len(index.contacts))
        return index

    def extend(self, others: Index) -> None:
        """With those of the part that comes next."""
        start = len(self.contacts)
        self.keys.extend(others.keys)
        self.ends.extend(start + end for end in others.ends)
        self.contacts.extend(others.contacts)
        self.crowded += others.crowded

    def near(self, keys: Iterable[int], after: int = -1) -> set[int]:
        """Everybody beyond the number `after` who has one of these keys; nobody by a key that is crowded."""
        found: set[int] = set()
        for key in keys:
            at = bisect_left(self.keys, key)
            if at < len(self.keys) and self.keys[at] == key:
                start, end = self.ends[at - 1] if at else 0, self.ends[at]
                found.update(self.contacts[bisect_right(self.contacts, after, start, end) : end])
        return found
