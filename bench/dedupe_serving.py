"""The dedupe service in front of an index full of people, a bare server on the same database, and what both are asked."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

from bench.dedupe_people import COLUMNS, Columns, people
from bench.http_load import milliseconds_each, request
from bench.parts import Parts
from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.retrieval import crowd_of
from dedupe.evaluate.contacts_file import person_of, row_of
from dedupe.mongo_store import MongoDedupeStore
from shared.devstack.processes import Child, free_port
from shared.messaging import Inbox, Outbox
from shared.mongo import Database
from tests.support.messages import broker_settings
from tests.support.tokens import auth_settings, bearer

WORKSPACE = "bench"
ASKED = 400
PER_SECOND = 20
AT_ONCE = 500
TYPED = (COLUMNS[1:], ("given_name", "surname", "company"), ("email",), ("phone",), ("given_name", "surname"))


def asked_of(contacts: int) -> list[Columns]:
    """What is typed of some of the people, those who have nothing to type of a kind left out."""
    some = islice(people(contacts), 0, None, max(1, contacts // (3 * ASKED)))
    typed = ({column: person[column] for column in TYPED[place % len(TYPED)]} for place, person in enumerate(some))
    return list(islice((one for one in typed if any(one.values())), ASKED))


def checks_of(asked: Iterable[Columns]) -> list[bytes]:
    headers = bearer(WORKSPACE)
    return [request("POST", "/v1/duplicates/check", json.dumps(candidate(typed)).encode(), **headers) for typed in asked]


def reads_of(contacts: int) -> list[bytes]:
    """A contact by its id, of the bare server."""
    return [request("GET", f"/{WORKSPACE}:c{number * contacts // ASKED:07}") for number in range(ASKED)]


async def filled(database: Database, everybody: Iterable[Columns], contacts: int) -> None:
    """The index as it is once everybody was heard of: keys that too many have are marked, names are counted."""
    store = MongoDedupeStore(database, Outbox(database), Inbox(database, "bench"))
    await store.prepare()
    having, left = Counter[str](), iter(everybody)
    while some := list(islice(left, AT_ONCE)):
        indexed = [_indexed(person) for person in some]
        having.update(key for contact in indexed for key in contact.keys)
        await store.remember(WORKSPACE, indexed)
    await (
        database.collection("crowded")
        .of(WORKSPACE)
        .insert_new([{"_id": key} for key, count in having.items() if count > crowd_of(key, contacts)])
    )
    await store.count_names(WORKSPACE)


@asynccontextmanager
async def served(
    parts: Parts, database: str, *, role: str, asked: tuple[Sequence[bytes], Sequence[bytes]]
) -> AsyncIterator[tuple[int, int]]:
    """The ports of the service and of the bare server, both up and asked before."""
    ours_port, bare_port = free_port(), free_port()
    environment = {
        **os.environ,
        **{key.upper(): str(value) for key, value in (auth_settings() | broker_settings()).items()},
        "HTTP_PORT": str(ours_port),
        "HTTP_RATE_PER_SECOND": "0",
        "KAFKA_BOOTSTRAP_SERVERS": parts.bootstrap,
        "MONGODB_URI": parts.mongodb_uri,
        "MONGODB_DATABASE": database,
    }
    ours = Child([sys.executable, "-m", "dedupe", "--role", role], log=parts.folder / "dedupe.log", env=environment)
    bare_command = [sys.executable, "-m", "bench.bare_server", str(bare_port), parts.mongodb_uri, database, "contacts"]
    bare = Child(bare_command, log=parts.folder / "bare.log")
    try:
        for port, requests in zip((ours_port, bare_port), asked, strict=True):
            await _warm(port, requests)
        yield ours_port, bare_port
    finally:
        ours.stop()
        bare.kill()


async def _warm(port: int, asked: Sequence[bytes]) -> None:
    """Wait until the server is up, and ask it a few times before it counts."""
    for _ in range(600):
        try:
            await milliseconds_each(port, asked, 200)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            return
    raise RuntimeError(f"nobody answers on port {port}")


def _indexed(typed: Columns) -> IndexedContact:
    person = person_of(row_of(typed))
    card = Card(person.first_name, person.last_name, person.emails, tuple(phone.typed for phone in person.phones), typed["company"])
    return IndexedContact.present(typed["id"], 1, person, card)


def candidate(typed: Mapping[str, str]) -> dict[str, Any]:
    """What a form would send."""
    filled_in = {column: value for column, value in typed.items() if value}
    renamed = {"given_name": "first_name", "surname": "last_name", "company": "company", "title": "job_title", "birth_date": "birth_date"}
    address = {
        name: filled_in[column]
        for column, name in (("address", "street"), ("city", "city"), ("postcode", "postcode"))
        if column in filled_in
    }
    return {
        **{name: filled_in[column] for column, name in renamed.items() if column in filled_in},
        **{f"{column}s": [filled_in[column]] for column in ("email", "phone") if column in filled_in},
        **({"address": address} if address else {}),
    }
