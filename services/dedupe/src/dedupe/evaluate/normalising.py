"""The first step: rows to profiles and blocking keys, many rows at a time in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dedupe.domain.blocking import blocking_keys
from dedupe.domain.commonness import Counting
from dedupe.domain.person import profile_of
from dedupe.evaluate.contacts_file import Row, person_of
from dedupe.evaluate.index import Entries, hashed, part_of
from dedupe.evaluate.packed import PARTS, Strings, packed

Some = tuple[int, Sequence[Row]]
"""Rows, and the number of the first of them."""


@dataclass(slots=True)
class People:
    """Who is in the file, by number: in the order of the rows, which decides nothing."""

    ids: Strings = field(default_factory=Strings)
    profiles: Strings = field(default_factory=Strings)

    def extend(self, others: People) -> None:
        self.ids.extend(others.ids)
        self.profiles.extend(others.profiles)


@dataclass(slots=True)
class Normalised:
    """Some of the people, how often what they have is met, and by which keys they are found."""

    people: People = field(default_factory=People)
    counting: Counting = field(default_factory=Counting)
    entries: list[Entries] = field(default_factory=lambda: [Entries() for _ in range(PARTS)])

    def extend(self, others: Normalised) -> None:
        self.people.extend(others.people)
        self.counting.extend(others.counting)
        for ours, theirs in zip(self.entries, others.entries, strict=True):
            ours.extend(theirs)


def normalised(_: None, some: Some) -> Normalised:
    first, rows = some
    made = Normalised()
    people, entries = made.people, made.entries
    for number, row in enumerate(rows, start=first):
        profile = profile_of(person_of(row))
        people.ids.append(row[0].encode())
        people.profiles.append(packed(profile))
        made.counting.add([profile])
        for key in map(hashed, blocking_keys(profile)):
            entries[part_of(key)].append(key, number)
    return made
