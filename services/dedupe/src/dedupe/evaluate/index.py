"""Who shares a blocking key, in memory: 64-bit hashes of the keys, sorted, and the numbers of the contacts that have each.

It takes 12 bytes for a key of a contact, where a dict of strings takes two hundred. Hashes are those of this interpreter: an index serves
the process that made it and those forked from it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from dedupe.domain.commonness import FEWEST
from dedupe.domain.retrieval import CROWD, CROWDS, crowd_of

_UNSIGNED = (1 << 64) - 1
_PART = 58
"""Bits of a hash after those that say in which of 64 parts it is: sorted each on its own, they are in order one after the other."""
_SIZES = sorted({CROWD, *CROWDS.values()})
_SIZE = 0b11
"""The last bits of a hash, which say how many contacts may have the key where there are many."""


def hashed(key: str) -> int:
    return hash(key) & _UNSIGNED & ~_SIZE | _SIZES.index(crowd_of(key, FEWEST))


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
    def of(cls, entries: Entries, *, fewest: int, counted: int) -> Index:
        """Without keys that fewer than `fewest` contacts have, or a crowd among so many that are counted."""
        index = cls()
        for key, places in groupby(sorted(range(len(entries.keys)), key=entries.keys.__getitem__), entries.keys.__getitem__):
            contacts = sorted(entries.contacts[place] for place in places)
            if len(contacts) > (_SIZES[key & _SIZE] if counted >= FEWEST else CROWD):
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

    def having(self, keys: Iterable[int]) -> set[int]:
        """Everybody who has one of these keys; nobody by a key that is crowded."""
        found: set[int] = set()
        for key in keys:
            at = bisect_left(self.keys, key)
            if at < len(self.keys) and self.keys[at] == key:
                found.update(self.contacts[self.ends[at - 1] if at else 0 : self.ends[at]])
        return found


@dataclass(slots=True)
class Neighbours:
    """For each contact, those after it that it shares a key with: where they are in the index, without looking its keys up again."""

    contacts: array[int]
    slices: array[int]
    """From and to, of one block after the other that a contact is in."""
    ends: array[int]

    @classmethod
    def of(cls, index: Index, contacts: int) -> Neighbours:
        ends = array("I", bytes(4 * (contacts + 1)))
        for contact, _, _ in _followed(index):
            ends[contact + 1] += 2
        for contact in range(contacts):
            ends[contact + 1] += ends[contact]
        slices, free = array("I", bytes(4 * ends[contacts])), ends[:]
        for contact, start, end in _followed(index):
            slices[free[contact]], slices[free[contact] + 1] = start, end
            free[contact] += 2
        return cls(index.contacts, slices, ends)

    def after(self, contact: int) -> set[int]:
        found: set[int] = set()
        for at in range(self.ends[contact], self.ends[contact + 1], 2):
            found.update(self.contacts[self.slices[at] : self.slices[at + 1]])
        return found


def _followed(index: Index) -> Iterator[tuple[int, int, int]]:
    """Each contact of each block, and where those after it start and end; not the last one."""
    start = 0
    for end in index.ends:
        for place in range(start + 1, end):
            yield index.contacts[place - 1], place, end
        start = end
