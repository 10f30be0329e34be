"""The first step: rows to profiles and blocking keys, many rows at a time in a worker process."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from dedupe.domain.blocking import blocking_keys
from dedupe.domain.commonness import Commonness
from dedupe.domain.person import profile_of
from dedupe.evaluate.contacts_file import Row, person_of
from dedupe.evaluate.index import PARTS, Entries, hashed, part_of
from dedupe.evaluate.packed import Strings, packed

Some = tuple[int, Sequence[Row]]
"""Rows, and the number of the first of them."""


@dataclass(slots=True)
class People:
    """Who is in the file, by number: in the order of the rows, which decides nothing."""

    ids: Strings = field(default_factory=Strings)
    profiles: Strings = field(default_factory=Strings)
    keys: array[int] = field(default_factory=lambda: array("Q"))
    key_ends: array[int] = field(default_factory=lambda: array("Q", [0]))

    def extend(self, others: People) -> None:
        start = len(self.keys)
        self.ids.extend(others.ids)
        self.profiles.extend(others.profiles)
        self.keys.extend(others.keys)
        self.key_ends.extend(start + end for end in others.key_ends[1:])

    def keys_of(self, number: int) -> array[int]:
        return self.keys[self.key_ends[number] : self.key_ends[number + 1]]


@dataclass(slots=True)
class Names:
    """How often each name was met."""

    given: Counter[str] = field(default_factory=Counter)
    surnames: Counter[str] = field(default_factory=Counter)

    def extend(self, others: Names) -> None:
        self.given.update(others.given)
        self.surnames.update(others.surnames)

    def commonness(self, contacts: int) -> Commonness:
        return Commonness(contacts, _repeated(self.given), _repeated(self.surnames))


@dataclass(slots=True)
class Normalised:
    """Some of the people, their names, and by which keys they are found."""

    people: People = field(default_factory=People)
    names: Names = field(default_factory=Names)
    entries: list[Entries] = field(default_factory=lambda: [Entries() for _ in range(PARTS)])

    def extend(self, others: Normalised) -> None:
        self.people.extend(others.people)
        self.names.extend(others.names)
        for ours, theirs in zip(self.entries, others.entries, strict=True):
            ours.extend(theirs)


def normalised(_: None, some: Some) -> Normalised:
    first, rows = some
    made = Normalised()
    people, names, entries = made.people, made.names, made.entries
    for number, row in enumerate(rows, start=first):
        profile = profile_of(person_of(row))
        keys = [hashed(key) for key in blocking_keys(profile)]
        people.ids.append(row[0].encode())
        people.profiles.append(packed(profile))
        people.keys.extend(keys)
        people.key_ends.append(len(people.keys))
        names.given[profile.given] += 1
        names.surnames[profile.surname] += 1
        for key in keys:
            entries[part_of(key)].append(key, number)
    return made


def _repeated(counts: Counter[str]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if name and count > 1}
