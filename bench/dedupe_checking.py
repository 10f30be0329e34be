"""Who may this already be: one candidate against many contacts, in process, and over HTTP and MongoDB against a bare read of one document.

In process it is what the domain costs, with the index in memory. Over HTTP, 20 requests a second come what may, a time counts from when the
request was due, and the bare server reads the contact by its id with one find_one at the same pace. Both are asked as people type: the
whole form, a name and a company, an address alone, a number alone.

BENCH_CONTACTS is the size of the largest index, 100000 unless it says otherwise. A million takes minutes in process, and a quarter of an
hour in a database.
"""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from bench.dedupe_people import COLUMNS, Columns, people
from bench.http_load import milliseconds_each, request
from bench.parts import Parts
from bench.report import Figure, percentile
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.indexed import Card, IndexedContact
from dedupe.domain.look_alikes import Alike, LookAlike, look_alikes
from dedupe.domain.person import Person, profile_of
from dedupe.domain.retrieval import MOST_ALIKE, crowd_of
from dedupe.evaluate.contacts_file import person_of, row_of
from dedupe.evaluate.evaluation import Known, known_from
from dedupe.evaluate.index import hashed
from dedupe.evaluate.packed import unpacked
from dedupe.mongo_store import MongoDedupeStore
from shared.devstack.processes import Child, free_port
from shared.messaging import Inbox, Outbox
from shared.mongo import Database
from tests.support.tokens import auth_settings, bearer

WORKSPACE = "bench"
LIMITS_MS = {10_000: 3.0, 100_000: 5.0, 1_000_000: 15.0}
MULTIPLES = {100_000: 5.0, 1_000_000: 10.0}
LARGEST = int(os.environ.get("BENCH_CONTACTS", "100000"))
ASKED = 400
PER_SECOND = 20
AT_ONCE = 500
TYPED = (COLUMNS[1:], ("given_name", "surname", "company"), ("email",), ("phone",), ("given_name", "surname"))
OWN = ("email:", "phone:")


async def figures(parts: Parts) -> list[Figure]:
    found = [_in_process(parts.folder, contacts) for contacts in LIMITS_MS if contacts <= LARGEST]
    for contacts in MULTIPLES:
        if contacts <= LARGEST:
            found += await _over_http(parts, contacts)
    return found


def asked_of(contacts: int) -> list[Columns]:
    """What is typed of some of the people, those who have nothing to type of a kind left out."""
    some = islice(people(contacts), 0, None, max(1, contacts // (3 * ASKED)))
    typed = ({column: person[column] for column in TYPED[place % len(TYPED)]} for place, person in enumerate(some))
    return list(islice((one for one in typed if any(one.values())), ASKED))


def _in_process(folder: Path, contacts: int) -> Figure:
    path = folder / "contacts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(people(contacts))
    everybody = known_from(path, _silent, fewest=1)
    took = []
    for typed in asked_of(contacts):
        began = time.perf_counter()
        _checked(everybody, person_of(row_of(typed)))
        took.append((time.perf_counter() - began) * 1000)
    limit = LIMITS_MS[contacts]
    return Figure(f"check against {contacts:,} in process, p95, held to {limit:.0f} ms", percentile(took, 0.95), limit, "ms", at_most=1.0)


def _checked(everybody: Known, candidate: Person) -> list[LookAlike]:
    """As the service does it, but that contacts are in memory."""
    profile = profile_of(candidate)
    keys = blocking_keys(profile)
    own = everybody.index.having(hashed(key) for key in keys if key.startswith(OWN))
    others = everybody.index.having(hashed(key) for key in keys if not key.startswith(OWN))
    near = [*own, *(others - own)][:MOST_ALIKE]
    alike = Alike([IndexedContact(str(number), 0, unpacked(everybody.people.profiles[number])) for number in near])
    return look_alikes(profile, alike, everybody.rules)


async def _over_http(parts: Parts, contacts: int) -> list[Figure]:
    name = f"bench_{uuid.uuid4().hex[:8]}"
    patient = f"{parts.mongodb_uri}{'&' if '?' in parts.mongodb_uri else '?'}timeoutMS=600000"  # filling it is not what is measured
    database = Database.connect(patient, name)
    await _fill(database, contacts)
    ours_port, bare_port = free_port(), free_port()
    environment = {
        **os.environ,
        **{key.upper(): value for key, value in auth_settings().items()},
        "HTTP_PORT": str(ours_port),
        "HTTP_RATE_PER_SECOND": "0",
        "MONGODB_URI": parts.mongodb_uri,
        "MONGODB_DATABASE": name,
    }
    ours = Child([sys.executable, "-m", "dedupe", "--role", "api"], log=parts.folder / "dedupe.log", env=environment)
    bare_command = [sys.executable, "-m", "bench.bare_server", str(bare_port), parts.mongodb_uri, name, "contacts"]
    bare = Child(bare_command, log=parts.folder / "bare.log")
    headers = bearer(WORKSPACE)
    checks = [request("POST", "/v1/duplicates/check", json.dumps(candidate(typed)).encode(), **headers) for typed in asked_of(contacts)]
    reads = [request("GET", f"/{WORKSPACE}:c{number * contacts // ASKED:07}") for number in range(ASKED)]
    try:
        for port, asked in ((ours_port, checks), (bare_port, reads)):
            await _warm(port, asked[:100])
        took, peer = list[float](), list[float]()
        for start in range(0, ASKED, 100):  # in turn, so that a drift of the machine meets both
            peer += await milliseconds_each(bare_port, reads[start : start + 100], PER_SECOND)
            took += await milliseconds_each(ours_port, checks[start : start + 100], PER_SECOND)
    finally:
        ours.stop()
        bare.kill()
        await database.drop()
        database.close()
    label = f"check against {contacts:,} over HTTP at {PER_SECOND}/s"
    return [
        Figure(f"{label}, p95", percentile(took, 0.95), percentile(peer, 0.95), "ms", at_most=MULTIPLES[contacts]),
        Figure(f"{label}, median", percentile(took, 0.5), percentile(peer, 0.5), "ms"),
    ]


async def _fill(database: Database, contacts: int) -> None:
    """The index as it is once everybody was heard of: keys that too many have are marked, names are counted."""
    store = MongoDedupeStore(database, Outbox(database), Inbox(database, "bench"))
    await store.prepare()
    having, everybody = Counter[str](), iter(people(contacts))
    while some := list(islice(everybody, AT_ONCE)):
        indexed = [_indexed(person) for person in some]
        having.update(key for contact in indexed for key in contact.keys)
        await store.remember(WORKSPACE, indexed)
    await (
        database.collection("crowded")
        .of(WORKSPACE)
        .insert_new([{"_id": key} for key, count in having.items() if count > crowd_of(key, contacts)])
    )
    await store.count_names(WORKSPACE)


def _indexed(typed: Columns) -> IndexedContact:
    person = person_of(row_of(typed))
    card = Card(person.first_name, person.last_name, person.emails, tuple(phone.typed for phone in person.phones), typed["company"])
    return IndexedContact.present(typed["id"], 1, person, card)


def candidate(typed: Mapping[str, str]) -> dict[str, Any]:
    """What a form would send."""
    filled = {column: value for column, value in typed.items() if value}
    renamed = {"given_name": "first_name", "surname": "last_name", "company": "company", "title": "job_title", "birth_date": "birth_date"}
    address = {
        name: filled[column] for column, name in (("address", "street"), ("city", "city"), ("postcode", "postcode")) if column in filled
    }
    return {
        **{name: filled[column] for column, name in renamed.items() if column in filled},
        **{f"{column}s": [filled[column]] for column in ("email", "phone") if column in filled},
        **({"address": address} if address else {}),
    }


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


@contextmanager
def _silent(_label: str, _length: int) -> Iterator[Callable[[int], None]]:
    yield lambda _: None
