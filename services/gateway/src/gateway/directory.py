"""What members are called, so that pages can say names where the services say ids. Kept for half a minute per workspace."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.clients import Services, UnansweredError

FRESH_SECONDS = 30.0
PAGES = 5  # a thousand members; beyond them a page shows the id
PAGE = "200"
WORKSPACES_KEPT = 500


@dataclass(frozen=True)
class Team:
    """The members of a workspace: what each is called, and who of them is active and can own a contact."""

    names: Mapping[str, str] = field(default_factory=dict)
    active: Mapping[str, str] = field(default_factory=dict)


class Members:
    """Names by member id. While the contacts service is silent the last known names do."""

    def __init__(self, services: Services, deadline_s: float, now: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._deadline_s = deadline_s
        self._now = now
        self._known: dict[str, tuple[float, Team]] = {}

    async def of(self, workspace: str, headers: Mapping[str, str]) -> Team:
        known_at, team = self._known.get(workspace, (float("-inf"), Team()))
        if self._now() - known_at < FRESH_SECONDS:
            return team
        try:
            members = await self._all(headers)
            names = {str(member["id"]): str(member.get("name") or member["id"]) for member in members}
            team = Team(names, {str(member["id"]): names[str(member["id"])] for member in members if member.get("active", True)})
        except (UnansweredError, KeyError, TypeError):
            return team
        while len(self._known) >= WORKSPACES_KEPT:
            self._known.pop(next(iter(self._known)))
        self._known[workspace] = (self._now(), team)
        return team

    async def _all(self, headers: Mapping[str, str]) -> list[Mapping[str, Any]]:
        members: list[Mapping[str, Any]] = []
        cursor: str | None = None
        for _ in range(PAGES):
            query = [("limit", PAGE), *([("cursor", cursor)] if cursor else [])]
            answer = await self._services.contacts.ask("GET", "/v1/members", deadline_s=self._deadline_s, query=query, headers=headers)
            if not answer.ok:
                raise self._services.contacts.silent("broken")
            members += answer.body["items"]
            cursor = answer.body.get("next_cursor")
            if cursor is None:
                break
        return members
