"""Creating a contact, at the store and through the API, against the raw transaction of two inserts it can't do without."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from functools import partial
from statistics import median

from motor.motor_asyncio import AsyncIOMotorClient

from bench.asgi import request, seconds_each
from bench.parts import Parts
from bench.report import Figure
from contacts.app import Stores, api
from contacts.domain.contact import Source
from contacts.domain.directory import Surroundings
from contacts.domain.drafts import Draft
from contacts.domain.editing import new_contact
from contacts.domain.revisions import Cause, Revision, revision
from contacts.settings import Settings
from contacts.store import Changing
from shared.contracts.ids import new_id
from shared.mongo import Database
from tests.support.tokens import auth_settings, bearer

TIMES = 600
ROUNDS = 3


def _ready() -> Revision:
    """Somebody new, checked, and not saved yet."""
    key, now = new_id(), datetime.now(UTC)
    wish = Draft.model_validate({"first_name": "Ada", "last_name": f"L{key}", "emails": [f"{key}@example.com"], "company": "Engines"})
    return revision(None, new_contact(wish, Source(), Surroundings(), contact_id=key, now=now), Cause(at=now))


async def _saved(changing: Changing, *, made: Revision) -> None:
    await changing.save(made)


async def figures(parts: Parts) -> list[Figure]:
    name = f"bench_{uuid.uuid4().hex[:8]}"
    settings = Settings.model_validate({**auth_settings(), "http_rate_per_second": 0})
    stores = Stores(Database.connect(parts.mongodb_uri, name))
    await stores.client.start()
    app = api(stores, settings)
    headers = bearer("bench")
    raw_client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(parts.mongodb_uri, w="majority", readConcernLevel="majority")
    raw = raw_client[f"{name}_raw"]
    await raw["state"].insert_one({"_id": "made"})
    await raw["outbox"].insert_one({"_id": "made"})

    async def two_inserts(_: int) -> None:
        key, now = new_id(), datetime.now(UTC)
        async with await raw_client.start_session() as session, session.start_transaction():
            await raw["state"].insert_one({"_id": key, "name": "Ada", "at": now, "text": "x" * 600}, session=session)
            await raw["outbox"].insert_one({"_id": key, "value": b"x" * 1200, "at": now}, session=session)

    async def create(_: int) -> None:
        key = new_id()
        body = {"first_name": "Ada", "last_name": f"L{key}", "emails": [{"typed": f"{key}@example.com"}], "company": "Engines"}
        status = await request(app, "POST", "/v1/contacts", json.dumps(body).encode(), headers)
        if status != 201:
            raise RuntimeError(f"creating answered {status}")

    async def save(_: int) -> None:
        await stores.contacts.transact("bench", partial(_saved, made=ready.pop()))

    found: list[Figure] = []
    try:
        for clients in (1, 16):
            api_took, store_took, peer = list[float](), list[float](), list[float]()
            ready = [_ready() for _ in range(TIMES)]
            for _ in range(ROUNDS):  # in turn, so that a drift of the machine meets all
                peer += (await seconds_each(two_inserts, TIMES // ROUNDS, clients))[0]
                store_took += (await seconds_each(save, TIMES // ROUNDS, clients))[0]
                api_took += (await seconds_each(create, TIMES // ROUNDS, clients))[0]
            for where, took, bound in (("at the store", store_took, 1.5), ("through the API", api_took, 2.0)):
                label = f"create {where}, median, {clients} client{'s' if clients > 1 else ''}"
                found.append(Figure(label, median(took) * 1000, median(peer) * 1000, "ms", at_most=bound))
    finally:
        await stores.database.drop()
        await raw_client.drop_database(raw.name)
        raw_client.close()
    return found
