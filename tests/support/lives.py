"""Contacts living through everything that can happen to them, and three sets of projections that hear of it differently.

`in_step` hears each event when it happened; `late` hears some of them now and then, in any order and again; `rebuilt` hears all of them at
the end, from the log. At the end all three must be in the same state.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Collection, Coroutine, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self, TypeVar

import httpx

from contacts.app import Stores, api
from contacts.settings import Settings
from shared.auth import Role
from shared.contracts.catalogue import EventData
from shared.contracts.contacts import ContactChanged
from shared.contracts.envelope import Event, read
from shared.contracts.mail import MessageReceived
from shared.contracts.parties import Party
from shared.contracts.tickets import TicketCreated
from shared.mongo import Database
from tests.support.http import http_client
from tests.support.projections import Projections
from tests.support.tokens import auth_settings, bearer

Result = TypeVar("Result")

AGAIN = 0.3
"""The share of the log that is delivered once more at the end."""


class World:
    """The contacts service and the projections, each prepared once; lives are lived in workspaces of their own."""

    def __init__(self, mongodb_uri: str) -> None:
        self.loop = asyncio.new_event_loop()
        self.mongodb_uri = mongodb_uri
        self.opened = AsyncExitStack()

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    async def _start(self) -> None:
        self.stores = Stores(Database.connect(self.mongodb_uri, f"test_{uuid.uuid4().hex[:8]}_contacts"))
        await self.stores.client.start()
        self.opened.push_async_callback(self.stores.client.stop)
        self.opened.push_async_callback(self.stores.database.drop)
        self.app = api(self.stores, Settings.model_validate({**auth_settings(), "http_rate_per_second": 0}))
        self.in_step, self.late, self.rebuilt = (Projections(self.mongodb_uri) for _ in range(3))
        for projections in (self.in_step, self.late, self.rebuilt):
            self.opened.push_async_callback(projections.drop)
            await projections.prepare()

    def __enter__(self) -> Self:
        self.run(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self.opened.aclose())
        self.loop.close()


@dataclass
class Lives:
    """One workspace: everybody who ever was in it, everything that was said, and what the late ones have not heard yet."""

    world: World
    workspace: str = field(default_factory=lambda: f"w{uuid.uuid4().hex[:10]}")
    ids: list[str] = field(default_factory=list)
    log: list[Event] = field(default_factory=list)
    unheard: list[Event] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    async def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        """An admin's request; redirects are not followed."""
        async with http_client(self.world.app, bearer(self.workspace, Role.ADMIN)) as client:
            answer = await client.request(method, f"/v1/contacts{path}", json=body)
        assert answer.status_code < 500, answer.text
        await self.caught_up()
        return answer

    async def contact(self, contact_id: str) -> dict[str, Any]:
        """As it is now, or whoever stands for it."""
        for _ in self.ids:
            answer = await self.ask("GET", f"/{contact_id}")
            if answer.status_code != 307:
                break
            contact_id = answer.headers["location"].rpartition("/")[2]
        found: dict[str, Any] = answer.json()
        return found

    async def caught_up(self) -> None:
        """What the service said since the last time goes into the log, and to those in step."""
        rows = await self.world.stores.database.plumbing("outbox").find({"key": {"$regex": f"^{self.workspace}:"}}).to_list(None)
        new = [row for row in sorted(rows, key=lambda row: (row["created_at"], row["_id"])) if row["_id"] not in self.seen]
        self.seen |= {row["_id"] for row in new}
        await self.said([read(row["value"]) for row in new])

    async def said(self, events: Sequence[Event]) -> None:
        self.log += events
        self.unheard += events
        await self.world.in_step.deliver(events)

    async def upstream(self, data: EventData, party: Party) -> Event:
        """Another service tells something about somebody."""
        name = data.TYPE.split(".")[1]
        told = Event.of(
            data.model_copy(update={"parties": (party,)}),
            source=f"/services/{name}",
            workspace=self.workspace,
            subject=uuid.uuid4().hex,
            sequence=1,
            time=datetime.now(UTC),
        )
        await self.said([told])
        return told

    async def mail_from(self, address: str) -> Event:
        return await self.upstream(MessageReceived(message_id=uuid.uuid4().hex, subject="Hello"), Party(email=address, role="from"))

    async def ticket_of(self, contact_id: str) -> Event:
        return await self.upstream(TicketCreated(number="31", subject="Broken"), Party(contact_id=contact_id, role="requester"))

    async def some_are_heard(self, chosen: random.Random) -> None:
        """Late, in any order."""
        chosen.shuffle(self.unheard)
        count = chosen.randint(0, len(self.unheard))
        heard, self.unheard = self.unheard[:count], self.unheard[count:]
        await self._deliver_late(heard, chosen)

    async def all_are_heard(self, chosen: random.Random) -> None:
        """The rest, and some of all that was said a second time."""
        rest = [*self.unheard, *(event for event in self.log if chosen.random() < AGAIN)]
        chosen.shuffle(rest)
        self.unheard = []
        await self._deliver_late(rest, chosen)
        await self.world.rebuilt.deliver(sorted(self.log, key=lambda event: event.topic))

    async def _deliver_late(self, events: list[Event], chosen: random.Random) -> None:
        """In batches of any size."""
        while events:
            size = chosen.randint(1, len(events))
            await self.world.late.deliver(events[:size])
            events = events[size:]

    def addresses_ever_of(self, contact_ids: Collection[str]) -> set[str]:
        """What these were reached at at any time: given up, an address is still told of by what came to it."""
        told = [event.data.contact for event in self.log if event.subject in contact_ids and isinstance(event.data, ContactChanged)]
        return {email.normalised for contact in told for email in contact.emails}

    async def items(self, contact_id: str, among: Iterable[str]) -> set[str]:
        """Which of these are on the contact's timeline, in step."""
        return {entry.id for entry in await self.world.in_step.entries(self.workspace, contact_id)} & set(among)
