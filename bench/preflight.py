"""The verdict against a bare server that reads the contact's card with one find_one and does nothing with it, both over HTTP."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from datetime import UTC, datetime, timedelta
from statistics import median

from bench.http_load import request, requests_per_second
from bench.parts import Parts
from bench.report import Figure
from outreach_guard.app import routes
from outreach_guard.domain.rules import EVERY_TOPIC
from outreach_guard.mongo_store import MongoGuard
from outreach_guard.settings import GuardSettings
from shared.contracts.contacts import Contact, ContactCreated, Email
from shared.contracts.envelope import Event
from shared.contracts.finance import InvoiceSent
from shared.contracts.tickets import TicketCreated
from shared.devstack.processes import Child, free_port
from shared.messaging import Batch, Partition
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
    await _fill(store, GuardSettings().default_region)
    now = datetime.now(UTC)
    await store.note_heard({Partition(topic, 0, 1): now for topic in EVERY_TOPIC})  # as it is while the consumer runs: no source is silent
    ours_port, bare_port = free_port(), free_port()
    environment = {
        **os.environ,
        **{key.upper(): value for key, value in auth_settings().items()},
        "HTTP_PORT": str(ours_port),
        "HTTP_RATE_PER_SECOND": "0",
        "MONGODB_URI": parts.mongodb_uri,
        "MONGODB_DATABASE": name,
        "SILENCE_LIMIT_S": "600",
    }
    ours = Child([sys.executable, "-m", "outreach_guard", "--role", "api"], log=parts.folder / "guard.log", env=environment)
    bare_command = [sys.executable, "-m", "bench.bare_server", str(bare_port), parts.mongodb_uri, name, "facts"]
    bare = Child(bare_command, log=parts.folder / "bare.log")
    try:
        return [await _compared(ours_port, bare_port)]
    finally:
        ours.stop()
        bare.kill()
        await database.drop()
        database.close()


async def _compared(ours_port: int, bare_port: int) -> Figure:
    asked = [{"contact_id": f"c{number}", "channel": "email", "purpose": "sales", "sender_id": "mel"} for number in range(CONTACTS)]
    questions = [request("POST", "/v1/preflight", json.dumps(one).encode(), **bearer("bench")) for one in asked]
    reads = [request("GET", f"/bench:contact:c{number}") for number in range(CONTACTS)]
    for port, first in ((ours_port, questions), (bare_port, reads)):
        await _answers(port, first)
    ours, peer = list[float](), list[float]()
    for _ in range(ROUNDS):  # in turn, so that a drift of the machine meets both
        peer.append(await requests_per_second(bare_port, reads, TIMES, CLIENTS))
        ours.append(await requests_per_second(ours_port, questions, TIMES, CLIENTS))
    return Figure(f"preflight over HTTP, {CLIENTS} connections", median(ours), median(peer), "/s", at_least=0.5)


async def _answers(port: int, requests: list[bytes]) -> None:
    """Wait until the server is up and warm."""
    for _ in range(200):
        try:
            await requests_per_second(port, requests, 200, 4)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nobody answers on port {port}")


async def _fill(store: MongoGuard, region: str) -> None:
    """Contacts with an open ticket and an unpaid invoice each: a verdict with something to read."""
    now = datetime.now(UTC)
    handlers = routes(store, region).by_topic
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
