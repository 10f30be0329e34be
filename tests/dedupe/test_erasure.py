"""An erased person is in no index and no pair, in any order of arrival, and nothing anybody said of them is kept."""

from __future__ import annotations

import random

import httpx
import pytest

from dedupe.mongo_store import MongoDedupeStore
from shared.auth import Role
from shared.contracts.dedupe import PairDismissed
from shared.contracts.envelope import Event
from shared.mongo import Database
from tests.support.dedupe_builders import (
    WORKSPACE,
    Deliver,
    Told,
    created,
    erased,
    gave_back,
    merged_away,
    person,
    restored,
    took_in,
    updated,
)
from tests.support.tokens import bearer

pytestmark = pytest.mark.req("CR15")

ADA = person("Quirina Zylberstein", "quirina@acme.example", phone="+49 151 12345678", company="Acme")
AGAIN = person("Quirina Zylberstein", "quirina@home.example", phone="+49 151 12345678", company="Acme")
BOB = person("Bob Builder", "bob@acme.example")
SECRETS = ("quirina", "Quirina", "zylberstein", "15112345678", "her secret wish")
COLLECTIONS = ("contacts", "pairs", "partings", "clusters", "crowded", "outbox", "inbox")


async def everything(database: Database) -> str:
    return str([await database.plumbing(name).find().to_list(None) for name in COLLECTIONS])


async def test_what_was_said_of_an_erased_contact_and_its_look_alike_goes_too(
    deliver: Deliver, client: httpx.AsyncClient, database: Database, told: Told
) -> None:
    await deliver(created("c1", ADA), created("c2", AGAIN))
    headers = bearer(WORKSPACE, Role.MEMBER)
    [pair] = (await client.get("/v1/duplicates/pairs", headers=headers)).json()["items"]
    answer = await client.post(f"/v1/duplicates/pairs/{pair['id']}/dismiss", json={"reason": "her secret wish"}, headers=headers)
    assert answer.is_success, answer.text
    assert "her secret wish" in await everything(database)

    await deliver(erased("c1"), erased("c2"))

    left = await everything(database)
    assert [secret for secret in SECRETS if secret in left] == []
    assert all(said.data.reason != "her secret wish" for said in await told() if isinstance(said.data, PairDismissed))


HISTORY: list[Event] = [
    created("c1", ADA),
    updated("c1", ADA, sequence=2),
    created("c2", AGAIN),
    took_in("c1", ADA, "c2", sequence=3),
    merged_away("c2", "c1", AGAIN, sequence=2),
    gave_back("c1", ADA, "c2", sequence=4),
    restored("c2", "c1", AGAIN, sequence=3),
    erased("c1", sequence=5),
    erased("c2", sequence=4),
    created("c3", BOB),
]


@pytest.mark.parametrize("seed", range(6))
async def test_in_any_order_with_any_repetition_nothing_of_them_is_left(
    deliver: Deliver, database: Database, store: MongoDedupeStore, seed: int
) -> None:
    dice = random.Random(seed)
    shuffled = dice.sample(HISTORY, len(HISTORY)) + dice.choices(HISTORY, k=4)

    for event in shuffled:
        await deliver(event)

    left = await everything(database)
    assert [secret for secret in SECRETS if secret in left] == []
    assert await database.collection("partings").of(WORKSPACE).count() == 0
    contacts = await store.contacts(WORKSPACE, ["c1", "c2", "c3"])
    assert (contacts["c1"].erased, contacts["c2"].erased, contacts["c3"].card.first_name) == (True, True, "Bob")
