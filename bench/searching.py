"""Searching 100,000 contacts by any part of a name, an address, a number or a company, as people type: 50 requests a second, come what may.

Requests start on time whether or not earlier ones were answered, and a time counts from when its request was due. The raw query beside it
looks the word's rarest gram up in the same index, verifies it and sorts, without anything around it, alone on the machine.
"""

from __future__ import annotations

import asyncio
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

from bench.asgi import request
from bench.parts import Parts
from bench.report import Figure, percentile
from contacts.app import Stores, api
from contacts.domain.contact import Source
from contacts.domain.directory import Surroundings
from contacts.domain.drafts import Draft
from contacts.domain.editing import new_contact
from contacts.domain.revisions import Cause, revision
from contacts.domain.search import query
from contacts.mongo_store.documents import BY_GRAM, CONTACT_FIELDS, first_document
from contacts.settings import Settings
from shared.contracts.ids import new_id
from shared.devstack.demo.words import COMPANY_FIRST, COMPANY_SECOND, GIVEN_NAMES, SURNAMES
from shared.mongo import Database, Document, Scoped
from tests.support.contacts_builders import NOON
from tests.support.tokens import auth_settings, bearer

WORKSPACE = "bench"
CONTACTS = 100_000
PER_SECOND = 50
SECONDS = 20
LIMIT_MS = 100.0
AT_ONCE = 500


async def figures(parts: Parts) -> list[Figure]:
    settings = Settings.model_validate({**auth_settings(), "http_rate_per_second": 0})
    patient = f"{parts.mongodb_uri}{'&' if '?' in parts.mongodb_uri else '?'}timeoutMS=60000"  # filling it is not what is measured
    stores = Stores(Database.connect(patient, f"bench_{uuid.uuid4().hex[:8]}"))
    await stores.client.start()
    try:
        contacts = stores.database.collection("contacts").of(WORKSPACE)
        chosen = random.Random(7)  # the same people and words in every run
        words = await _filled(contacts, chosen)
        app, headers = api(stores, settings), bearer(WORKSPACE)

        async def search(word: str) -> None:
            status = await request(app, "GET", f"/v1/contacts?q={quote(word)}&limit=50", headers=headers)
            if status != 200:
                raise RuntimeError(f"searching answered {status}")

        raw = [await _raw_ms(contacts, word) for word in words[: PER_SECOND * SECONDS // 4]]
        ours = await _on_time(search, words)
    finally:
        await stores.database.drop()
        await stores.client.stop()
    p95 = percentile(ours, 0.95)
    return [
        Figure(f"search {CONTACTS:,} contacts at {PER_SECOND}/s, p95, held against {LIMIT_MS:.0f} ms", p95, LIMIT_MS, "ms", at_most=1.0),
        Figure("the same, held against the raw query alone, p95", p95, percentile(raw, 0.95), "ms"),
        Figure("the same, median", percentile(ours, 0.5), percentile(raw, 0.5), "ms"),
    ]


@dataclass(frozen=True)
class Invented:
    """Somebody to be found."""

    first: str
    last: str
    company: str
    email: str
    phone: str

    @classmethod
    def drawn(cls, number: int, chosen: random.Random) -> Self:
        first, last = chosen.choice(GIVEN_NAMES), f"{chosen.choice(SURNAMES)}{chosen.choice(('', '', '', '-' + chosen.choice(SURNAMES)))}"
        company = f"{chosen.choice(COMPANY_FIRST)} {chosen.choice(COMPANY_SECOND)}"
        email = f"{first}.{last}.{number}@{company.replace(' ', '')}.example".lower().encode("ascii", "ignore").decode()
        return cls(first, last, company, email, f"+1415{chosen.randrange(2_000_000, 9_999_999)}")

    def document(self, contact_id: str) -> Document:
        fields = {"first_name": self.first, "last_name": self.last, "company": self.company, "emails": [self.email], "phones": [self.phone]}
        made = new_contact(Draft.model_validate(fields), Source(), Surroundings(), contact_id=contact_id, now=NOON)
        return first_document(revision(None, made, Cause(at=NOON)), None)

    def asked(self, number: int, chosen: random.Random) -> str:
        """Part of a name, two names, an address or part of one, a number in two formats, a company: in turn."""
        start, digits = chosen.randrange(max(1, len(self.last) - 4)), self.phone[2:]
        kinds = (
            self.last[start : start + 4],
            f"{self.first} {self.last[:3]}",
            self.email,
            self.email[: chosen.randrange(6, 14)],
            digits[-7:],
            f"({digits[:3]}) {digits[3:6]}",
            self.company[:6],
        )
        return kinds[number % len(kinds)]


async def _filled(contacts: Scoped, chosen: random.Random) -> list[str]:
    """Invented people in the database; what to search for."""
    words: list[str] = []
    every = CONTACTS // (PER_SECOND * SECONDS)
    for start in range(0, CONTACTS, AT_ONCE):
        people = [Invented.drawn(number, chosen) for number in range(start, start + AT_ONCE)]
        await contacts.insert_new([one.document(new_id()) for one in people])
        words += [one.asked(len(words) + place, chosen) for place, one in enumerate(people[::every])]
    return words


async def _raw_ms(contacts: Scoped, word: str) -> float:
    asked = query(word, "US")
    where: dict[str, Any] = {"$and": [{"find.grams": asked.grams[0]}, *({"find.text": {"$regex": pattern}} for pattern in asked.patterns)]}
    began = time.perf_counter()
    await contacts.find(where, sort=[("updated_at", -1), ("_id", -1)], limit=50, fields=CONTACT_FIELDS, index=BY_GRAM.name)
    return (time.perf_counter() - began) * 1000


async def _on_time(search: Callable[[str], Awaitable[None]], words: Sequence[str]) -> list[float]:
    """Milliseconds from when each request was due to its answer."""
    began = time.perf_counter()

    async def one(number: int, word: str) -> float:
        due = began + number / PER_SECOND
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await search(word)
        return (time.perf_counter() - due) * 1000

    return list(await asyncio.gather(*(one(number, word) for number, word in enumerate(words))))
