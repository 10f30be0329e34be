"""Accounts, members and settings on MongoDB.

News comes in any order and again: a blank document is made first, then each part of the news is written where it is newer than what that
part has. Whether a member is active has a sequence of its own, because not every event says so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from contacts.domain import search
from contacts.domain.directory import Account, AccountNews, MailboxNews, Member, MemberNews, Surroundings
from contacts.domain.emails import lookup_key
from contacts.domain.quality import Ours, ours
from contacts.domain.search import Query
from contacts.domain.text import folded
from contacts.domain.workspace import Workspace
from contacts.mongo_store.documents import BY_GRAM
from contacts.mongo_store.finding import after, looked_up, verified
from contacts.store import Page, Position
from shared.mongo import AlreadyThere, Database, Document, Filter, Index, Remembered, Scoped, Update

BY_NAME = Index("find.name", "_id")

UNHEARD = -1
"""The sequence of what no event has told yet: an account or member made here knows no event."""

SETTINGS = "settings"
REMEMBERED_S = 1.0


class MongoDirectory:
    """Implements `contacts.store.Directory`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._accounts = database.collection("accounts", BY_GRAM, BY_NAME, Index("merged_into"))
        self._members = database.collection("members", BY_NAME)
        self._mailboxes = database.collection("mailboxes")
        self._workspaces = database.collection("workspaces")
        self._remembered: Remembered[Workspace] = Remembered(REMEMBERED_S)

    async def prepare(self) -> None:
        await self._database.prepare(self._accounts, self._members)

    async def surroundings(self, workspace: str, *, members: Collection[str], accounts: Collection[str]) -> Surroundings:
        """Asks only for what is needed: a contact with a name and an address needs nothing."""
        decided = await self.decided(workspace)
        known_members = await self._members.of(workspace).get_many(members)
        known_accounts = await self._accounts.of(workspace).get_many(accounts)
        return Surroundings(
            region=decided.region,
            process=decided.process,
            fields=decided.fields,
            sources=decided.sources,
            members={document["_id"]: _member(document) for document in known_members},
            any_member_known=bool(known_members) or (bool(members) and await self._members.of(workspace).find_one() is not None),
            accounts={document["_id"]: _account(document) for document in known_accounts},
        )

    async def decided(self, workspace: str) -> Workspace:
        return await self._remembered.get(workspace, lambda: self._decided(workspace))

    async def decide(self, workspace: str, settings: Workspace) -> Workspace | None:
        after = settings.model_copy(update={"version": settings.version + 1})
        workspaces, document = self._workspaces.of(workspace), after.model_dump()
        await workspaces.insert_new([{"_id": SETTINGS, "version": 0}])
        saved = await workspaces.update(SETTINGS, {"$set": document}, where={"version": _versions(settings.version)})
        self._remembered.forget(workspace)
        return after if saved is not None else None

    async def _decided(self, workspace: str) -> Workspace:
        document = await self._workspaces.of(workspace).get(SETTINGS, fields=list(Workspace.model_fields)) or {}
        return Workspace.model_validate({name: document[name] for name in Workspace.model_fields if name in document})

    async def ours(self, workspace: str) -> Ours:
        members = await self._members.of(workspace).find({"email": {"$ne": None}}, fields=["email"])
        mailboxes = await self._mailboxes.of(workspace).find(fields=["address"])
        addresses = frozenset(lookup_key(document["email"]) for document in members)
        return ours(addresses, {document["address"]: document["_id"] for document in mailboxes})

    async def learn_mailboxes(self, workspace: str, news: Sequence[MailboxNews]) -> None:
        documents = [{"_id": item.id, "address": item.address, "sequence": item.sequence} for item in news]
        await self._mailboxes.of(workspace).put_newer(documents)

    async def account(self, workspace: str, account_id: str) -> Account | None:
        document = await self._accounts.of(workspace).get(account_id)
        return _account(document) if document else None

    async def accounts(self, workspace: str, query: Query | None, position: Position | None, limit: int) -> Page[Account]:
        accounts = self._accounts.of(workspace)
        where: list[Filter] = [{"deleted": False, "merged_into": None}]
        index = BY_NAME
        if query is not None:
            conditions, index = await looked_up(accounts, query, index)
            where += conditions
        found, more = await _by_name(accounts, where, position, limit, index)
        return Page([_account(document) for document in found], more)

    async def accounts_within(self, workspace: str, account_id: str) -> Sequence[str]:
        merged = await self._accounts.of(workspace).find({"merged_into": account_id}, fields=["_id"])
        return [account_id, *(document["_id"] for document in merged)]

    async def account_names(self, workspace: str, account_ids: Collection[str]) -> Mapping[str, str]:
        accounts, ids = self._accounts.of(workspace), list(account_ids)
        affected = await accounts.find({"$or": [{"_id": {"$in": ids}}, {"merged_into": {"$in": ids}}]})
        survivors = await accounts.get_many({document["merged_into"] for document in affected if document["merged_into"]})
        names = {document["_id"]: document["name"] for document in [*affected, *survivors] if document["name"]}
        shown = {document["_id"]: names.get(document["merged_into"] or document["_id"]) for document in affected}
        return {account_id: name for account_id, name in shown.items() if name}

    async def active_members(self, workspace: str) -> frozenset[str] | None:
        """All of them: a workspace has as many members as it has people at work."""
        members = await self._members.of(workspace).find(fields=["active"])
        return frozenset(member["_id"] for member in members if member["active"]) if members else None

    async def members(self, workspace: str, query: Query | None, position: Position | None, limit: int) -> Page[Member]:
        found, more = await _by_name(self._members.of(workspace), verified(query) if query else [], position, limit, BY_NAME)
        return Page([_member(document) for document in found], more)

    async def add_account(self, workspace: str, account: Account) -> bool:
        blank = _blank(account.id, deleted=False, merged_into=None)
        return await _added(self._accounts.of(workspace), {**blank, **_account_fields(account)})

    async def add_member(self, workspace: str, member: Member) -> bool:
        blank = _blank(member.id, active=member.active, active_sequence=UNHEARD)
        return await _added(self._members.of(workspace), {**blank, **_member_fields(member)})

    async def learn_accounts(self, workspace: str, news: Sequence[AccountNews]) -> None:
        accounts = self._accounts.of(workspace)
        ids = {item.account.id for item in news} | {account_id for item in news for pair in item.merged for account_id in pair}
        await accounts.insert_new([_blank(account_id, name="", domains=[], deleted=False, merged_into=None) for account_id in sorted(ids)])
        await accounts.write([write for item in news for write in _account_writes(item)])

    async def learn_members(self, workspace: str, news: Sequence[MemberNews]) -> None:
        members = self._members.of(workspace)
        ids = {item.member.id for item in news}
        await members.insert_new([_blank(member_id, name="", active=True, active_sequence=UNHEARD) for member_id in sorted(ids)])
        await members.write([write for item in news for write in _member_writes(item)])


def _versions(version: int) -> Document:
    """Settings from before they were counted have none."""
    return {"$in": [0, None]} if version == 0 else {"$eq": version}


def _blank(document_id: str, **fields: object) -> Document:
    return {"_id": document_id, "sequence": UNHEARD, "find": {"name": "", "text": "", "grams": []}, **fields}


def _account_writes(news: AccountNews) -> Iterable[Update]:
    fields = {**_account_fields(news.account), "deleted": news.account.deleted, "sequence": news.sequence}
    yield Update(news.account.id, {"$set": fields}, where={"sequence": {"$lt": news.sequence}})
    for merged_id, survivor_id in news.merged:  # for good, so in no need of a guard
        yield Update(merged_id, {"$set": {"merged_into": survivor_id}})


def _member_writes(news: MemberNews) -> Iterable[Update]:
    fields = {**_member_fields(news.member), "sequence": news.sequence}
    yield Update(news.member.id, {"$set": fields}, where={"sequence": {"$lt": news.sequence}})
    if news.active is not None:
        activity = {"active": news.active, "active_sequence": news.sequence}
        yield Update(news.member.id, {"$set": activity}, where={"active_sequence": {"$lt": news.sequence}})


def _account_fields(account: Account) -> Document:
    fields = account.model_dump(include={"name", "domains", "owner_id"})
    return {**fields, "find": _find(account.name, *account.domains)}


def _member_fields(member: Member) -> Document:
    return {**member.model_dump(include={"name", "email", "role"}), "find": _find(member.name, member.email or "")}


def _find(name: str, *others: str) -> Document:
    text = search.search_text([name, *others])
    return {"name": folded(name), "text": text, "grams": search.grams(text)}


def _account(document: Document) -> Account:
    return Account.model_validate({**document, "id": document["_id"]})


def _member(document: Document) -> Member:
    return Member.model_validate({**document, "id": document["_id"]})


async def _added(scoped: Scoped, document: Document) -> bool:
    try:
        await scoped.insert(document)
    except AlreadyThere:
        return False
    return True


async def _by_name(
    scoped: Scoped, where: list[Filter], position: Position | None, limit: int, index: Index
) -> tuple[list[Document], Position | None]:
    conditions = [*where, *(after(position, "find.name", 1) if position else [])]
    order = [("find.name", 1), ("_id", 1)]
    found = await scoped.find({"$and": conditions} if conditions else None, sort=order, limit=limit + 1, index=index.name)
    page, last = found[:limit], found[limit - 1] if len(found) > limit else None
    return page, Position(last["find"]["name"], last["_id"]) if last else None
