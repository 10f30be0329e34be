"""Whether an import starves who is typing: checks at 20 a second while many contacts come in through the broker.

One process of the dedupe service does all of it, reading the import and answering. A bare read of one document, asked in turn at the same
pace of a server of its own on the same database, says what the machine leaves to anybody meanwhile. BENCH_CONTACTS is how many come in, to
as many that are there already; 100000 unless it says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from aiokafka import AIOKafkaProducer

from bench.dedupe_people import Columns, people
from bench.dedupe_serving import PER_SECOND, WORKSPACE, asked_of, candidate, checks_of, filled, reads_of, served
from bench.http_load import milliseconds_each
from bench.parts import Parts
from bench.report import Figure, percentile
from shared.contracts import contacts as wire
from shared.contracts.envelope import Event
from shared.mongo import Database

COMING_IN = int(os.environ.get("BENCH_CONTACTS", "100000"))
ROUND = 100
"""Requests of one kind, before the other kind has its turn."""
PUBLISHED_AT_ONCE = 1_000


async def figures(parts: Parts) -> list[Figure]:
    name = f"bench_{uuid.uuid4().hex[:8]}"
    database = Database.connect(parts.mongodb_uri, name)
    everybody = people(2 * COMING_IN)
    await filled(database, islice(everybody, COMING_IN), COMING_IN)
    checks, reads = checks_of(asked_of(2 * COMING_IN)), reads_of(COMING_IN)
    quiet, busy, bare = list[float](), list[float](), list[float]()
    try:
        async with served(parts, name, role="all", asked=(checks[:ROUND], reads[:ROUND])) as (ours_port, bare_port):
            quiet += await milliseconds_each(ours_port, checks, PER_SECOND)
            publishing = asyncio.create_task(_published(parts.bootstrap, everybody))
            began, place = time.perf_counter(), 0
            while not publishing.done() or await _known(database) < 2 * COMING_IN:
                bare += await milliseconds_each(bare_port, reads[place : place + ROUND], PER_SECOND)
                busy += await milliseconds_each(ours_port, checks[place : place + ROUND], PER_SECOND)
                place = (place + ROUND) % len(checks)
            await publishing
            took = time.perf_counter() - began
    finally:
        await database.drop()
        database.close()
    label = f"check while {COMING_IN:,} come in ({COMING_IN / took:,.0f}/s)"
    return [
        Figure(f"{label}, p95", percentile(busy, 0.95), percentile(bare, 0.95), "ms", at_most=5.0),
        Figure("the same against none coming in, p95", percentile(busy, 0.95), percentile(quiet, 0.95), "ms"),
    ]


async def _known(database: Database) -> int:
    return await database.collection("contacts").of(WORKSPACE).count({})


async def _published(bootstrap: str, everybody: Iterable[Columns]) -> None:
    producer, left = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5), iter(everybody)
    await producer.start()
    try:
        while some := [_created(typed) for typed in islice(left, PUBLISHED_AT_ONCE)]:
            await asyncio.gather(*[await producer.send(wire.TOPIC, one.to_json(), key=one.partitionkey.encode()) for one in some])
    finally:
        await producer.stop()


def _created(typed: Columns) -> Event:
    said: dict[str, Any] = candidate(typed)
    emails = [{"typed": email, "normalised": email.lower(), "primary": True} for email in said.pop("emails", ())]
    phones = [{"typed": phone, "e164": phone.replace(" ", ""), "primary": True} for phone in said.pop("phones", ())]
    contact = wire.Contact.model_validate({**said, "id": typed["id"], "version": 1, "emails": emails, "phones": phones})
    data = wire.ContactCreated(contact=contact, origin="import", job_id="bench")
    at = datetime.now(UTC)
    return Event.of(data, source=wire.SOURCE, workspace=WORKSPACE, subject=contact.id, sequence=1, time=at)
