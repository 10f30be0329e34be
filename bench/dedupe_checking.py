"""Who may this already be: one candidate against many contacts, in process, and over HTTP and MongoDB against a bare read of one document.

In process it is what the domain costs, with the index in memory. Over HTTP, 20 requests a second come what may, a time counts from when the
request was due, and the bare server reads the contact by its id with one find_one at the same pace. Both are asked as people type: the
whole form, a name and a company, an address alone, a number alone.

BENCH_CONTACTS is the size of the largest index, 100000 unless it says otherwise. A million takes minutes in process, and a quarter of an
hour in a database.
"""

from __future__ import annotations

import csv
import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.dedupe_people import COLUMNS, people
from bench.dedupe_serving import PER_SECOND, asked_of, checks_of, filled, reads_of, served
from bench.http_load import milliseconds_each
from bench.parts import Parts
from bench.report import Figure, percentile
from dedupe.domain.blocking import blocking_keys
from dedupe.domain.indexed import IndexedContact
from dedupe.domain.look_alikes import Alike, LookAlike, look_alikes
from dedupe.domain.person import Person, profile_of
from dedupe.domain.retrieval import MOST_ALIKE
from dedupe.evaluate.contacts_file import person_of, row_of
from dedupe.evaluate.evaluation import Known, known_from
from dedupe.evaluate.index import hashed
from dedupe.evaluate.packed import unpacked
from shared.mongo import Database

LIMITS_MS = {10_000: 3.0, 100_000: 5.0, 1_000_000: 15.0}
MULTIPLES = {100_000: 5.0, 1_000_000: 10.0}
LARGEST = int(os.environ.get("BENCH_CONTACTS", "100000"))
OWN = ("email:", "phone:")


async def figures(parts: Parts) -> list[Figure]:
    found = [_in_process(parts.folder, contacts) for contacts in LIMITS_MS if contacts <= LARGEST]
    for contacts in MULTIPLES:
        if contacts <= LARGEST:
            found += await _over_http(parts, contacts)
    return found


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
    await filled(database, people(contacts), contacts)
    checks, reads = checks_of(asked_of(contacts)), reads_of(contacts)
    took, peer = list[float](), list[float]()
    try:
        async with served(parts, name, role="api", asked=(checks[:100], reads[:100])) as (ours_port, bare_port):
            for start in range(0, len(checks), 100):  # in turn, so that a drift of the machine meets both
                peer += await milliseconds_each(bare_port, reads[start : start + 100], PER_SECOND)
                took += await milliseconds_each(ours_port, checks[start : start + 100], PER_SECOND)
    finally:
        await database.drop()
        database.close()
    label = f"check against {contacts:,} over HTTP at {PER_SECOND}/s"
    return [
        Figure(f"{label}, p95", percentile(took, 0.95), percentile(peer, 0.95), "ms", at_most=MULTIPLES[contacts]),
        Figure(f"{label}, median", percentile(took, 0.5), percentile(peer, 0.5), "ms"),
    ]


@contextmanager
def _silent(_label: str, _length: int) -> Iterator[Callable[[int], None]]:
    yield lambda _: None
