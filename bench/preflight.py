"""The verdict through the API against a bare endpoint that reads the same contact with one find_one and does nothing with it."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta

from fastapi import FastAPI
from motor.motor_asyncio import AsyncIOMotorClient

from bench.asgi import request, seconds_each
from bench.parts import Parts
from bench.report import Figure
from outreach_guard.app import api, routes
from outreach_guard.mongo_store import MongoGuard
from outreach_guard.settings import GuardSettings
from shared.contracts.contacts import Contact, ContactCreated, Email
from shared.contracts.envelope import Event
from shared.contracts.finance import InvoiceSent
from shared.contracts.tickets import TicketCreated
from shared.messaging import Batch
from shared.mongo import Database
from tests.support.tokens import auth_settings, bearer

CONTACTS = 500
TIMES = 2000
CLIENTS = 32
ROUNDS = 3


async def figures(parts: Parts) -> list[Figure]:
    name = f"bench_{uuid.uuid4().hex[:8]}"
    database = Database.connect(parts.mongodb_uri, name)
    store = MongoGuard(database)
    await store.prepare()
    settings = GuardSettings.model_validate({**auth_settings(), "http_rate_per_second": 0})
    await _fill(store, settings)
    app, headers = api(store, settings), bearer("bench")
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(parts.mongodb_uri, readConcernLevel="majority", tz_aware=True)
    cards = await client[name]["facts"].find({"kind": "contact"}, {"_id": 1}).to_list(None) or [{"_id": "none"}]
    bare = _bare(client[name]["facts"], [card["_id"] for card in cards])

    async def ask(number: int) -> None:
        body = {"contact_id": f"c{number % CONTACTS}", "channel": "email", "purpose": "sales", "sender_id": "mel"}
        if await request(app, "POST", "/v1/preflight", json.dumps(body).encode(), headers) != 200:
            raise RuntimeError("a preflight was refused")

    async def read(number: int) -> None:
        if await request(bare, "GET", f"/{number % CONTACTS}") != 200:
            raise RuntimeError("a read was refused")

    ours = peer = 0.0
    try:
        for _ in range(ROUNDS):
            peer += (await seconds_each(read, TIMES, CLIENTS))[1]
            ours += (await seconds_each(ask, TIMES, CLIENTS))[1]
    finally:
        await database.drop()
        client.close()
    return [Figure("preflight, 32 clients", ROUNDS * TIMES / ours, ROUNDS * TIMES / peer, "/s", at_least=0.5)]


def _bare(facts: object, ids: list[object]) -> FastAPI:
    app = FastAPI()

    @app.get("/{number}")
    async def one(number: int) -> dict[str, str]:
        found = await facts.find_one({"_id": ids[number % len(ids)]})  # type: ignore[attr-defined]
        return {"found": str(found is not None)}

    return app


async def _fill(store: MongoGuard, settings: GuardSettings) -> None:
    """Contacts with an open ticket and an unpaid invoice each: a verdict with something to read."""
    now = datetime.now(UTC)
    handlers = routes(store, settings.default_region).by_topic
    for start in range(0, CONTACTS, 100):
        numbers = range(start, start + 100)
        people = [
            Contact(
                id=f"c{n}", version=1, first_name="Ada", emails=[Email(typed=f"c{n}@x.example", normalised=f"c{n}@x.example", primary=True)]
            )
            for n in numbers
        ]
        party = [{"contact_id": person.id} for person in people]
        created = [_event(ContactCreated(contact=person), person.id, now) for person in people]
        tickets = [
            _event(
                TicketCreated.model_validate({"subject": "It hums", "priority": "normal", "status": "open", "parties": [one]}), f"t{n}", now
            )
            for n, one in zip(numbers, party, strict=True)
        ]
        invoices = [
            _event(InvoiceSent.model_validate({"number": str(n), "total": 9, "balance_due": 9, "parties": [one]}), f"i{n}", now)
            for n, one in zip(numbers, party, strict=True)
        ]
        for events in (created, tickets, invoices):
            await handlers[events[0].topic](Batch("bench", events))


def _email(address: str) -> Email:
    return Email(typed=address, normalised=address, primary=True)


def _event(data: ContactCreated | TicketCreated | InvoiceSent, subject: str, now: datetime) -> Event:
    source = f"/services/{data.TYPE.split('.')[1]}"
    return Event.of(data, source=source, workspace="bench", subject=subject, sequence=1, time=now - timedelta(days=20))
