"""stack.json: where everything of the running stack is, for people and programs (docs/stack-json.md)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from shared.devstack import accounts_file
from shared.devstack.demo import team
from shared.devstack.directory import replace_text
from shared.devstack.plan import PLATFORM_DATABASE, Plan
from shared.services import GATEWAY, SERVICES


def write(plan: Plan, pids: Mapping[str, int | None]) -> None:
    """Readable for the user alone: it holds passwords, if only those of a demo."""
    gateway = plan.url(GATEWAY.package)
    packages = [service.package for service in SERVICES]
    content = {
        "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "gateway": {"url": gateway, "api": f"{gateway}/api/v1", "token_url": f"{gateway}/dev-issuer/token"},
        "services": {name: {"url": plan.url(name), "database": name, "log": str(plan.data.log(name))} for name in packages},
        "kafka": {"bootstrap_servers": plan.bootstrap},
        "mongodb": {"uri": plan.mongodb_uri, "databases": [*packages, PLATFORM_DATABASE]},
        "workspaces": [team.WORKSPACE, team.FEBRL],
        "accounts": [asdict(login) for login in accounts_file.logins(plan.data)],
        "clients": {workspace: _client(plan, workspace) for workspace in (team.WORKSPACE, team.FEBRL)},
        "pids": {"runner": os.getpid(), **pids},
    }
    replace_text(plan.data.stack_file, json.dumps(content, indent=2) + "\n", private=True)


def _client(plan: Plan, workspace: str) -> dict[str, str]:
    client_id, secret = accounts_file.program(plan.data, workspace)
    return {"client_id": client_id, "client_secret": secret}
