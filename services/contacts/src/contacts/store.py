"""What this service asks of its storage, in the words of the domain. Every call is about one workspace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, Protocol, TypeVar

from contacts.domain.arrivals import Evidence
from contacts.domain.contact import Contact
from contacts.domain.directory import Account, AccountNews, MailboxNews, Member, MemberNews, Surroundings
from contacts.domain.erasure import Erased, Tombstone
from contacts.domain.merging import Merge
from contacts.domain.notices import Notice
from contacts.domain.quality import Correspondent, Hint, Ours, Traffic
from contacts.domain.required import Requirement
from contacts.domain.reviewing import Item as ReviewItem
from contacts.domain.reviewing import State
from contacts.domain.revisions import Cause, Changes, Revision
from contacts.domain.search import Query
from contacts.domain.stale import Activity, Limit
from contacts.domain.workspace import Workspace
from shared.contracts.envelope import Event
from shared.messaging import Batch

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
    after: Position | None = None
    limit: int = 50


@dataclass(frozen=True)
class ReviewWanted:
    """Which items of the review queue, the newest arrival first. Who works here decides who is a colleague."""

    state: State = "pending"
    kind: Literal["new", "update"] | None = None
    source_type: str | None = None
    source_id: str | None = None
    quality: Hint | None = None
    ours: Ours = field(default_factory=Ours)
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


class AddressTakenError(Exception):
    """Some other contact owns an address: `owners` are contact id -> its addresses that were asked for."""

    def __init__(self, owners: Mapping[str, Sequence[str]]) -> None:
        self.owners = owners
        super().__init__(f"addresses are owned by {len(owners)} other contacts")


class StaleVersionError(Exception):
    """The contact was changed by somebody else in the meantime."""


class TooLargeError(Exception):
    """The contact has grown beyond what an event can carry."""


class KeyUsedError(Exception):
    """The request's key was used before: `Contacts.earlier` says with which result."""


class ErasedError(Exception):
    """The contact was erased: there is its tombstone and nothing else."""

    def __init__(self, tombstone: Tombstone) -> None:
        self.tombstone = tombstone
        super().__init__()


class Contacts(Protocol):
    """The people, their history, and the requests already answered."""

    async def get(self, workspace: str, contact_id: str) -> Contact | None:
        """Raises ErasedError."""

    async def get_many(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, Contact]:
        """By id; those that do not exist are left out."""

    async def find(self, workspace: str, wanted: Wanted) -> Page[Contact]: ...

    async def history(self, workspace: str, contact_ids: Sequence[str], after: Position | None, limit: int) -> Page[Entry]:
        """What became of any of these, who are one person: the newest first."""

    def merges(self, workspace: str) -> Merges:
        """What was merged, to be read."""

    async def uses(self, workspace: str, custom: Collection[str]) -> Mapping[str, int]:
        """How many contacts, deleted ones too, have a value of these custom fields; those nobody has are left out."""

    async def earlier(self, workspace: str, once: Once) -> Earlier | None: ...

    async def save(self, workspace: str, revision: Revision, once: Once | None = None) -> None:
        """One change, on its own. Raises one of the errors above, and then nothing changed."""

    async def transact(self, workspace: str, work: Callable[[Changing], Coroutine[Any, Any, Item]]) -> Item:
        """Several changes, all or nothing. `work` may be run again, so it has no other effects. Raises the same."""

    def handling(self, batch: Batch) -> AbstractAsyncContextManager[Handling]:
        """One transaction for a batch of events."""

    async def settled(self, workspace: str, addresses: Collection[str]) -> set[str]:
        """Those of the addresses whose people are known and need no review."""

    async def call_accounts(self, workspace: str, names: Mapping[str, str]) -> None:
        """Linked contacts show the name their account has now and are found by it. That is the account's news: no event, no history."""

    async def note_activity(self, workspace: str, activities: Sequence[Activity]) -> None:
        """A person had to do with these contacts, whoever has their keys by now. No change of them: no version, no event, no history."""

    async def names(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, str]:
        """What these are called, those who are there and have a name."""


class Erasing(Protocol):
    """Erasing people for good."""

    async def erase(self, workspace: str, contact_id: str, check: Callable[[Contact], None], cause: Cause) -> Erased | None:
        """Everything about the contact and those merged into it, told to everybody. `check` raises where it must not be.

        None where there is no such contact. Raises ErasedError.
        """


class Changing(Protocol):
    """One transaction. With it the members it concerns are told (OS5)."""

    @property
    def queue(self) -> Queue:
        """What is to be reviewed, in the same transaction."""

    @property
    def merges(self) -> Merges:
        """What was merged, in the same transaction."""

    async def get(self, contact_id: str) -> Contact | None:
        """None of an erased one, too."""

    async def get_many(self, contact_ids: Collection[str]) -> Sequence[Contact]:
        """Those that are there, in no particular order."""

    async def reachable_at(self, address: str) -> Sequence[Contact]:
        """Everybody who has this address, deleted contacts too."""

    async def save(self, revision: Revision, once: Once | None = None) -> None:
        """State, history, events and the request's key. A revision without happenings writes nothing."""


class Handling(Changing, Protocol):
    """The transaction of a batch: what is saved in it is saved with the inbox marks."""

    async def was_erased(self, contact_id: str | None, addresses: Collection[str], said_at: datetime) -> bool:
        """Whether what names these, said then, is about somebody who was erased since."""

    @property
    def fresh(self) -> Sequence[Event]:
        """The events that were not handled before."""


class Merges(Protocol):
    """The merges of one workspace, with what there was before each."""

    async def get(self, merge_id: str) -> Merge | None: ...

    async def page(self, contact_id: str | None, after: Position | None, limit: int) -> Page[Merge]:
        """The newest first; those in which this contact took part, on either side."""

    async def standing(self, survivor_id: str) -> Sequence[Merge]:
        """Those into this contact that are not undone, in their order."""

    async def that_took(self, contact_id: str) -> Merge | None:
        """The merge by which this contact is another now."""

    async def earlier(self, once: Once) -> EarlierMerge | None: ...

    async def keep(self, merge: Merge, once: Once | None = None) -> None:
        """In the place of what was kept under its id. Raises KeyUsedError."""


class Queue(Protocol):
    """The review queue within a transaction. Items about new contacts follow what is saved of the contact; updates are put here."""

    async def item(self, item_id: str) -> ReviewItem | None: ...

    async def put(self, item: ReviewItem) -> None: ...

    async def withdraw(self, item_id: str) -> None:
        """An update nobody decided about yet is gone."""

    async def open_updates(self, contact_id: str) -> Sequence[ReviewItem]: ...

    async def rate(self, contact_id: str, traffic: Traffic | None) -> None:
        """How much mail there was with somebody who waits for a review."""

    async def noted(self, evidence_id: str) -> Evidence | None: ...

    async def evidence_of(self, contact_id: str) -> Sequence[Evidence]: ...

    async def keep(self, evidence: Evidence) -> None:
        """In the place of what was noted under its id."""

    async def count(self, more: Correspondent) -> Correspondent:
        """All mail with the address so far. Whoever counts waits for others who do: arrivals of one address come one after the other."""

    async def settle(self, addresses: Collection[str]) -> None:
        """These need no count any more."""

    async def erase(self, contact_ids: Collection[str], addresses: Collection[str]) -> None:
        """Forget everything about these people."""


class Reviews(Protocol):
    """The review queue as it is read."""

    async def page(self, workspace: str, wanted: ReviewWanted) -> Page[ReviewItem]: ...

    async def count(self, workspace: str, wanted: ReviewWanted, most: int) -> int:
        """How many there are, and no more than that many."""

    async def evidence(self, workspace: str, items: Sequence[ReviewItem]) -> Mapping[str, Sequence[Evidence]]:
        """What stands behind each of the items, the newest first."""


@dataclass(frozen=True)
class Told:
    """A notice, and whether it was seen."""

    id: str
    notice: Notice
    unread: bool


class Notices(Protocol):
    """What members are to know."""

    async def page(self, workspace: str, member_id: str, position: Position | None, limit: int) -> Page[Told]:
        """The newest first."""

    async def unread(self, workspace: str, member_id: str) -> int: ...

    async def read(self, workspace: str, member_id: str, ids: Collection[str] | None) -> None:
        """The member has seen these of theirs; None: all."""


class Directory(Protocol):
    """Accounts, members and the workspace's settings."""

    async def ours(self, workspace: str) -> Ours:
        """The addresses of everybody who works here, and the mailboxes that are read."""

    async def learn_mailboxes(self, workspace: str, news: Sequence[MailboxNews]) -> None:
        """In any order, any number of times."""

    async def surroundings(self, workspace: str, *, members: Collection[str], accounts: Collection[str]) -> Surroundings:
        """What is known of these, and what the workspace decided."""

    async def decided(self, workspace: str) -> Workspace:
        """The workspace's settings, at most a second old."""

    async def decide(self, workspace: str, settings: Workspace) -> Workspace | None:
        """Saved over the version it names, and with the next one; None where somebody else was faster."""

    async def account(self, workspace: str, account_id: str) -> Account | None: ...

    async def accounts(self, workspace: str, query: Query | None, after: Position | None, limit: int) -> Page[Account]: ...

    async def accounts_within(self, workspace: str, account_id: str) -> Sequence[str]:
        """The account's own id and those that were merged into it."""

    async def account_names(self, workspace: str, account_ids: Collection[str]) -> Mapping[str, str]:
        """What these accounts, and those merged into them, are called now."""

    async def active_members(self, workspace: str) -> frozenset[str] | None:
        """Who can own contacts, as of now; None where no member is known, and anybody can."""

    async def members(self, workspace: str, query: Query | None, after: Position | None, limit: int) -> Page[Member]: ...

    async def add_account(self, workspace: str, account: Account) -> bool:
        """Whether it was not there yet."""

    async def add_member(self, workspace: str, member: Member) -> bool: ...

    async def learn_accounts(self, workspace: str, news: Sequence[AccountNews]) -> None:
        """In any order, any number of times: what is older than what is known changes nothing."""

    async def learn_members(self, workspace: str, news: Sequence[MemberNews]) -> None:
        """The same for members."""
