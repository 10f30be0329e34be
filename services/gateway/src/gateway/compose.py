"""A contact's whole page as data: the services that know of people asked at once, each within the deadline.

A part that no answer came for is `unknown` with the time its service was last heard, never an empty list: nobody may read "no open
tickets" when the truth is that nobody knows. The contact itself decides whether there is a page at all; a part that is behind may still say
that it is not the caller's to see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict

from gateway.access import Program
from gateway.api_proxy import PREFIX, passed_on
from gateway.clients import Answer, Service, Services, UnansweredError
from gateway.parts import parts_of
from shared.problem import FieldError, Problem

Purpose = Literal["sales", "support", "billing", "announcement"]
Channel = Literal["email", "phone", "sms", "letter"]
PAIRS_SHOWN = "20"
MERGED_AWAY = 307
"""What the contacts service answers for an id that leads to a survivor now."""
NOT_YOURS: Literal["not-yours"] = "not-yours"
"""What every service calls a contact that is visible to its team only, to anybody else."""

router = APIRouter(prefix=PREFIX)


class Part(BaseModel):
    """One service's share. `as_of` is how fresh the data is, or, of an unknown part, when its service was last heard.

    Of one that is `not-yours` the data is whom to ask: `owner_id`.
    """

    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "unknown", "not-yours"]
    as_of: datetime | None
    data: Any = None

    @property
    def known(self) -> bool:
        return self.status == "ok"

    @property
    def withheld(self) -> bool:
        return self.status == NOT_YOURS


class ContactPage(BaseModel):
    """All parts."""

    model_config = ConfigDict(frozen=True)

    contact: Part
    timeline: Part
    duplicates: Part
    verdict: Part


def part_from(answer: Answer) -> Part:
    """An answer as a part. A service that knows how far its data reaches says so itself."""
    said = answer.body.get("as_of") if isinstance(answer.body, dict) else None
    return Part.model_validate({"status": "ok", "as_of": said if isinstance(said, str) else answer.at, "data": answer.body})


async def asked(question: Awaitable[Answer], service: Service) -> Part:
    """The part that a call gives; unknown when it fails, whatever the reason."""
    try:
        answer = await question
    except UnansweredError as error:
        return Part(status="unknown", as_of=error.heard_at)
    if answer.ok:
        return part_from(answer)
    if is_not_yours(answer):
        return Part(status=NOT_YOURS, as_of=answer.at, data={"owner_id": answer.body.get("owner_id")})
    return Part(status="unknown", as_of=service.heard_at)


class ContactQueries:
    """The questions about one contact, on behalf of one person or program."""

    def __init__(self, services: Services, headers: Mapping[str, str], contact_id: str, deadline_s: float) -> None:
        self._services = services
        self._headers = headers
        self._id = contact_id
        self._path_id = quote(contact_id, safe="")
        self._deadline_s = deadline_s

    async def contact(self) -> Part:
        """The record; a refusal of the contacts service (not found, not yours) is the answer to the whole page."""
        answered: list[Answer] = []

        async def remembered() -> Answer:
            answered.append(await self._ask(self._services.contacts, f"/v1/contacts/{self._path_id}"))
            return answered[0]

        part = await asked(remembered(), self._services.contacts)
        if answered and 300 <= answered[0].status < 500:
            raise refusal(answered[0])
        return part

    async def timeline(self, query: Sequence[tuple[str, str]] = ()) -> Part:
        timeline = self._services.timeline
        return await asked(self._ask(timeline, f"/v1/timeline/{self._path_id}", query), timeline)

    async def updates(self, position: str) -> Part:
        """Whether the timeline is another than at that position."""
        timeline = self._services.timeline
        return await asked(self._ask(timeline, f"/v1/timeline/{self._path_id}/updates", [("after", position)]), timeline)

    async def notes(self, query: Sequence[tuple[str, str]] = ()) -> Part:
        timeline = self._services.timeline
        return await asked(self._ask(timeline, f"/v1/timeline/{self._path_id}/notes", query), timeline)

    async def duplicates(self) -> Part:
        dedupe = self._services.dedupe
        query = [("contact_id", self._id), ("limit", PAIRS_SHOWN)]
        return await asked(self._ask(dedupe, "/v1/duplicates/pairs", query), dedupe)

    async def verdict(self, purpose: Purpose, channel: Channel, sender_id: str) -> Part:
        guard = self._services.outreach_guard
        question = [("channel", channel), ("purpose", purpose), ("sender_id", sender_id)]
        return await asked(self._ask(guard, f"/v1/preflight/{self._path_id}", question), guard)

    async def page(self, purpose: Purpose, channel: Channel, sender_id: str, timeline: Sequence[tuple[str, str]] = ()) -> ContactPage:
        """Everything at once."""
        parts = await asyncio.gather(self.contact(), self.timeline(timeline), self.duplicates(), self.verdict(purpose, channel, sender_id))
        return ContactPage(**dict(zip(("contact", "timeline", "duplicates", "verdict"), parts, strict=True)))

    async def _ask(self, service: Service, path: str, query: Sequence[tuple[str, str]] = ()) -> Answer:
        return await service.ask("GET", path, deadline_s=self._deadline_s, query=query, headers=self._headers)


def _slug(answer: Answer) -> str:
    return str(answer.body.get("type", "")).removeprefix("urn:problem:") if isinstance(answer.body, dict) else ""


def is_not_yours(answer: Answer) -> bool:
    return _slug(answer) == NOT_YOURS


def refusal(answer: Answer) -> Problem:
    """A service's problem details as ours, so that a caller sees what it said and not that we asked."""
    body = answer.body if isinstance(answer.body, dict) else {}
    said = [item for item in body.get("errors") or () if isinstance(item, dict)]
    errors = [FieldError(str(item.get("field", "")), str(item.get("message", ""))) for item in said]
    more = {name: value for name, value in body.items() if name not in {"type", "title", "status", "detail", "errors", "request_id"}}
    headers = {"Location": f"{PREFIX}/contacts/{quote(str(more['survivor_id']), safe='')}/page"} if answer.status == MERGED_AWAY else {}
    slug = _slug(answer) or "refused"
    return Problem(answer.status, slug, body.get("detail"), title=body.get("title"), errors=errors, headers=headers, **more)


@router.get("/contacts/{contact_id}/page", tags=["gateway"])
async def contact_page(  # noqa: PLR0917 - the query's parameters
    request: Request,
    caller: Program,
    contact_id: str,
    purpose: Purpose = "sales",
    channel: Channel = "email",
    sender_id: Annotated[str | None, Query(max_length=200, description="Who wants to send; the caller when absent.")] = None,
) -> ContactPage:
    """Everything about a contact in one answer. A part whose service is silent is `unknown`, never empty."""
    parts = parts_of(request)
    queries = ContactQueries(parts.services, passed_on(caller.token), contact_id, parts.settings.page_timeout_s)
    return await queries.page(purpose, channel, sender_id or caller.subject)
