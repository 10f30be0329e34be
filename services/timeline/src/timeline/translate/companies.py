"""How what the accounts service says reads on a timeline."""

from __future__ import annotations

from shared.contracts.accounts import Account, AccountDomainChanged, AccountOwnerChanged, AccountRenamed
from timeline.translate.lines import Lines, between, quoted


def name(account: Account) -> str:
    return quoted(account.name)


accounts = Lines("account", Account, name)
accounts.say(AccountRenamed, lambda account: f"Account renamed{f' to {name(account)}' if account.name else ''}")
accounts.say(AccountDomainChanged, lambda account: f"Account{between(name(account))} has other mail domains")
accounts.say(AccountOwnerChanged, lambda account: f"Account{between(name(account))} has another owner")

TABLE = accounts.table
