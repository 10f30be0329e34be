"""What the accounts service says: the companies contacts belong to."""

from __future__ import annotations

from pydantic import Field

from shared.contracts.parties import Upstream

SOURCE = "/services/accounts"
TOPIC = "crm.accounts"


class Account(Upstream):
    """A company, as it is after the event; the subject is its id."""

    name: str | None = None
    domains: tuple[str, ...] = Field((), description="mail domains of the company")
    owner_id: str | None = None


class AccountCreated(Account, type="crm.accounts.account.created.v1"):
    """A company is known from now on."""


class AccountRenamed(Account, type="crm.accounts.account.renamed.v1"):
    """A company has another name."""


class AccountDomainChanged(Account, type="crm.accounts.account.domain_changed.v1"):
    """A company has other mail domains."""


class AccountOwnerChanged(Account, type="crm.accounts.account.owner_changed.v1"):
    """Somebody else looks after a company."""


class AccountMerged(Account, type="crm.accounts.account.merged.v1"):
    """Accounts proved to be one company; the ids merged away lead to the survivor."""

    survivor_id: str | None = None
    merged_ids: tuple[str, ...] = ()


class AccountDeleted(Account, type="crm.accounts.account.deleted.v1"):
    """A company is gone."""
