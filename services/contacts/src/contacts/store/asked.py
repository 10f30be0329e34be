"""What is asked for and found: pages, places in them, requests that must have their effect once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, TypeVar

from contacts.domain.contact import Contact
from contacts.domain.merging import Merge
from contacts.domain.notices import Notice
from contacts.domain.quality import Hint, Ours
from contacts.domain.required import Requirement
from contacts.domain.reviewing import State
from contacts.domain.revisions import Cause, Changes
from contacts.domain.search import Query
from contacts.domain.stale import Limit

Item = TypeVar("Item")
Order = Literal["updated", "name"]


@dataclass(frozen=True)
class Position:
    """Where a page ended: the last item's place in the order."""

    value: str | datetime
    id: str


@dataclass(frozen=True)
class Page(Generic[Item]):
    items: Sequence[Item]
    next: Position | None = None


@dataclass(frozen=True)
class Unowned:
    """Contacts without an owner, or with one who is none of the active members; None: nobody knows of any, so everybody counts."""

    active: frozenset[str] | None


@dataclass(frozen=True)
class Wanted:
    """Which contacts, in which order: the newest change first, or by name.

    `related_to`: those entered beside this one. `stale` and `lacking`: those whom one of the limits or requirements is about.
    `viewer`: those this member may view; None: all.
    """

    order: Order = "updated"
    query: Query | None = None
    owner_id: str | None = None
    status: str | None = None
    tag: str | None = None
    account_ids: tuple[str, ...] = ()
    review: str | None = None
    related_to: str | None = None
    unowned: Unowned | None = None
    stale: tuple[Limit, ...] | None = None
    lacking: tuple[Requirement, ...] | None = None
    deleted: bool = False
    viewer: str | None = None
    after: Position | None = None
    limit: int = 50


@dataclass(frozen=True)
class ReviewWanted:
    """Which items of the review queue, the newest arrival first. Who works here decides who is a colleague.

    `viewer`: those about whom this member may view; None: all.
    """

    state: State = "pending"
    kind: Literal["new", "update"] | None = None
    source_type: str | None = None
    source_id: str | None = None
    quality: Hint | None = None
    ours: Ours = field(default_factory=Ours)
    viewer: str | None = None
    after: Position | None = None
    limit: int = 50


@dataclass(frozen=True)
class Once:
    """A request that must have its effect once, however often it is sent: its key, and what it asked for."""

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Earlier:
    """What came of the first request with a key."""

    fingerprint: str
    contact: Contact


@dataclass(frozen=True)
class EarlierMerge:
    """The merge that the first request with a key made."""

    fingerprint: str
    merge: Merge


@dataclass(frozen=True)
class Entry:
    """One change of a contact as its history keeps it. `at` never goes back from one version to the next; when it was, its cause says."""

    contact_id: str
    version: int
    at: datetime
    cause: Cause
    changes: Changes


@dataclass(frozen=True)
class Told:
    """A notice, and whether it was seen."""

    id: str
    notice: Notice
    unread: bool
