"""What the directory says about some keys at one moment: resolution itself, without I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from shared.parties.keys import contact_key
from shared.parties.person import Person


class Known:
    """`revision` is the directory's, from just before these people were read."""

    def __init__(self, people: Iterable[Person], revision: int = 0) -> None:
        people = list(people)
        self.revision = revision
        self._standing = {person.contact_id: person.standing for person in people}
        self._erased = {contact_key(person.contact_id) for person in people if person.erased}
        self._now: dict[str, set[str]] = defaultdict(set)
        self._past: dict[str, set[str]] = defaultdict(set)
        for contact_id, standing in self._standing.items():
            for key in standing.now:
                self._now[key].add(contact_id)
            for key in standing.past:
                self._past[key].add(contact_id)

    def resolve(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The contacts these keys belong to, sorted: of each key those that hold it now, else those that once did; survivors only."""
        holders = {contact_id for key in keys for contact_id in self._now.get(key) or self._past.get(key) or ()}
        return tuple(sorted({survivor for contact_id in holders if (survivor := self.survivor(contact_id)) is not None}))

    def survivor(self, contact_id: str) -> str | None:
        """Who stands for this id today, along a chain of merges; None where that is nobody we know."""
        passed: set[str] = set()
        while contact_id not in passed:
            passed.add(contact_id)
            standing = self._standing.get(contact_id)
            if standing is None:  # named as a survivor but not heard of itself; the very first id must be known
                return contact_id if len(passed) > 1 else None
            if standing.into is None:
                return None
            contact_id = standing.into
        return contact_id

    def forgotten(self, keys: Collection[str]) -> bool:
        """Whether these keys name a contact that was erased, and lead to nobody else: there is nothing to keep."""
        return any(key in self._erased for key in keys) and not self.resolve(keys)
