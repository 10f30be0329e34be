"""A storm for the whole stack: many contacts and the events about them, and what must be true of every service afterwards.

What is expected is computed here from what was sent, by rules written down anew in a few lines, so that it agrees with the product only if
the product is right.
"""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from aiokafka import AIOKafkaProducer

from tests.support.stack import Stack

SENDER = "mel"
AT_ONCE = 12
RETRY_S = 0.3


@dataclass(frozen=True)
class Sent:
    """One platform event as it goes out, and whom it is about (a contact's number)."""

    about: int
    id: str
    topic: str
    key: bytes
    value: bytes


@dataclass
class Storm:
    """Contacts `0..n-1` of one workspace and the events about them, the same for the same seed."""

    contacts: int
    events: int
    workspace: str
    seed: int = 7
    sent: list[Sent] = field(default_factory=list)
    tickets: dict[int, str] = field(default_factory=dict)
    invoices: dict[int, str] = field(default_factory=dict)
    deals: dict[int, str] = field(default_factory=dict)
    ids: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        dice = random.Random(self.seed)
        about = 0
        while len(self.sent) < self.events:
            story = dice.choice((self._ticket, self._invoice, self._deal))
            story(about % self.contacts, dice)
            about += 1
        dice.shuffle(self.sent)

    def email(self, number: int) -> str:
        return f"person{number}@storm{self.seed}.example"

    # ---- three stories, each told in events and in the rule it must end in ---------------------------------------------------

    def _ticket(self, about: int, dice: random.Random) -> None:
        priority, ends = dice.choice(("normal", "urgent")), dice.random() < 0.4
        name = f"ticket-{len(self.sent)}"
        base = {"number": name, "subject": "It hums", "requester": {"email": self.email(about)}}
        self._say(about, "crm.tickets.ticket.created.v1", name, 1, {**base, "priority": priority, "status": "open"})
        self._say(about, "crm.tickets.ticket.assigned.v1", name, 2, {**base, "assignee_id": "sam"})
        if ends:
            self._say(about, "crm.tickets.ticket.status_changed.v1", name, 3, {**base, "previous": "open", "current": "resolved"})
        else:
            worst = "open_tickets.urgent" if priority == "urgent" else "open_tickets.open"
            self.tickets[about] = max(worst, self.tickets.get(about, ""))  # "urgent" sorts after "open"

    def _invoice(self, about: int, dice: random.Random) -> None:
        name, ends = f"invoice-{len(self.sent)}", dice.choice(("sent", "overdue", "paid"))
        base = {"number": name, "total": 100, "currency": "EUR", "recipient_email": self.email(about).upper()}
        self._say(about, "crm.finance.invoice.created.v1", name, 1, {**base, "balance_due": 100})
        self._say(about, "crm.finance.invoice.sent.v1", name, 2, {**base, "balance_due": 100}, days_ago=40)
        if ends == "overdue":
            self._say(about, "crm.finance.invoice.overdue.v1", name, 3, {**base, "balance_due": 100, "days_overdue": 9, "level": 1})
        if ends == "paid":
            self._say(about, "crm.finance.invoice.paid.v1", name, 3, {**base, "balance_due": 0})
        if ends != "paid":
            rule = "unpaid_invoices.overdue" if ends == "overdue" else "unpaid_invoices.not_due"
            self.invoices[about] = max(rule, self.invoices.get(about, ""))  # "overdue" sorts after "not_due"

    def _deal(self, about: int, dice: random.Random) -> None:
        name, ends = f"deal-{len(self.sent)}", dice.choice(("open", "lost", "won"))
        base = {"title": name, "amount": 5000, "currency": "EUR", "owner_id": "olga", "parties": [{"email": self.email(about)}]}
        self._say(about, "crm.deals.deal.created.v1", name, 1, {**base, "stage_id": "new"})
        self._say(about, "crm.deals.deal.stage_changed.v1", name, 2, {**base, "from": "new", "to": "offer", "stage_id": "offer"})
        if ends == "lost":
            self._say(about, "crm.deals.deal.lost.v1", name, 3, {**base, "reason": "price"})
        if ends == "won":
            self._say(about, "crm.deals.deal.won.v1", name, 3, base)
        worse = {"open": "active_deals.other_owner", "lost": "active_deals.recently_lost", "won": ""}[ends]
        self.deals[about] = min(worse or "ok", self.deals.get(about, "ok"))  # "other_owner" before "recently_lost" before "ok"

    def _say(self, about: int, kind: str, subject: str, sequence: int, data: dict[str, Any], *, days_ago: float = 10) -> None:
        """Ten days ago at the least: no touch of these is recent, whatever the day of the test."""
        event = {
            "specversion": "1.0", "id": str(uuid.UUID(int=(self.seed << 96) + len(self.sent))), "source": f"/services/{kind.split('.')[1]}",
            "type": kind, "subject": subject, "time": (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(),
            "workspaceid": self.workspace, "partitionkey": f"{self.workspace}:{subject}", "sequence": f"{sequence:012d}", "data": data,
        }  # fmt: skip
        topic = ".".join(kind.split(".")[:2])
        self.sent.append(Sent(about, str(event["id"]), topic, str(event["partitionkey"]).encode(), json.dumps(event).encode()))

    # ---- letting it loose ------------------------------------------------------------------------------------------------

    async def create_contacts(self, stack: Stack) -> None:
        """Through the front door, each once, however often a service is gone meanwhile."""
        waiting = iter(range(self.contacts))
        async with stack.api(self.workspace) as api:
            await asyncio.gather(*(self._create(api, waiting) for _ in range(AT_ONCE)))

    async def _create(self, api: httpx.AsyncClient, numbers: Iterable[int]) -> None:
        for number in numbers:
            body = {"first_name": f"Person{number}", "last_name": f"Of{number:05d}", "emails": [{"typed": self.email(number)}]}
            headers = {"Idempotency-Key": f"storm-{self.seed}-{number}"}
            answer = await _until_answered(lambda: api.post("/contacts", json=body, headers=headers), {201})  # noqa: B023 - awaited here
            self.ids[number] = answer["id"]

    async def publish(self, bootstrap: str, over_s: float) -> None:
        producer = AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)
        await producer.start()
        try:
            step = max(1, int(len(self.sent) / (over_s * 10)))
            for start in range(0, len(self.sent), step):
                futures = [await producer.send(sent.topic, sent.value, key=sent.key) for sent in self.sent[start : start + step]]
                await asyncio.gather(*futures)
                await asyncio.sleep(0.1)
        finally:
            await producer.stop()

    # ---- the checker: every difference, in words -------------------------------------------------------------------------

    async def differences(self, stack: Stack) -> list[str]:
        found = [*await self._contacts_differ(stack), *await self._index_differs(stack), *await self._timelines_differ(stack)]
        return [*found, *await self._verdicts_differ(stack)]

    async def _contacts_differ(self, stack: Stack) -> list[str]:
        database = stack.database("contacts")
        documents = await database.collection("contacts").of(self.workspace).find(fields=["version", "first_name"])
        pending = await database.plumbing("outbox").count_documents({"pending": True})
        database.close()
        stored = {document["_id"] for document in documents}
        wanted = set(self.ids.values())
        return [
            *_sets("contacts", wanted, stored),
            *(["contacts: an id was given twice"] if len(wanted) != self.contacts else []),
            *([f"contacts: {pending} outbox rows pending"] if pending else []),
        ]

    async def _index_differs(self, stack: Stack) -> list[str]:
        database = stack.database("dedupe")
        documents = await database.collection("contacts").of(self.workspace).find({"gone": False}, fields=["sequence"])
        database.close()
        stale = [document["_id"] for document in documents if document["sequence"] != 1]
        return [
            *_sets("index", set(self.ids.values()), {document["_id"] for document in documents}),
            *(f"index: {one} is not version 1" for one in stale),
        ]

    async def _timelines_differ(self, stack: Stack) -> list[str]:
        database = stack.database("timeline")
        entries = await database.collection("entries").of(self.workspace).find(fields=["contact_ids", "source"])
        database.close()
        wanted: dict[str, set[str]] = defaultdict(set)
        for sent in self.sent:
            wanted[self.ids[sent.about]].add(sent.id)
        shown: dict[str, set[str]] = defaultdict(set)
        created: dict[str, int] = defaultdict(int)
        for entry in entries:
            for contact_id in entry["contact_ids"] or ["nobody"]:
                if entry["source"] == "contacts":
                    created[contact_id] += 1
                else:
                    shown[contact_id].add(entry["_id"])
        return [
            *(
                line
                for contact_id in {*wanted, *shown}
                for line in _sets(f"timeline of {contact_id}", wanted[contact_id], shown[contact_id])
            ),
            *(f"timeline of {one}: {created[one]} entries of its creation" for one in self.ids.values() if created[one] != 1),
        ]

    async def _verdicts_differ(self, stack: Stack) -> list[str]:
        waiting, found = iter(self.ids.items()), list[str]()

        async def ask(api: httpx.AsyncClient) -> None:
            for number, contact_id in waiting:
                question = {"contact_id": contact_id, "channel": "email", "purpose": "sales", "sender_id": SENDER}
                answer = await _until_answered(lambda: api.post("/preflight", json=question), {200, 404})  # noqa: B023 - awaited here
                told = {line["check"]: line["rule"] for line in answer.get("lines", [])}
                wanted = {
                    "open_tickets": self.tickets.get(number, "ok"),
                    "unpaid_invoices": self.invoices.get(number, "ok"),
                    "active_deals": self.deals.get(number, "ok"),
                }
                found.extend(
                    f"verdict of {contact_id}: {check} is {told.get(check)}, not {rule}"
                    for check, rule in wanted.items()
                    if told.get(check) != rule
                )

        async with stack.api(self.workspace) as api:
            await asyncio.gather(*(ask(api) for _ in range(AT_ONCE)))
        return found


async def _until_answered(request: Callable[[], Awaitable[httpx.Response]], wanted: set[int]) -> dict[str, Any]:
    """As a patient client does: again while the service is away (5xx, no connection), never after another answer."""
    while True:
        try:
            answer = await request()
        except httpx.TransportError:
            await asyncio.sleep(RETRY_S)
            continue
        if answer.status_code in wanted:
            body: dict[str, Any] = answer.json()
            return body
        if answer.status_code < 500 and answer.status_code != 429:
            raise AssertionError(f"{answer.status_code}: {answer.text}")
        await asyncio.sleep(RETRY_S)


def _sets(what: str, wanted: set[str], found: set[str]) -> Sequence[str]:
    missing, extra = wanted - found, found - wanted
    return [
        *([f"{what}: {len(missing)} missing, such as {min(missing)}"] if missing else []),
        *([f"{what}: {len(extra)} too many, such as {min(extra)}"] if extra else []),
    ]
