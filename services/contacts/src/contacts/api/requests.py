"""What every route needs from a request: who asks, what is stored, and what a change is caused by."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request

from contacts.api.bodies import WORDS
from contacts.domain.revisions import Cause
from contacts.domain.search import Query as SearchQuery
from contacts.domain.search import query
from contacts.store import Contacts, Directory, Erasing, Notices, Reviews
from shared import telemetry
from shared.auth import Principal, Role, require
from shared.web import Problem

Reader = Annotated[Principal, require(Role.VIEWER)]
Writer = Annotated[Principal, require(Role.MEMBER)]
Admin = Annotated[Principal, require(Role.ADMIN)]

Limit = Annotated[int, Query(ge=1, le=200)]
Cursor = Annotated[str | None, Query(max_length=2_000)]
Words = Annotated[str | None, Query(max_length=200, description=WORDS)]
IdempotencyKey = Annotated[str | None, Header(min_length=1, max_length=200)]

_tag = re.compile(r'(?:W/)?"?(\d{1,12})"?')


# Dependencies are coroutines: FastAPI sends plain functions through a thread pool, which costs more than all they do.


def _kept(name: str) -> Any:
    """What `app.py` keeps for the routes under this name."""

    async def kept(request: Request) -> Any:
        return getattr(request.app.state, name)

    return Depends(kept)


ContactsStore = Annotated[Contacts, _kept("contacts")]
DirectoryStore = Annotated[Directory, _kept("directory")]
ErasingStore = Annotated[Erasing, _kept("erasing")]
NoticesStore = Annotated[Notices, _kept("notices")]
ReviewStore = Annotated[Reviews, _kept("reviews")]


def cause(caller: Principal, reason: str | None = None) -> Cause:
    """People work through the page, programs of the workspace through the API."""
    return Cause(
        at=now(),
        actor_id=caller.subject,
        actor_type=caller.actortype,
        origin="api" if caller.role is Role.SERVICE else "ui",
        correlation_id=telemetry.correlation_id(),
        reason=reason,
    )


def overrides(caller: Principal, reason: str | None) -> bool:
    """Whether the caller, who has to be a manager, does it all the same: work on somebody whose source is not reviewed."""
    if reason is not None and not caller.role.covers(Role.MANAGER):
        raise Problem(403, "forbidden", "To override a review needs the role manager.", required_role=Role.MANAGER.value)
    return reason is not None


async def _if_match(if_match: Annotated[str | None, Header(max_length=100, description="the version that was read")] = None) -> int | None:
    if if_match is None:
        return None
    tag = _tag.fullmatch(if_match.strip())
    if tag is None:
        raise Problem(400, "bad-precondition", "If-Match names one version, as the ETag of the contact does.")
    return int(tag[1])


ReadVersion = Annotated[int | None, Depends(_if_match)]


async def search_query(words: str | None, workspace: str, directory: Directory) -> SearchQuery | None:
    """None where nothing is searched for."""
    if not words or not words.strip():
        return None
    wanted = query(words, (await directory.decided(workspace)).region)
    return wanted if wanted.words else None


def now() -> datetime:
    """To the millisecond, as the database keeps it: what is answered now and what is read later are the same."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
