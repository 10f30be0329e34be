"""The people on MongoDB: one transaction per change, with as few round trips as it can have.

Creating takes two inserts and the commit, the contact's and its event's: a contact's document holds the first entry of its history and
the key of the request that made it. In a request all three go out together. Changing takes an update and two inserts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from contacts.domain.contact import Contact
from contacts.domain.editing import with_account_name
from contacts.domain.notices import notices_of
from contacts.domain.revisions import Merging, Revision
from contacts.domain.stale import Activity, latest
from contacts.mongo_store.activity import stamp
from contacts.mongo_store.documents import (
    ACTIVE_AT,
    BY_EMAIL,
    CONTACT_FIELDS,
    CONTACT_INDEXES,
    EMAIL,
    ERASED,
    LINKED,
    ONCE,
    OWNED,
    contact_of,
    first_document,
    first_state,
    history_document,
    replacement,
)
from contacts.mongo_store.finding import page_of
from contacts.mongo_store.histories import Histories
from contacts.mongo_store.merges import MongoMerges, MongoMergesOf
from contacts.mongo_store.notices import MongoNotices
from contacts.mongo_store.reviews import MongoQueue, MongoReviews
from contacts.store import (
    AddressTakenError,
    Changing,
    Earlier,
    Entry,
    KeyUsedError,
    Once,
    Page,
    Position,
    StaleVersionError,
    TooLargeError,
    Wanted,
)
from contacts.telling import traces_of_arrival
from contacts.translate import events_of
from shared.contracts.envelope import Event
from shared.messaging import Batch, Erasures, EventTooLargeError, Inbox, Outbox, Transaction
from shared.mongo import AlreadyThere, Database, Scoped, Session

Result = TypeVar("Result")

RENAMED_AT_ONCE = 500


class OwnedError(Exception):
    """Some other contact owns an address of this one."""

    def __init__(self, contact: Contact) -> None:
        self.contact = contact
        super().__init__()


class MongoContacts:
    """Implements `contacts.store.Contacts`."""

    def __init__(self, database: Database, outbox: Outbox, inbox: Inbox, reviews: MongoReviews, notices: MongoNotices) -> None:
        self._database = database
        self._outbox = outbox
        self._inbox = inbox
        self._reviews = reviews
        self._notices = notices
        self._contacts = database.collection("contacts", *CONTACT_INDEXES)
        self._history = database.collection("history")
        self._erasures = Erasures(database)
        self._merges = MongoMerges(database)

    async def prepare(self) -> None:
        await self._database.prepare(self._contacts)
        await self._merges.prepare()

    async def get(self, workspace: str, contact_id: str) -> Contact | None:
        return await self._get(workspace, contact_id)

    async def met(self, workspace: str, contact_id: str) -> Contact | None:
        async with self._database.as_met() as session:
            return await self._get(workspace, contact_id, session)

    async def get_many(self, workspace: str, contact_ids: Collection[str]) -> Mapping[str, Contact]:
        return await _by_id(self._contacts.of(workspace), contact_ids)

    async def find(self, workspace: str, wanted: Wanted) -> Page[Contact]:
        return await page_of(self._contacts.of(workspace), wanted)

    async def history(
        self, workspace: str, contact_ids: Sequence[str], after: Position | None, limit: int, field: str | None = None
    ) -> Page[Entry]:
        return await Histories(self._history.of(workspace), self._contacts.of(workspace)).page(contact_ids, after, limit, field)

    def merges(self, workspace: str) -> MongoMergesOf:
        return self._merges.of(workspace)

    async def uses(self, workspace: str, custom: Collection[str]) -> Mapping[str, int]:
        """One walk through all: an admin asks once in a while, and no index knows the keys of custom fields."""
        keys = list(custom)
        missing = [{"$eq": [{"$type": f"$custom.{key}"}, "missing"]} for key in keys]
        has = {str(position): {"$sum": {"$cond": [none, 0, 1]}} for position, none in enumerate(missing)}
        counted = await self._contacts.of(workspace).aggregate([{"$group": {"_id": None, **has}}]) if keys else []
        return {key: count for found in counted for position, key in enumerate(keys) if (count := found[str(position)])}

    async def earlier(self, workspace: str, once: Once) -> Earlier | None:
        async with self._database.as_met() as session:
            document = await self._contacts.of(workspace).find_one({ONCE: once.key}, fields=["first"], session=session)
        return Earlier(document["first"]["once"]["fingerprint"], first_state(document)) if document else None

    async def transact(self, workspace: str, work: Callable[[Changing], Coroutine[Any, Any, Result]]) -> Result:
        async def attempt(transaction: Transaction) -> Result:
            change = self._change(workspace, transaction, new_at_commit=True)
            result = await work(change)
            await change.tell()
            return result

        try:
            return await self._outbox.transact(attempt)
        except EventTooLargeError:
            raise TooLargeError from None
        except OwnedError as owned:  # who has it is asked when the transaction is over: a failed one answers nothing
            raise await self._taken(workspace, owned.contact) from None

    async def settled(self, workspace: str, addresses: Collection[str]) -> set[str]:
        """Whoever has the address, is there and was reviewed."""
        wanted, there = sorted(addresses), {"review.state": "approved", "deleted_at": None, "merged_into": None}
        found = await self._contacts.of(workspace).find({EMAIL: {"$in": wanted}, **there}, fields=[EMAIL], index=BY_EMAIL.name)
        return {email["normalised"] for document in found for email in document["emails"]} & set(wanted)

    @asynccontextmanager
    async def handling(self, batch: Batch) -> AsyncIterator[MongoHandling]:
        async with self._outbox.handling(batch, self._inbox) as transaction:
            change = self._change(batch.workspace, transaction, new_at_commit=False)  # the next event may be about somebody new
            yield change
            await change.tell()

    async def call_accounts(self, workspace: str, names: Mapping[str, str]) -> None:
        """Until none has an older name. A contact that changed meanwhile has another version and comes up again in the next round."""
        contacts = self._contacts.of(workspace)
        for account_id, name in names.items():
            outdated = {LINKED: account_id, "accounts": {"$elemMatch": {"account_id": account_id, "name": {"$ne": name}}}}
            while documents := await contacts.find(outdated, fields=CONTACT_FIELDS, limit=RENAMED_AT_ONCE):
                known = [contact_of(document) for document in documents]
                await contacts.write([replacement(with_account_name(contact, account_id, name), contact.version) for contact in known])

    async def note_activity(self, workspace: str, activities: Sequence[Activity]) -> None:
        await stamp(self._contacts.of(workspace), latest(activities))

    def _change(self, workspace: str, transaction: Transaction, *, new_at_commit: bool) -> MongoHandling:
        queue = self._reviews.within(workspace, transaction.session)
        merges = self._merges.of(workspace, transaction.session)
        contacts, history = self._contacts.of(workspace), self._history.of(workspace)
        return MongoHandling(
            contacts,
            history,
            queue,
            self._notices,
            transaction,
            merges=merges,
            erasures=self._erasures,
            new_at_commit=new_at_commit,
        )

    async def _get(self, workspace: str, contact_id: str, session: Session | None = None) -> Contact | None:
        document = await self._contacts.of(workspace).get(contact_id, fields=(*CONTACT_FIELDS, ERASED), session=session)
        return contact_of(document) if document else None

    async def _taken(self, workspace: str, contact: Contact) -> AddressTakenError:
        wanted = list(contact.owned_addresses)
        where = {OWNED: {"$in": wanted}, "_id": {"$ne": contact.id}}
        async with self._database.as_met() as session:
            owners = await self._contacts.of(workspace).find(where, fields=CONTACT_FIELDS, session=session)
        return AddressTakenError([contact_of(owner) for owner in owners], wanted)


class MongoHandling:
    """Implements `contacts.store.Handling`; a request's single change is written by it too."""

    def __init__(
        self,
        contacts: Scoped,
        history: Scoped,
        queue: MongoQueue,
        notices: MongoNotices,
        transaction: Transaction,
        *,
        merges: MongoMergesOf,
        erasures: Erasures,
        new_at_commit: bool,
    ) -> None:
        self._contacts = contacts
        self._history = history
        self.queue = queue
        self.merges = merges
        self._notices = notices
        self._erasures = erasures
        self._new_at_commit = new_at_commit
        self._saved: list[Revision] = []
        self._transaction = transaction

    @property
    def fresh(self) -> Sequence[Event]:
        return self._transaction.fresh

    async def get(self, contact_id: str) -> Contact | None:
        return (await self.get_many([contact_id])).get(contact_id)

    async def get_many(self, contact_ids: Collection[str]) -> Mapping[str, Contact]:
        return await _by_id(self._contacts, contact_ids, self._transaction.session)

    async def reachable_at(self, addresses: Collection[str]) -> Sequence[Contact]:
        if not addresses:
            return []
        where, session = {EMAIL: {"$in": sorted(addresses)}}, self._transaction.session
        documents = await self._contacts.find(where, fields=CONTACT_FIELDS, index=BY_EMAIL.name, session=session)
        return [contact_of(document) for document in documents]

    async def was_erased(self, contact_id: str | None, addresses: Collection[str], said_at: datetime) -> bool:
        traces = traces_of_arrival(self._contacts.workspace, contact_id, addresses, said_at)
        return await self._erasures.among_the_erased(traces)

    async def save(self, revision: Revision, once: Once | None = None) -> None:
        if not revision.happenings:
            return
        try:
            await self._written(revision, once)
            await self.queue.follow(revision)
        except AlreadyThere as there:
            raise _refusal(revision, there) from None
        self._transaction.publish(*events_of(revision, self._contacts.workspace))
        self._saved.append(revision)

    async def tell(self) -> None:
        """Whoever looks after other contacts by now, once for all that was saved together."""
        if told := notices_of(self._saved):
            await self._notices.tell(self._contacts.workspace, told, self._transaction.session)

    async def _written(self, revision: Revision, once: Once | None) -> None:
        session = self._transaction.session
        if revision.before is None:
            document = first_document(revision, once)
            if self._new_at_commit:
                self._contacts.insert_at_commit(document, partial(_refusal, revision), session=session)
            else:
                await self._contacts.insert(document, session=session)
            return
        change = replacement(revision.after, revision.before.version)
        await self._carry_activity(revision)
        if await self._contacts.update(change.id, change.operators, where=change.where, session=session) is None:
            raise StaleVersionError
        await self._history.insert(history_document(revision), session=session)

    async def _carry_activity(self, revision: Revision) -> None:
        """Whoever is one person now was last active when any of them was."""
        merged = [one for happening in revision.happenings if isinstance(happening.about, Merging) for one in happening.about.merged_ids]
        session = self._transaction.session
        times = [one[ACTIVE_AT] for one in await self._contacts.get_many(merged, fields=[ACTIVE_AT], session=session) if ACTIVE_AT in one]
        if times:
            await self._contacts.update(revision.after.id, {"$max": {ACTIVE_AT: max(times)}}, session=session)


def _refusal(revision: Revision, there: AlreadyThere) -> Exception:
    if OWNED in there.keys:
        return OwnedError(revision.after)
    return KeyUsedError() if ONCE in there.keys else there


async def _by_id(contacts: Scoped, contact_ids: Collection[str], session: Session | None = None) -> dict[str, Contact]:
    documents = await contacts.get_many(contact_ids, fields=(*CONTACT_FIELDS, ERASED), session=session)
    return {document["_id"]: contact_of(document) for document in documents if ERASED not in document}
