"""Who may sign in at the development issuer: people and machine clients, read from one JSON file."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Account(BaseModel):
    """A person, and the role they have in each of their workspaces."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    email: str
    password: str
    name: str
    member_id: str
    workspaces: Mapping[str, str]

    @property
    def subject(self) -> str:
        return self.member_id


class Client(BaseModel):
    """A program that signs in for itself (client_credentials)."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    client_id: str
    client_secret: str
    name: str | None = None
    workspaces: Mapping[str, str]

    @property
    def subject(self) -> str:
        return self.client_id


class Accounts(BaseModel):
    """The whole file."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    accounts: tuple[Account, ...] = ()
    clients: tuple[Client, ...] = ()

    def by_email(self, email: str) -> Account | None:
        wanted = email.strip().casefold()
        return next((account for account in self.accounts if account.email.casefold() == wanted), None)

    def with_password(self, email: str, password: str) -> Account | None:
        account = self.by_email(email)
        return account if account is not None and _same(account.password, password) else None

    def with_secret(self, client_id: str, secret: str) -> Client | None:
        client = next((client for client in self.clients if client.client_id == client_id), None)
        return client if client is not None and _same(client.client_secret, secret) else None


def _same(known: str, given: str) -> bool:
    return hmac.compare_digest(known.encode(), given.encode())


def accounts_in(path: Path) -> Accounts:
    """The accounts of the file: either the whole object, or only the list of people."""
    text = path.read_text()
    if text.lstrip().startswith("["):
        text = f'{{"accounts": {text}}}'
    return Accounts.model_validate_json(text)
