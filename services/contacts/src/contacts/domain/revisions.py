"""What one change of a contact amounts to: the events it is told with, the history it leaves, the version it ends at.

Each event has a sequence of its own, so a contact's events are numbered 1..n without a gap, and the version is the newest of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from contacts.domain.contact import AccountLink, Contact, Email

NOT_TOLD = {"id", "version", "status_since", "created_at", "updated_at"}
"""Fields that only follow from others."""

UNSAID: Mapping[str, Any] = {"visibility": "all"}
"""What holds of a contact as long as nobody says otherwise: of a new one it is not told."""


class Kind(StrEnum):
    """What can happen to a contact; the values are those of the event types."""

    CREATED = "created"
    UPDATED = "updated"
    STATUS_CHANGED = "status_changed"
    OWNER_CHANGED = "owner_changed"
    EMAIL_REMOVED = "email_removed"
    EMAIL_ADDED = "email_added"
    EMAIL_INVALIDATED = "email_invalidated"
    ACCOUNT_UNLINKED = "account_unlinked"
    ACCOUNT_LINKED = "account_linked"
    DELETED = "deleted"
    RESTORED = "restored"
    REVIEWED = "reviewed"
    MERGED = "merged"
    UNMERGED = "unmerged"


@dataclass(frozen=True)
class FieldChange:
    """JSON values: they go into history and onto the wire as they are."""

    old: Any
    new: Any


Changes = Mapping[str, FieldChange]


@dataclass(frozen=True)
class Merging:
    """Others proved to be this person. `field_choices` is field -> id of the contact whose value was kept."""

    merge_id: str
    survivor_id: str
    merged_ids: tuple[str, ...]
    field_choices: Mapping[str, str]


@dataclass(frozen=True)
class Unmerging:
    """A merge was a mistake: these have their own ids and items again."""

    merge_id: str
    restored_ids: tuple[str, ...]


@dataclass(frozen=True)
class Reviewing:
    """Somebody, or the trust in a source, decided about where the contact came from, or about an update somebody proposed of it."""

    decision: Literal["approved", "approved_as_update", "rejected", "auto"]
    update_of: str | None = None
    reason: str | None = None
    proposal_id: str | None = None


Deed = Merging | Unmerging | Reviewing
"""A decision that is an event of its own, whatever fields it changes: it is told with those no other event tells of."""


@dataclass(frozen=True)
class Happening:
    """One event to be: its own part of the changes, and the address or link it is about."""

    kind: Kind
    changes: Changes
    about: Email | AccountLink | Deed | None = None


@dataclass(frozen=True)
class Cause:
    """Who changed something, how (ui, api, import, merge, event), when, why they say, and as part of what."""

    at: datetime
    actor_id: str | None = None
    actor_type: str | None = None
    origin: str = "api"
    correlation_id: str | None = None
    causation_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Revision:
    """A change ready to be stored: `after` carries the version and the stamp it will have. Without happenings nothing changed."""

    before: Contact | None
    after: Contact
    happenings: tuple[Happening, ...]
    changes: Changes
    cause: Cause


def revision(before: Contact | None, after: Contact, cause: Cause, deed: Deed | None = None) -> Revision:
    changes = differences(before, after)
    happenings = tuple(_happenings(before, after, changes, deed))
    version = (before.version if before else 0) + len(happenings)
    updated_at = max(before.updated_at, cause.at) if before else cause.at  # an event may tell of something older than the last edit
    return Revision(before, after.model_copy(update={"version": version, "updated_at": updated_at}), happenings, changes, cause)


def differences(before: Contact | None, after: Contact) -> dict[str, FieldChange]:
    """Field by field; of a contact that did not exist, what it has."""
    old = before.model_dump(mode="json", exclude=NOT_TOLD) if before else UNSAID
    new = after.model_dump(mode="json", exclude=NOT_TOLD)
    absent: tuple[object, ...] = (None, [], {}) if before is None else ()
    return {name: FieldChange(old.get(name), value) for name, value in new.items() if value != old.get(name) and value not in absent}


def _happenings(before: Contact | None, after: Contact, changes: Changes, deed: Deed | None) -> Iterator[Happening]:
    if before is None:
        yield Happening(Kind.CREATED, {})
        decided = deed or _trust(after)
        if decided is not None:
            yield Happening(_kind_of(decided), {}, decided)
        return
    own = [
        *_fields(Kind.STATUS_CHANGED, changes, "status"),
        *_fields(Kind.OWNER_CHANGED, changes, "owner_id"),
        *_addresses(before, after, changes),
        *_links(before, after, changes),
        *_fields(Kind.DELETED if after.deleted_at else Kind.RESTORED, changes, "deleted_at"),
    ]
    told = {name for happening in own for name in happening.changes}
    rest = {name: change for name, change in changes.items() if name not in told}
    if deed is not None:
        yield Happening(_kind_of(deed), rest, deed)
    elif rest:
        yield Happening(Kind.UPDATED, rest)
    yield from own


def _trust(arrived: Contact) -> Reviewing | None:
    """Nobody decided, and it was decided at once."""
    review = arrived.review
    return Reviewing("auto", reason=review.reason) if review.at == arrived.created_at and review.by is None else None


def _kind_of(deed: Deed) -> Kind:
    match deed:
        case Merging():
            return Kind.MERGED
        case Unmerging():
            return Kind.UNMERGED
        case Reviewing():
            return Kind.REVIEWED


def _fields(kind: Kind, changes: Changes, *names: str) -> Iterator[Happening]:
    part = {name: changes[name] for name in names if name in changes}
    if part:
        yield Happening(kind, part)


def _addresses(before: Contact, after: Contact, changes: Changes) -> Iterator[Happening]:
    """An event per address; a new purpose or primary alone is an update."""
    part = {name: change for name, change in changes.items() if name == "emails"}
    was = {email.normalised: email for email in before.emails}
    now = {email.normalised: email for email in after.emails}
    for key, email in was.items():
        if key not in now:
            yield Happening(Kind.EMAIL_REMOVED, part, email)
    for key, email in now.items():
        if key not in was:
            yield Happening(Kind.EMAIL_ADDED, part, email)
        elif email.state == "invalid" and was[key].state != "invalid":
            yield Happening(Kind.EMAIL_INVALIDATED, part, email)


def _links(before: Contact, after: Contact, changes: Changes) -> Iterator[Happening]:
    """An event per company joined or left; a new role or title alone is an update."""
    part = {name: change for name, change in changes.items() if name == "accounts"}
    was = {link.account_id: link for link in before.current_links}
    now = {link.account_id: link for link in after.current_links}
    for key, link in was.items():
        if key not in now:
            ended = next((former for former in after.accounts if former.account_id == key and former.ended_at), link)
            yield Happening(Kind.ACCOUNT_UNLINKED, part, ended)
    for key, link in now.items():
        if key not in was:
            yield Happening(Kind.ACCOUNT_LINKED, part, link)
