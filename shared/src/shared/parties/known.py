"""What the directory says about some keys at one moment: resolution itself, without I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from shared.parties.keys import BARE, CONTACT, MARK, PERSON, SOLE, contact_key, mark
from shared.parties.person import FOR_ALL, Audience, Person


class Known:
    """`revision` is the directory's, from just before these people were read."""

    def __init__(self, people: Iterable[Person], revision: int = 0) -> None:
        self.revision = revision
        self._people = {person.contact_id: person for person in people}
        self._standing = {contact_id: person.standing for contact_id, person in self._people.items()}
        self._erased: dict[str, datetime] = {}
        for contact_id, person in self._people.items():
            for key in (contact_key(contact_id), *person.marks) if person.erased else ():
                self._erased[key] = max(person.erased_at, self._erased.get(key, person.erased_at))
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
        """Without those that had it only from a contact that was taken for the same by mistake.

        Of two that were each taken for the other, and have it no more, nobody knows who had it of their own: it was both's.
        """
        now, past = self._now.get(key, set()), self._past.get(key, set())

        def lent(contact_id: str, by: str) -> bool:
            return self._was_taken_for(by, contact_id) and (by in now or not self._was_taken_for(contact_id, by))

        return {contact_id for contact_id in past if not any(lent(contact_id, by) for by in now | past)}

    def _behind(self, contact_id: str) -> Iterable[str]:
        yield contact_id
        for key in self.given_up(contact_id):
            yield from (heir for heir in self._now.get(key, ()) if not self._was_taken_for(heir, contact_id))

    def _was_taken_for(self, contact_id: str, other_id: str) -> bool:
        """Whether merges led from the one to the other once. Where they still do, both have one survivor; else one was a mistake."""
        passed: set[str] = set()
        wanted = [contact_id]
        while wanted:
            person = self._people.get(wanted.pop())
            steps = {merge.into for merge in person.merges} - passed if person is not None else set()
            passed |= steps
            wanted.extend(steps)
        return other_id in passed

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

    def audience(self, contact_id: str) -> Audience:
        """For whom this contact itself is, whoever stands for it."""
        person = self._people.get(contact_id)
        return FOR_ALL if person is None else person.audience

    def erased_at(self, key: str) -> datetime | None:
        """When the person this key names was erased: the contact itself, or whoever alone had the address then."""
        if not self._erased:
            return None
        return self._erased.get(mark(key) if key.startswith(BARE) else key) if key.startswith((CONTACT, *BARE)) else None

    def is_gone(self, key: str, said_at: datetime) -> bool:
        """Whether what was said of this key then is about somebody erased: by the id for ever, by an address as long as it was theirs."""
        at = self.erased_at(key)
        return at is not None and (key.startswith(CONTACT) or to_the_millisecond(said_at) <= at)

    def claims(self, keys: Collection[str]) -> bool:
        """Whether somebody who is not erased has a part in what these keys name, or may yet be heard of by their id.

        A lasting key is a claim too: somebody decided something.
        """
        lasting = (CONTACT, MARK, PERSON)
        return bool(self.resolve(keys)) or any(key.startswith(lasting) and key not in self._erased for key in keys)

    def any_erased(self) -> bool:
        """Whether any of these people was: most of the time there is nothing to forget."""
        return bool(self._erased)

    def is_mark_gone(self, mark: str, said_at: datetime) -> bool:
        """The same of an address that is known by its mark alone."""
        return mark in self._erased and to_the_millisecond(said_at) <= self._erased[mark]

    def forgotten(self, contact_id: str) -> bool:
        """Whether this contact was erased."""
        return contact_key(contact_id) in self._erased


def to_the_millisecond(moment: datetime) -> datetime:
    """As the database keeps it."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
