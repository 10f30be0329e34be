"""The people on MongoDB: one transaction per change, with as few round trips as it can have.

Creating takes a contact, a history and an outbox insert and the commit, and one more insert where the request has a key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from contacts.domain.contact import Contact
from contacts.domain.editing import with_account_name
from contacts.domain.revisions import Revision
from contacts.mongo_store.documents import (
    CONTACT_FIELDS,
    CONTACT_INDEXES,
    HISTORY_INDEXES,
    OWNED,
    SHARED,
    contact_document,
    contact_of,
    entry_of,
    history_document,
    owned_addresses,
    replacement,
)
from contacts.mongo_store.finding import page_of
from contacts.store import AddressTakenError, Earlier, Entry, KeyUsedError, Once, Page, StaleVersionError, Wanted
from contacts.translate import events_of
from shared.contracts.envelope import Event
from shared.messaging import Batch, Inbox, Outbox, Transaction
from shared.mongo import AlreadyThere, Database, Index, Scoped

ANSWERS_KEPT_S = 24 * 3600
RENAMED_AT_ONCE = 500


class MongoContacts:
    """Implements `contacts.store.Contacts`."""

    def __init__(self, database: Database, outbox: Outbox, inbox: Inbox) -> None:
        self._database = database
        self._outbox = outbox
        self._inbox = inbox
        self._contacts = database.collection("contacts", *CONTACT_INDEXES)
        self._history = database.collection("history", *HISTORY_INDEXES)
        self._answers = database.collection("answers", Index("at", ttl=ANSWERS_KEPT_S))

    async def prepare(self) -> None:
        await self._database.prepare(self._contacts, self._history, self._answers)

    async def get(self, workspace: str, contact_id: str) -> Contact | None:
        document = await self._contacts.of(workspace).get(contact_id, fields=CONTACT_FIELDS)
        return contact_of(document) if document else None

    async def find(self, workspace: str, wanted: Wanted) -> Page[Contact]:
        return await page_of(self._contacts.of(workspace), wanted)

    async def history(self, workspace: str, contact_id: str, before: int | None, limit: int) -> Sequence[Entry]:
        older = {"version": {"$lt": before}} if before is not None else {}
        documents = await self._history.of(workspace).find({"contact_id": contact_id, **older}, sort=[("version", -1)], limit=limit)
        return [entry_of(document) for document in documents]

    async def earlier(self, workspace: str, once: Once) -> Earlier | None:
        document = await self._answers.of(workspace).get(once.key)
        return Earlier(document["fingerprint"], Contact.model_validate(document["contact"])) if document else None

    async def save(self, workspace: str, revision: Revision, once: Once | None = None) -> None:
        async def work(transaction: Transaction) -> None:
            if once is not None:  # first: a repeated request is told so, and not that its own address is taken
                await self._remember(workspace, once, revision.after, transaction)
            await self._change(workspace, transaction).save(revision)

        try:
            await self._outbox.transact(work)
        except AlreadyThere as there:
            if OWNED not in there.keys:
                raise
            raise AddressTakenError(await self._owners(workspace, revision.after)) from None

    @asynccontextmanager
    async def handling(self, batch: Batch) -> AsyncIterator[MongoHandling]:
        async with self._outbox.handling(batch, self._inbox) as transaction:
            yield self._change(batch.workspace, transaction)

    async def call_accounts(self, workspace: str, names: Mapping[str, str]) -> None:
        """Until none has an older name. A contact that changed meanwhile has another version and comes up again in the next round."""
        contacts = self._contacts.of(workspace)
        for account_id, name in names.items():
            outdated = {"accounts": {"$elemMatch": {"account_id": account_id, "name": {"$ne": name}}}}
            while documents := await contacts.find(outdated, fields=CONTACT_FIELDS, limit=RENAMED_AT_ONCE):
                known = [contact_of(document) for document in documents]
                await contacts.write([replacement(with_account_name(contact, account_id, name), contact.version) for contact in known])

    def _change(self, workspace: str, transaction: Transaction) -> MongoHandling:
        return MongoHandling(self._contacts.of(workspace), self._history.of(workspace), transaction)

    async def _remember(self, workspace: str, once: Once, contact: Contact, transaction: Transaction) -> None:
        answer = {"_id": once.key, "fingerprint": once.fingerprint, "contact": contact.model_dump(), "at": datetime.now(UTC)}
        try:
            await self._answers.of(workspace).insert(answer, session=transaction.session)
        except AlreadyThere:
            raise KeyUsedError from None

    async def _owners(self, workspace: str, contact: Contact) -> dict[str, list[str]]:
        wanted = owned_addresses(contact)
        owners = await self._contacts.of(workspace).find({OWNED: {"$in": wanted}, "_id": {"$ne": contact.id}}, fields=[OWNED])
        return {owner["_id"]: [address for address in owner["find"]["owned"] if address in wanted] for owner in owners}


class MongoHandling:
    """Implements `contacts.store.Handling`; a request's single change is written by it too."""

    def __init__(self, contacts: Scoped, history: Scoped, transaction: Transaction) -> None:
        self._contacts = contacts
        self._history = history
        self._transaction = transaction

    @property
    def fresh(self) -> Sequence[Event]:
        return self._transaction.fresh

    async def reachable_at(self, address: str) -> Sequence[Contact]:
        has_it = {"$or": [{OWNED: address}, {SHARED: address}]}
        documents = await self._contacts.find(has_it, fields=CONTACT_FIELDS, session=self._transaction.session)
        return [contact_of(document) for document in documents]

    async def save(self, revision: Revision) -> None:
        if not revision.happenings:
            return
        session = self._transaction.session
        if revision.before is None:
            await self._contacts.insert(contact_document(revision.after), session=session)
        else:
            change = replacement(revision.after, revision.before.version)
            if await self._contacts.update(change.id, change.operators, where=change.where, session=session) is None:
                raise StaleVersionError
        await self._history.insert(history_document(revision), session=session)
        self._transaction.publish(*events_of(revision, self._contacts.workspace))
