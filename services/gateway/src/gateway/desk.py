"""A signed-in person's request at the page: what every page route needs, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from starlette.responses import HTMLResponse, Response

from gateway.access import Person, Visitor, WritingPerson
from gateway.api_proxy import passed_on
from gateway.clients import Answer, Query, Service, Services, TooLongError, UnansweredError
from gateway.compose import ContactQueries
from gateway.parts import Parts, parts_of
from gateway.rendering import zone_of
from gateway.session import Session
from gateway.views import words


@dataclass(frozen=True)
class Desk:
    """Asks the services in the person's name, and renders for them."""

    request: Request
    session: Session
    parts: Parts
    headers: Mapping[str, str]
    now: datetime
    zone: ZoneInfo

    @property
    def services(self) -> Services:
        return self.parts.services

    async def ask(self, service: Service, method: str, path: str, **more: Any) -> Answer:
        deadline_s = self.parts.settings.page_timeout_s
        headers = {**self.headers, **more.pop("headers", {})}
        return await service.ask(method, path, deadline_s=deadline_s, headers=headers, **more)

    async def listed(self, service: Service, path: str, query: Mapping[str, str], *, rows: str, few: str) -> Mapping[str, Any] | None:
        """A page of a list: `few` rows where those are so large that more are too long an answer. None where the service gives none,
        which is not the same as an empty page."""
        asked_for = [(name, value) for name, value in query.items() if value]
        try:
            try:
                answer = await self.ask(service, "GET", path, query=[("limit", rows), *asked_for])
            except TooLongError:
                answer = await self.ask(service, "GET", path, query=[("limit", few), *asked_for])
        except UnansweredError:
            return None
        return answer.body if answer.ok else None

    async def badge(self, service: Service, path: str, said: str, *, key: str = "count", query: Query = ()) -> Response:
        """How many there are, for the side bar: nothing where there are none, a question mark where the service does not say.
        `said` stands beside the number for who hears the page."""
        try:
            answer = await self.ask(service, "GET", path, query=query)
        except UnansweredError:
            return HTMLResponse(f'?<span class="sr"> unknown how many {said}</span>')
        number = answer.body.get(key) if answer.ok else 0
        more = "+" if answer.ok and answer.body.get("more") else ""
        return HTMLResponse(f'{number}{more}<span class="sr"> {said}</span>' if number else "")

    async def members(self) -> Mapping[str, str]:
        """Names by member id."""
        return (await self.parts.members.of(self.session.workspace, self.headers)).names

    async def owners(self) -> Mapping[str, str]:
        """The members who can own a contact."""
        return (await self.parts.members.of(self.session.workspace, self.headers)).active

    async def decided(self) -> Mapping[str, Any]:
        """The workspace's settings; nothing at all while they can't be asked for."""
        try:
            answer = await self.ask(self.services.contacts, "GET", "/v1/contacts/settings")
        except UnansweredError:
            return {}
        return answer.body if answer.ok and isinstance(answer.body, dict) else {}

    def about(self, contact_id: str) -> ContactQueries:
        return ContactQueries(self.services, self.headers, contact_id, self.parts.settings.page_timeout_s)

    async def contact(self, contact_id: str) -> Mapping[str, Any]:
        """The contact that a part of its page is about. Raises why it is not to be had."""
        part = await self.about(contact_id).contact()
        if not part.known:
            raise self.services.contacts.silent("down").problem()
        contact: Mapping[str, Any] = part.data
        return contact

    def heard(self, at: datetime | None) -> str:
        return words.last_heard(at, self.now, self.zone)

    def render(self, template: str, context: Mapping[str, Any], **more: Any) -> Response:
        return self.parts.pages.render(self.request, template, context, session=self.session, **more)

    @property
    def wants_part(self) -> bool:
        """Whether htmx asked, for a part of the page it has."""
        return "hx-request" in self.request.headers and "hx-history-restore-request" not in self.request.headers


def _desk(request: Request, visitor: Visitor) -> Desk:
    desk = Desk(request, visitor.session, parts_of(request), passed_on(visitor.token), datetime.now(UTC), zone_of(request))
    request.state.desk = desk
    return desk


def desk_of(request: Request) -> Desk | None:
    """Whose request it is, for who answers in place of its route; None where nobody came as far as a route."""
    return getattr(request.state, "desk", None)


async def _posted(request: Request) -> Mapping[str, list[str]]:
    form = await request.form()
    return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}


async def _reading(request: Request, visitor: Person) -> Desk:
    return _desk(request, visitor)


async def _writing(request: Request, visitor: WritingPerson) -> Desk:
    return _desk(request, visitor)


Reading = Annotated[Desk, Depends(_reading)]
Writing = Annotated[Desk, Depends(_writing)]
Posted = Annotated[Mapping[str, list[str]], Depends(_posted)]
"""A form with rows, as it came; forms of a fixed shape are models."""
