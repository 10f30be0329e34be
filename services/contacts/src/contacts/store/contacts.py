"""The people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from contacts.domain.contact import Contact
from contacts.domain.erasure import Erased
from contacts.domain.revisions import Cause, Revision
from contacts.domain.stale import Activity
from contacts.store.asked import Earlier, Entry, Once, Page, Position, Wanted
from contacts.store.merges import Merges
from contacts.store.review import Queue
from shared.contracts.envelope import Event
from shared.messaging import Batch

Item = TypeVar("Item")


class Contacts(Protocol):
    """The people, their history, and the requests already answered."""

    async def get(self, workspace: str, contact_id: str) -> Contact | None:
        """Raises ErasedError."""

    async def met(self, workspace: str, contact_id: str) -> Contact | None:
        """Who was in the way of a write; `get` may not show them yet. Raises ErasedError."""

    async def get_many(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, Contact]:
        """By id; those that do not exist are left out, and those that were erased."""

    async def find(self, workspace: str, wanted: Wanted) -> Page[Contact]: ...

    async def history(
        self, workspace: str, contact_ids: Sequence[str], after: Position | None, limit: int, field: str | None = None
    ) -> Page[Entry]:
        """What became of any of these, who are one person: the newest first. With a field, the changes of it."""

    def merges(self, workspace: str) -> Merges:
        """What was merged, to be read."""

    async def uses(self, workspace: str, custom: Collection[str]) -> Mapping[str, int]:
        """How many contacts, deleted ones too, have a value of these custom fields; those nobody has are left out."""

    async def earlier(self, workspace: str, once: Once) -> Earlier | None: ...

    async def transact(self, workspace: str, work: Callable[[Changing], Coroutine[Any, Any, Item]]) -> Item:
        """Changes, all or nothing. `work` may be run again, so it has no other effects. Raises what `store.errors` has."""

    def handling(self, batch: Batch) -> AbstractAsyncContextManager[Handling]:
        """One transaction for a batch of events."""

    async def settled(self, workspace: str, addresses: Collection[str]) -> set[str]:
        """Those of the addresses whose people are known and need no review."""

    async def call_accounts(self, workspace: str, names: Mapping[str, str]) -> None:
        """Linked contacts show the name their account has now and are found by it. That is the account's news: no event, no history."""

    async def note_activity(self, workspace: str, activities: Sequence[Activity]) -> None:
        """A person had to do with these contacts, whoever has their keys by now. No change of them: no version, no event, no history."""


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

    async def get_many(self, contact_ids: Collection[str]) -> Mapping[str, Contact]:
        """By id; those that do not exist are left out, and those that were erased."""

    async def reachable_at(self, addresses: Collection[str]) -> Sequence[Contact]:
        """Everybody who has one of these addresses, deleted contacts too."""

    async def save(self, revision: Revision, once: Once | None = None) -> None:
        """State, history, events and the request's key. A revision without happenings writes nothing.

        Somebody new may be there at the end of the transaction only; in the one of a batch, at once.
        """


class Handling(Changing, Protocol):
    """The transaction of a batch: what is saved in it is saved with the inbox marks."""

    async def was_erased(self, contact_id: str | None, addresses: Collection[str], said_at: datetime) -> bool:
        """Whether what names these, said then, is about somebody who was erased since."""

    @property
    def fresh(self) -> Sequence[Event]:
        """The events that were not handled before."""
