"""Contacts that prove to be one person become one: what the survivor has afterwards, and what is kept so that it can be undone.

Nothing of the others is lost. Lists are united; of what there can be one only, somebody picks whose, else it is the survivor's, or the
first other's where the survivor has none. Those merged away stay as they were and say who took them in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from annotated_types import MaxLen
from pydantic import Field

from contacts.domain.contact import CUSTOM, Contact, Frozen, Review
from contacts.domain.drafts import Draft, Given, Id
from contacts.domain.refusals import FieldError, Refused
from contacts.domain.revisions import Cause, Merging, Revision, revision
from contacts.domain.uniting import KEYS, united

UNDONE_WITHIN = timedelta(days=30)

SURVIVORS = frozenset({"id", "version", "source", "created_at", "updated_at", "deleted_at", "merged_into"})
"""What the survivor has is what there is: nobody else's could take its place."""

DECIDED = ("review", "visibility")
"""There can be one only, and which follows from all of them."""

SINGLE = tuple(name for name in Contact.model_fields if name not in SURVIVORS | KEYS.keys() | {"custom", "status_since", *DECIDED})
"""There can be one only, so somebody may pick whose."""

_review_order = ("approved", "pending", "rejected")


class MergeWish(Given):
    """Who is one person, who of them stays, and of which fields whose value is kept: `field` or `custom.<key>` -> contact id.

    Of a list everything is kept; a choice says whose entries come first, and so whose primary one is the primary one.
    """

    survivor_id: Id
    merged_ids: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    choices: Annotated[dict[Id, Id], Field(default_factory=dict, max_length=500)]


class Merge(Frozen):
    """A merge that was done, with the survivor as it was before and after it.

    `reviews` are those that were decided by it, as they were before: by the ids of who was merged away.
    """

    id: str
    survivor_id: str
    merged_ids: tuple[str, ...]
    choices: dict[str, str]
    at: datetime
    by: str | None = None
    reason: str | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None
    before: Contact
    after: Contact
    reviews: Mapping[str, Review] = Field(default_factory=dict)

    @property
    def took_part(self) -> frozenset[str]:
        """Everybody's id."""
        return frozenset({self.survivor_id, *self.merged_ids})

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDONE_WITHIN


class NotMergeableError(Exception):
    """Somebody who is deleted or was merged away can neither take others in nor be taken in."""

    def __init__(self, contact: Contact, reason: Literal["deleted", "merged"]) -> None:
        self.contact = contact
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Compared:
    """One field of all of them, as JSON. `kept` is whose value stays, None where the values are united."""

    field: str
    values: Mapping[str, Any]
    kept: str | None
    differs: bool
    united: bool


@dataclass(frozen=True)
class Merged:
    """A merge ready to be stored; those merged away first, for an address belongs to one contact at a time."""

    merge: Merge
    gone: tuple[Revision, ...]
    survivor: Revision


def merging(survivor: Contact, others: Sequence[Contact], choices: Mapping[str, str], cause: Cause, *, merge_id: str) -> Merged:
    """Raises NotMergeableError, and Refused naming the choices that are none and the lists that would be too long."""
    for contact in (survivor, *others):
        if contact.merged_into is not None:
            raise NotMergeableError(contact, "merged")
        if contact.deleted_at is not None:
            raise NotMergeableError(contact, "deleted")
    after = merged(survivor, others, choices)
    faults = [*_faults(after, survivor, others, choices)]
    if faults:
        raise Refused(faults)
    why = replace(cause, origin="merge")
    merged_ids = tuple(other.id for other in others)
    kept = {row.field: row.kept for row in compared(survivor, others, choices) if row.kept and (row.differs or row.kept != survivor.id)}
    made = revision(survivor, after, why, Merging(merge_id, survivor.id, merged_ids, kept))
    merge = Merge(
        id=merge_id,
        survivor_id=survivor.id,
        merged_ids=merged_ids,
        choices=dict(choices),
        at=cause.at,
        by=cause.actor_id,
        reason=cause.reason,
        before=survivor,
        after=made.after,
    )
    gone = tuple(revision(other, other.model_copy(update={"merged_into": survivor.id}), why) for other in others)
    return Merged(merge, gone, made)


def merged(survivor: Contact, others: Sequence[Contact], choices: Mapping[str, str]) -> Contact:
    """The survivor with everything the others have. What only a team could see stays so, and whoever owned it stays in the team."""
    people = (survivor, *others)
    values: dict[str, Any] = {name: getattr(_keeper(name, people, choices), name) for name in SINGLE}
    values |= {name: united(name, [getattr(contact, name) for contact in _first(choices.get(name), people)]) for name in _lists()}
    taken_in = dict.fromkeys(contact_id for other in others for contact_id in (other.id, *other.merged_ids))
    values["merged_ids"] = tuple(dict.fromkeys((*survivor.merged_ids, *taken_in)))
    same = {survivor.id, *values["merged_ids"]}
    values["relations"] = tuple(relation for relation in values["relations"] if relation.contact_id not in same)
    custom = {name: _value(_keeper(name, people, choices), name) for name in _custom_names(people)}
    values["custom"] = {name.removeprefix(CUSTOM): value for name, value in custom.items() if value is not None}
    if values["status"] != survivor.status:
        values["status_since"] = _keeper("status", people, choices).status_since
    values["review"] = min((contact.review for contact in people), key=lambda review: _review_order.index(review.state))
    private = [contact for contact in people if contact.visibility == "team"]
    if private:
        owners = dict.fromkeys(contact.owner_id for contact in private if contact.owner_id not in (None, values["owner_id"]))
        values |= {"visibility": "team", "assignees": tuple(dict.fromkeys((*values["assignees"], *owners)))}
    return survivor.model_copy(update=values)


def compared(survivor: Contact, others: Sequence[Contact], choices: Mapping[str, str]) -> list[Compared]:
    """Every field that any of them has something in."""
    people = (survivor, *others)
    return [row for name in (*_lists(), *SINGLE, *_custom_names(people)) if (row := _compared(name, people, choices)) is not None]


def _compared(name: str, people: Sequence[Contact], choices: Mapping[str, str]) -> Compared | None:
    values = {contact.id: _value(contact, name) for contact in people}
    told = [value for value in values.values() if not _empty(value)]
    if not told:
        return None
    shown = {contact.id: _shown(contact, name) for contact in people}
    differs = any(value != told[0] for value in told)
    return Compared(name, shown, None if name in KEYS else _keeper(name, people, choices).id, differs, name in KEYS)


def _faults(after: Contact, survivor: Contact, others: Sequence[Contact], choices: Mapping[str, str]) -> Iterator[FieldError]:
    people = (survivor, *others)
    fields, ids = {*SINGLE, *_lists(), *_custom_names(people)}, {contact.id for contact in people}
    for name, contact_id in choices.items():
        if name not in fields:
            yield FieldError(f"choices.{name}", "not a field whose value can be chosen")
        elif contact_id not in ids:
            yield FieldError(f"choices.{name}", "not one of the contacts that are merged")
    current: dict[str, int] = {name: len(getattr(after, name)) for name in (*_lists(), "custom")} | {"accounts": len(after.current_links)}
    for name, count in current.items():
        most = next(bound.max_length for bound in Draft.model_fields[name].metadata if isinstance(bound, MaxLen))
        if count > most:
            yield FieldError(name, f"together they have {count}, of which a contact has at most {most}")


def _keeper(name: str, people: Sequence[Contact], choices: Mapping[str, str]) -> Contact:
    chosen = next((contact for contact in people if contact.id == choices.get(name)), None)
    return chosen or next((contact for contact in people if not _empty(_value(contact, name))), people[0])


def _first(contact_id: str | None, people: Sequence[Contact]) -> Sequence[Contact]:
    return sorted(people, key=lambda contact: contact.id != contact_id)


def _lists() -> tuple[str, ...]:
    """Those that people fill; `merged_ids` is none of them."""
    return tuple(name for name in KEYS if name in Draft.model_fields)


def _custom_names(people: Sequence[Contact]) -> list[str]:
    return list(dict.fromkeys(f"{CUSTOM}{key}" for contact in people for key in contact.custom))


def _value(contact: Contact, name: str) -> Any:
    return contact.custom.get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else getattr(contact, name)


def _shown(contact: Contact, name: str) -> Any:
    field = "custom" if name.startswith(CUSTOM) else name
    told = contact.model_dump(mode="json", include={field})[field]
    return told.get(name.removeprefix(CUSTOM)) if name.startswith(CUSTOM) else told


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | tuple | list | dict) and not value)
