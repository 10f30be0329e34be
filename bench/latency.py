"""From a commit to its effect at 200 events a second with everything running, against a raw outbox, relay and a raw consumer per group.

Both sides write the same transaction, use the same topics and partitions, and are seen through the same change stream.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from motor.motor_asyncio import AsyncIOMotorClient

from bench.parts import Parts
from bench.report import Figure, percentile
from shared.contracts.envelope import Event
from shared.contracts.tickets import TicketCreated
from shared.devstack.processes import Child
from shared.messaging import Outbox, Transaction
from shared.mongo import Database
from shared.services import SERVICES
from tests.support.messages import broker_settings
from tests.support.stack import Stack, running_stack

RATE = 200
SECONDS = 20
WARM_UP_S = 4
PEOPLE = 40
SUBSCRIPTIONS = [importlib.import_module(f"{service.package}.handlers").subscriptions for service in SERVICES if service.consumes]
GROUPS: Mapping[str, Sequence[str]] = {subscriptions.group: subscriptions.topics for subscriptions in SUBSCRIPTIONS}


async def figures(parts: Parts) -> list[Figure]:
    folder = parts.folder / "latency"
    folder.mkdir()
    async with running_stack(folder, parts.mongodb_uri, parts.bootstrap) as stack:
        people = await _people(stack)
        ours = await _measured(parts, stack.database_name("contacts"), stack.database_name("timeline"), "entries", people)
    async with _raw_stack(parts) as database:
        peer = await _measured(parts, database, database, "entries_timeline", people)
    return [
        Figure(f"commit to consumed at {RATE}/s, p50", percentile(ours, 0.5), percentile(peer, 0.5), "ms", at_most=2.0),
        Figure(f"commit to consumed at {RATE}/s, p99", percentile(ours, 0.99), percentile(peer, 0.99), "ms", at_most=2.0),
    ]


async def _people(stack: Stack) -> list[str]:
    async with stack.api() as api:
        answers = [await api.post("/contacts", json={"first_name": "Ada", "last_name": f"N{number}"}) for number in range(PEOPLE)]
        return [answer.raise_for_status().json()["id"] for answer in answers]


async def _measured(parts: Parts, writes_to: str, shows_in: str, collection: str, people: Sequence[str]) -> list[float]:
    """Milliseconds from each commit until its event is seen in the consumer's collection, without the warm-up."""
    outbox = Outbox(Database.connect(parts.mongodb_uri, writes_to))
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(parts.mongodb_uri)
    seen, committed = dict[str, float](), dict[str, float]()

    async def watch() -> None:
        inserted: list[dict[str, object]] = [{"$match": {"operationType": "insert"}}, {"$project": {"documentKey": 1}}]
        async with client[shows_in][collection].watch(inserted) as changes:
            async for change in changes:
                seen[str(change["documentKey"]["_id"]).split(":")[-1]] = time.perf_counter()

    watching = asyncio.create_task(watch())
    await asyncio.sleep(1)
    began, writing, number = time.perf_counter(), set[asyncio.Task[None]](), 0
    while (now := time.perf_counter()) - began < WARM_UP_S + SECONDS:
        while number < (now - began) * RATE:
            writing.add(asyncio.create_task(_commit(outbox, people[number % len(people)], committed)))
            number += 1
        await asyncio.sleep(0.002)
    await asyncio.gather(*writing)
    deadline = time.perf_counter() + 30
    while not committed.keys() <= seen.keys() and time.perf_counter() < deadline:  # noqa: ASYNC110 - the watcher only writes
        await asyncio.sleep(0.05)
    watching.cancel()
    client.close()
    missing = committed.keys() - seen.keys()
    if missing:
        raise RuntimeError(f"{len(missing)} of {len(committed)} events were never consumed")
    return [(seen[one] - at) * 1000 for one, at in committed.items() if at - began > WARM_UP_S]


async def _commit(outbox: Outbox, contact_id: str, committed: dict[str, float]) -> None:
    data = TicketCreated.model_validate({"number": "1", "subject": "It hums", "status": "open", "parties": [{"contact_id": contact_id}]})
    event = Event.of(
        data, source="/services/tickets", workspace="acme", subject=uuid.uuid4().hex, sequence=1, time=datetime.now(UTC)
    )  # fmt: skip

    async def work(transaction: Transaction) -> None:
        transaction.publish(event)

    await outbox.transact(work)
    committed[event.id] = time.perf_counter()


@asynccontextmanager
async def _raw_stack(parts: Parts) -> AsyncIterator[str]:
    """A relay and a consumer for each group of the product, a process each, on the topics of that group."""
    database = f"bench_{uuid.uuid4().hex[:8]}"
    await Outbox(Database.connect(parts.mongodb_uri, database)).prepare()
    common = {"bootstrap": parts.bootstrap, "mongodb_uri": parts.mongodb_uri, "database": database}
    of_consumers = {**common, "session_ms": broker_settings()["kafka_session_timeout_ms"]}
    children = [_child(parts, "relay", {**common, "idempotent": parts.real_kafka})]
    children += [_child(parts, "consume", {**of_consumers, "group": name, "topics": topics}) for name, topics in GROUPS.items()]
    try:
        await asyncio.sleep(8)  # joined, each alone in its group
        yield database
    finally:
        for child in children:
            child.kill()


def _child(parts: Parts, part: str, arguments: Mapping[str, object]) -> Child:
    return Child([sys.executable, "-m", "bench.raw", part, json.dumps(arguments)], log=parts.folder / f"raw-{part}.log")
