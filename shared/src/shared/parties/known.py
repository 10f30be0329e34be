"""What the directory says about some keys at one moment: resolution itself, without I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from shared.parties.keys import MARK, PERSON, SOLE, contact_key
from shared.parties.person import Person


class Known:
    """`revision` is the directory's, from just before these people were read."""

    def __init__(self, people: Iterable[Person], revision: int = 0) -> None:
        self.revision = revision
        self._people = {person.contact_id: person for person in people}
        self._standing = {contact_id: person.standing for contact_id, person in self._people.items()}
        self._erased = {contact_key(contact_id) for contact_id, person in self._people.items() if person.erased}
        self._now: dict[str, set[str]] = defaultdict(set)
        self._past: dict[str, set[str]] = defaultdict(set)
        for contact_id, standing in self._standing.items():
            for key in standing.now:
                self._now[key].add(contact_id)
            for key in standing.past:
                self._past[key].add(contact_id)

    def resolve(self, keys: Iterable[str]) -> tuple[str, ...]:
        """The contacts these keys belong to, sorted: of each key those that hold it now, else those that once did; survivors only.

        Lasting keys reach more: a mark everybody who ever held it, a person whoever has the addresses now that the contact gave up.
        """
        holders = {contact_id for key in keys for contact_id in self._holders(key)}
        return tuple(sorted({survivor for contact_id in holders if (survivor := self.survivor(contact_id)) is not None}))

    def _holders(self, key: str) -> Iterable[str]:
        if key.startswith(MARK):
            return self._now.get(key, set()) | self._once(key)
        if key.startswith(PERSON):
            return self._behind(key.removeprefix(PERSON))
        return self._now.get(key) or self._past.get(key) or ()

    def _once(self, key: str) -> set[str]:
        """Without those that had it only from a contact that was taken for the same by mistake."""
        holders = self._now.get(key, set()) | self._past.get(key, set())
        return {
            contact_id
            for contact_id in self._past.get(key, ())
            if not any(self._people[other].was_parted_from(contact_id) for other in holders)
        }

    def _behind(self, contact_id: str) -> Iterable[str]:
        yield contact_id
        for key in self.given_up(contact_id):
            yield from (heir for heir in self._now.get(key, ()) if not self._people[heir].was_parted_from(contact_id))

    def given_up(self, contact_id: str) -> Collection[str]:
        """The mail addresses of its own that this contact has no more, all of them where it is gone."""
        standing = self._standing.get(contact_id)
        return [key for key in standing.past if key.startswith(SOLE)] if standing else ()

    def people(self) -> Collection[str]:
        return self._people.keys()

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
