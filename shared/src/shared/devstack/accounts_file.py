"""Who may sign in at the development issuer: made once per data directory, with passwords nobody else has."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from shared.devstack.demo import team
from shared.devstack.directory import DataDirectory, read_json, replace_text

SYLLABLES = ("ba", "ko", "lin", "mar", "ne", "pol", "ri", "sa", "tor", "ul", "vem", "zi")


@dataclass(frozen=True, slots=True)
class Login:
    email: str
    password: str
    name: str
    member_id: str
    workspaces: dict[str, str]


def logins(data: DataDirectory) -> list[Login]:
    """The demo accounts; the file is what the gateway reads too."""
    return [Login(**account) for account in _content(data)["accounts"]]


def program(data: DataDirectory, workspace: str) -> tuple[str, str]:
    """Id and secret of the client that fills a workspace."""
    client = next(client for client in _content(data)["clients"] if workspace in client["workspaces"])
    return client["client_id"], client["client_secret"]


def _content(data: DataDirectory) -> dict[str, Any]:
    if not data.accounts_file.exists():
        replace_text(data.accounts_file, json.dumps(_new(), indent=2), private=True)
    content: dict[str, Any] = read_json(data.accounts_file)
    return content


def _new() -> dict[str, Any]:
    people = [
        {
            "email": member.email,
            "password": _password(),
            "name": member.name,
            "member_id": member.member_id,
            "workspaces": member.workspaces,
        }
        for member in team.MEMBERS
    ]
    programs = [
        {
            "client_id": f"import-{workspace}",
            "client_secret": secrets.token_urlsafe(24),
            "name": "Import",
            "workspaces": {workspace: "service"},
        }
        for workspace in (team.WORKSPACE, team.FEBRL)
    ]
    return {"accounts": people, "clients": programs}


def _password() -> str:
    """Easy to type, and hard enough for an address that only this machine can reach."""
    return "".join(secrets.choice(SYLLABLES) for _ in range(4)) + str(secrets.randbelow(90) + 10)
