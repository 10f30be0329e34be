"""What the demo reads from stack.json: where the API is, and as whom each workspace is filled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.devstack.directory import read_json


@dataclass(frozen=True, slots=True)
class Access:
    workspace: str
    api: str
    token_url: str
    client_id: str
    client_secret: str


def access_from(stack_file: Path, workspace: str) -> Access:
    stack = read_json(stack_file)
    client = stack["clients"][workspace]
    return Access(workspace, stack["gateway"]["api"], stack["gateway"]["token_url"], client["client_id"], client["client_secret"])
