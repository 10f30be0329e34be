"""A merge that was a mistake is taken back: what it did goes, what people did since stays.

Field by field there are three values: before the merge, as the merge left it, and now. What is as the merge left it goes back; what was
edited since stays, and is reported where the merge had changed it too. Of lists the same holds entry by entry. Merges into the same
survivor that came later are done again over what there would have been without this one: what they brought stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import BaseModel
from pydantic_core import to_jsonable_python

from contacts.domain.contact import CUSTOM, Contact
from contacts.domain.editing import sharing
from contacts.domain.merging import DECIDED, SINGLE, Merge, merged
from contacts.domain.revisions import Cause, Revision, Unmerging, revision
from contacts.domain.uniting import KEYS, WITH_PRIMARY, Entries, arranged

FACTS: Mapping[str, tuple[str, ...]] = {"emails": ("state", "reason", "since"), "accounts": ("name",)}
"""What becomes of an entry without anybody editing it: mail bounces, a company is renamed."""


@dataclass(frozen=True)
class Conflict:
    """A value that is not what it was before, as JSON. `taken_by`: the contact that has the address of the one restored by now."""

    contact_id: str
    field: str
    before: Any
    merged: Any
    now: Any
    taken_by: str | None = None


@dataclass(frozen=True)
class Later:
    """A merge into the same survivor after the one that is undone, and whom it took in."""

    merge: Merge
    others: tuple[Contact, ...]


@dataclass(frozen=True)
class Settled:
    contact: Contact
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True)
class Unmerged:
    """An undo ready to be stored; the survivor first, for an address belongs to one contact at a time. `later` are over what is now."""

    merge: Merge
    later: tuple[Merge, ...]
    survivor: Revision
    restored: tuple[Revision, ...]
    conflicts: tuple[Conflict, ...]


class NotUndoableError(Exception):
    """It was undone already, too long ago, or its survivor was merged away since."""

    def __init__(self, reason: Literal["undone", "expired", "merged"]) -> None:
        self.reason = reason
        super().__init__(reason)


def unmerging(
    merge: Merge, survivor: Contact, gone: Sequence[Contact], *, later: Sequence[Later], taken: Mapping[str, str], cause: Cause
) -> Unmerged:
    """`later` in their order; `taken` are the addresses that others own by now -> who. Raises NotUndoableError."""
    if merge.undone_at is not None:
        raise NotUndoableError("undone")
    if cause.at > merge.undo_until:
        raise NotUndoableError("expired")
    if survivor.merged_into is not None:
        raise NotUndoableError("merged")
    back, was = merge.before, merge.after
    conflicts: list[Conflict] = []
    rebased: list[Merge] = []
    for following in later:
        step = settled(back, was, following.merge.before)
        conflicts += step.conflicts
        back, was = merged(step.contact, following.others, following.merge.choices), following.merge.after
        rebased.append(following.merge.model_copy(update={"before": step.contact, "after": back}))
    rest = settled(back, was, survivor)
    held = {**taken, **dict.fromkeys(rest.contact.owned_addresses, survivor.id)}
    why = replace(cause, origin="merge")
    restored = [(contact, contact.model_copy(update=_given_back(contact, merge))) for contact in gone]
    lost = [conflict for _, after in restored for conflict in _lost(after, merge, held)]
    return Unmerged(
        merge=merge.model_copy(update={"undone_at": cause.at, "undone_by": cause.actor_id}),
        later=tuple(rebased),
        survivor=revision(survivor, rest.contact, why, Unmerging(merge.id, merge.merged_ids)),
        restored=tuple(revision(before, sharing(after, held), why) for before, after in restored),
        conflicts=(*conflicts, *rest.conflicts, *lost),
    )


def _given_back(contact: Contact, merge: Merge) -> dict[str, Any]:
    """Nothing else of somebody merged away has changed."""
    return {"merged_into": None} | ({"review": merge.reviews[contact.id]} if contact.id in merge.reviews else {})


def settled(before: Contact, merged: Contact, now: Contact) -> Settled:
    """What `now` is when that which led from `before` to `merged` is taken back."""
    values: dict[str, Any] = {}
    conflicts: list[Conflict] = []

    def settle(field: str, three: tuple[Any, Any, Any]) -> Any:
        back, was, current = three
        if _same(current, was):
            return back
        if not _same(back, was) and not _same(back, current):
            conflicts.append(Conflict(now.id, field, *map(to_jsonable_python, three)))
        return current

    for name in (*SINGLE, *DECIDED):
        values[name] = settle(name, (getattr(before, name), getattr(merged, name), getattr(now, name)))
    if values["status"] != now.status:
        values["status_since"] = before.status_since
    keys = dict.fromkeys((*now.custom, *before.custom, *merged.custom))
    custom = {key: settle(f"{CUSTOM}{key}", (before.custom.get(key), merged.custom.get(key), now.custom.get(key))) for key in keys}
    values["custom"] = {key: value for key, value in custom.items() if value is not None}
    for name in KEYS:
        three = _Three(name, getattr(before, name), getattr(merged, name), getattr(now, name))
        values[name] = three.settled()
        conflicts += [Conflict(now.id, name, *map(to_jsonable_python, values)) for values in three.conflicts()]
    rest = now.model_copy(update=values)
    if rest.visibility == "team" and not rest.team:  # nobody could view it: whoever looks after it now stays
        rest = rest.model_copy(update={"owner_id": now.owner_id, "assignees": now.assignees})
    return Settled(rest, tuple(conflicts))


class _Three:
    """One list before, merged and now. A number somebody has twice is told apart by its place."""

    def __init__(self, name: str, before: Entries, merged: Entries, now: Entries) -> None:
        self._name = name
        self._lists = before, merged, now
        self._before, self._merged, self._now = _keyed(name, before), _keyed(name, merged), _keyed(name, now)

    def settled(self) -> Entries:
        before, merged, now = self._lists
        if now == merged:
            return before
        kept = {key: entry for key in self._now if (entry := self._kept(key)) is not None}
        given_back = {key: entry for key, entry in self._before.items() if key not in self._merged and key not in self._now}
        primary = self._primary()
        entries = tuple(self._with_primary(entry, is_primary=key == primary) for key, entry in (kept | given_back).items())
        return arranged(self._name, entries)

    def conflicts(self) -> Iterator[tuple[Any, Any, Any]]:
        """Entries that the merge had changed, and somebody since; and the primary ones where those are such."""
        for key, was in self._merged.items():
            back, current = self._before.get(key), self._now.get(key)
            edited = current is None or self._edited(key)
            if edited and self._essence(back) not in (self._essence(was), self._essence(current)):
                yield back, was, current
        back, was, current = map(_primary_of, (self._before, self._merged, self._now))
        if current != was and back not in (was, current):
            yield self._before.get(back), self._merged.get(was), self._now.get(current)

    def _kept(self, key: Any) -> Any:
        """The entry as it stays; None for one that the merge added."""
        current, was, back = self._now[key], self._merged.get(key), self._before.get(key)
        if was is None or self._edited(key):
            return current
        return None if back is None else self._with_facts(back, was, current)

    def _edited(self, key: Any) -> bool:
        """Whether somebody changed it since, or made it the primary one: not one that is so because that which was is gone."""
        was_primary = _primary_of(self._merged)
        made_primary = key == _primary_of(self._now) and key != was_primary and was_primary in self._now
        return made_primary or self._essence(self._now[key]) != self._essence(self._merged[key])

    def _essence(self, entry: Any) -> Any:
        """What of an entry people give it."""
        if not isinstance(entry, BaseModel):
            return entry
        return {name: value for name, value in entry if name not in (*FACTS.get(self._name, ()), "primary")}

    def _with_facts(self, back: Any, was: Any, current: Any) -> Any:
        news = {name: getattr(current, name) for name in FACTS.get(self._name, ()) if getattr(current, name) != getattr(was, name)}
        return back.model_copy(update=news) if news else back

    def _primary(self) -> Any:
        chosen = _primary_of(self._now)
        return _primary_of(self._before) if chosen == _primary_of(self._merged) else chosen

    def _with_primary(self, entry: Any, *, is_primary: bool) -> Any:
        return entry.model_copy(update={"primary": is_primary}) if self._name in WITH_PRIMARY else entry


def _keyed(name: str, entries: Entries) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for entry in entries:
        key = KEYS[name](entry)
        found[key, sum(known == key for known, _ in found)] = entry
    return found


def _primary_of(entries: Mapping[Any, Any]) -> Any:
    return next((key for key, entry in entries.items() if getattr(entry, "primary", False)), None)


def _lost(restored: Contact, merge: Merge, held: Mapping[str, str]) -> Iterator[Conflict]:
    """The addresses of somebody restored that are another's now: they have them too, and do not own them."""
    merged = {email.normalised: email for email in merge.after.emails}
    for email in restored.emails:
        if email.normalised in restored.owned_addresses and email.normalised in held:
            before, after = to_jsonable_python((email, merged.get(email.normalised)))
            yield Conflict(restored.id, "emails", before, after, None, taken_by=held[email.normalised])


def _same(one: object, other: object) -> bool:
    """A number is not the truth value that equals it."""
    return type(one) is type(other) and one == other
