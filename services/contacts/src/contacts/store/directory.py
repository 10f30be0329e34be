"""Accounts, members, settings, and what members are to know."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from contacts.domain.directory import Account, AccountNews, MailboxNews, Member, MemberNews, Surroundings
from contacts.domain.quality import Ours
from contacts.domain.search import Query
from contacts.domain.workspace import Workspace
from contacts.store.asked import Page, Position, Told


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
