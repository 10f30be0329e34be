"""The contact card, and what others say about those it refers to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from outreach_guard.domain.question import Purpose
from outreach_guard.domain.view import NEVER, Part, View
from shared.contracts.contacts import email_for


class EmailAddress(Part):
    typed: str
    normalised: str
    mark: str | None = None
    purpose: str = "work"
    primary: bool = False
    valid: bool = True
    reason: str | None = None
    since: datetime | None = None

    @property
    def domain(self) -> str:
        return self.normalised.rpartition("@")[2]


class Account(View):
    """A company. Its domains are its claim on addresses; one that is gone claims nothing."""

    name: str | None = None
    domains: tuple[str, ...] = ()
    merged_into: str | None = None
    gone: bool = False

    @property
    def relevant_until(self) -> datetime:
        return NEVER


class Member(View):
    name: str | None = None
    active: bool | None = None

    @property
    def relevant_until(self) -> datetime:
        return NEVER


class Context(Part):
    """What others know about a card: its owner, and the accounts it is linked to or that claim the domain of one of its addresses.

    `unreadable` are the facts that belong here and that nobody can read.
    """

    owner: Member | None = None
    accounts: tuple[Account, ...] = ()
    unreadable: tuple[str, ...] = ()


class Card(View):
    """The contact itself."""

    emails: tuple[EmailAddress, ...] = ()
    account_ids: tuple[str, ...] = ()
    owner_id: str | None = None
    visibility: str = "all"
    team: frozenset[str] = frozenset()
    review: str = "approved"
    zones: tuple[str, ...] = ()
    deleted_at: datetime | None = None
    erased_at: datetime | None = None
    merged_into: str | None = None
    context: Context = Context()

    def address_for(self, purpose: Purpose, usable: Callable[[EmailAddress], bool]) -> EmailAddress | None:
        """Where mail of this purpose goes, by the platform's rule; where nothing can be used, where it would go."""
        return email_for(self.emails, purpose, usable) or email_for(self.emails, purpose, lambda _: True)
