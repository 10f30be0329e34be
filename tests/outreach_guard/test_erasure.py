"""The guard forgets an erased person in any order of arrival, but for stops; others and newcomers keep theirs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import pytest

from outreach_guard.mongo_store import MongoGuard
from shared.contracts import calendar, campaigns, deals, documents, finance, forms, mail, tickets
from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.mongo import Database
from tests.outreach_guard.conftest import Deliver
from tests.support.guard_builders import (
    ADA,
    EMAIL,
    NOW,
    THEM,
    WORKSPACE,
    ago,
    ahead,
    contact_erased,
    contact_merged,
    contact_saved,
    email,
    event,
    member_added,
    objected,
    pair_suspected,
)

pytestmark = pytest.mark.req("CR15")

HOME, BOB = "ada@home.example", "bob@acme.com"
THERE, SECRET = (email(), email(HOME, primary=False)), "her secret wish"
ERASED_AT = ago(days=1)
BEFORE, AFTER = ago(days=3), ago(hours=1)
COLLECTIONS = ("facts", "people", "people_revisions", "erasures")


def bob() -> Event:
    return contact_saved("bob", emails=(email(BOB),), phones=())


def ticket(data: type[tickets.Ticket], ticket_id: str, at: datetime, sequence: int, *parties: dict[str, str], **fields: Any) -> Event:
    return event(data.model_validate({"parties": parties, **fields}), ticket_id, at=at, sequence=sequence)


BY_ADDRESS, BY_ID, OF_BOB = {"email": EMAIL}, {"contact_id": ADA}, {"email": BOB}

OF_ADA = [
    contact_saved(ADA, emails=THERE, sequence=1),
    contact_saved("m", emails=(email(HOME),), sequence=1),
    contact_merged(ADA, "m", emails=THERE),
    ticket(tickets.TicketCreated, "t1", BEFORE, 1, BY_ADDRESS, subject=SECRET, status="open"),
    ticket(tickets.TicketStatusChanged, "t1", BEFORE, 2, current="pending"),
    ticket(tickets.TicketPriorityChanged, "t1", BEFORE, 3, BY_ADDRESS, current="high"),
    ticket(tickets.TicketCreated, "t2", BEFORE, 1, BY_ID, subject=SECRET),
    ticket(tickets.TicketStatusChanged, "t2", AFTER, 2, BY_ID, current="closed", subject=SECRET),
    event(deals.DealCreated(title=SECRET, contacts=(deals.DealContact(contact_id="m"),)), "d1", at=BEFORE, sequence=1),
    event(deals.DealContactUnlinked(title=SECRET, parties=(Party(contact_id="m"),)), "d1", at=BEFORE, sequence=2),
    event(finance.InvoiceSent.model_validate({"number": SECRET, "recipient_email": HOME}), "i1", at=BEFORE, sequence=1),
    event(mail.MessageSent.model_validate({"from": "us@ours.com", "to": [HOME], "subject": SECRET, "thread_id": "th1"}), "o1", at=BEFORE),
    event(
        mail.MessageReceived.model_validate({"from": EMAIL, "to": ["us@ours.com"], "subject": SECRET, "thread_id": "th1"}), "o2", at=BEFORE
    ),
    event(mail.DeliveryBounced(address=HOME, kind="hard", code="550"), "dl1", at=BEFORE),
    event(
        calendar.MeetingScheduled.model_validate({"title": SECRET, "start": ahead(days=1), "attendees": [EMAIL, "us@ours.com"]}),
        "me1",
        at=BEFORE,
        sequence=1,
    ),
    event(calendar.MeetingCancelled(), "me1", at=BEFORE, sequence=2),
    event(campaigns.EnrolmentStepScheduled(parties=THEM, sender_id="bob", next_at=ahead(days=1)), "e1", at=BEFORE, sequence=1),
    event(documents.DocumentSent(parties=THEM, title=SECRET), "doc1", at=BEFORE),
    event(forms.SubmissionSubmitted(parties=THEM, consents=({"channel": "email", "purpose": "sales"},)), "f1", at=BEFORE),
    pair_suspected("bob"),
]
ERASURES = [contact_erased(ADA, alone=(EMAIL, HOME), at=ERASED_AT), contact_erased("m", alone=(EMAIL, HOME), at=ERASED_AT)]
STOPS = [objected({"email": EMAIL}, {"contact_id": ADA})]
OF_OTHERS = [
    member_added(),
    bob(),
    contact_saved("new", emails=(email(),), phones=()),
    ticket(tickets.TicketCreated, "t3", BEFORE, 1, BY_ADDRESS, OF_BOB, number="T-3", status="open"),
    ticket(tickets.TicketCreated, "t4", AFTER, 1, BY_ADDRESS, number="T-4", status="open"),
    ticket(tickets.TicketStatusChanged, "t1", AFTER, 4, BY_ADDRESS, current="open"),
    event(
        deals.DealCreated(title="Both", contacts=(deals.DealContact(contact_id=ADA), deals.DealContact(contact_id="bob"))), "d2", at=BEFORE
    ),
]


async def everything(database: Database) -> str:
    return str([await database.plumbing(name).find().to_list(None) for name in COLLECTIONS])


async def facts(database: Database) -> dict[str, Any]:
    """What is kept, without how often it was written, and in what order links were."""
    found = await database.collection("facts").of(WORKSPACE).find()
    plain = [{name: value for name, value in fact.items() if name not in {"revision", "answers", "context"}} for fact in found]
    return {fact["_id"]: {**fact, "links": sorted(map(str, fact["links"]))} for fact in plain}


async def emptied(database: Database) -> None:
    for name in COLLECTIONS:
        await database.plumbing(name).delete_many({})


async def test_what_came_before_an_erasure_is_forgotten_and_what_is_others_stays(deliver: Deliver, database: Database) -> None:
    await deliver(*OF_OTHERS[:2], *OF_ADA, *STOPS, *ERASURES, *OF_OTHERS[2:])

    left, known = await everything(database), await facts(database)
    assert [secret for secret in (SECRET, HOME) if secret in left] == []
    assert {fact_id: fact["contact_ids"] for fact_id, fact in known.items() if fact["contact_ids"]} == {
        "contact:bob": ["bob"],
        "contact:new": ["new"],
        "consent:k3": ["new"],  # a stop is everybody's it could mean
        "pair:c1:bob": ["bob"],
        "deal:d2": ["bob"],
        "ticket:t3": ["bob"],
        "ticket:t4": ["new"],
        "ticket:t1": ["new"],
    }
    assert known["ticket:t1"]["state"] == {"status": "open"}
    assert known["ticket:t3"]["state"]["number"] == "T-3"
    assert EMAIL not in str(known["ticket:t3"])


@pytest.mark.parametrize("seed", range(8))
async def test_no_order_and_no_repetition_makes_a_difference(deliver: Deliver, database: Database, seed: int) -> None:
    dice = random.Random(seed)
    first = OF_OTHERS[:2]  # whoever shares is known: a stranger at an address has no part in what is about an erased one too
    rest = [*OF_ADA, *STOPS, *ERASURES, *OF_OTHERS[2:]]
    await deliver(*first, *rest)
    in_order = await facts(database)
    await emptied(database)

    await deliver(*first, *dice.sample(rest, len(rest)), *dice.choices(rest, k=6))

    assert await facts(database) == in_order
    left = await everything(database)
    assert [secret for secret in (SECRET, HOME) if secret in left] == []


@pytest.mark.parametrize("told", ["first", "last", "never"])
async def test_an_erasure_finds_what_came_by_the_address_though_its_contact_was_not_heard_of(
    deliver: Deliver, database: Database, told: str
) -> None:
    created, erased = contact_saved(ADA, phones=()), contact_erased(ADA, at=ERASED_AT)
    asked = ticket(tickets.TicketCreated, "t1", BEFORE, 1, BY_ADDRESS, subject=SECRET)

    await deliver(*{"first": [created, asked, erased], "last": [asked, erased, created], "never": [asked, erased]}[told])

    left = await everything(database)
    assert [secret for secret in (SECRET, EMAIL) if secret in left] == []


async def test_what_was_passed_on_to_somebody_else_is_theirs(deliver: Deliver, store: MongoGuard, database: Database) -> None:
    await deliver(bob(), contact_saved(ADA), ticket(tickets.TicketCreated, "t1", BEFORE, 1, BY_ADDRESS, number="T-1", status="open"))
    await deliver(ticket(tickets.TicketRequesterChanged, "t1", BEFORE, 2, OF_BOB), contact_erased(ADA, at=ERASED_AT))

    [fact] = [fact for fact_id, fact in (await facts(database)).items() if fact_id == "ticket:t1"]
    assert (fact["contact_ids"], fact["state"]["number"]) == (["bob"], "T-1")
    assert EMAIL not in str(fact)


def _kinds(events: Iterable[Event]) -> set[str]:
    return {entry.topic for entry in events}


def test_every_kind_of_source_takes_part() -> None:
    assert len(_kinds(OF_ADA)) == 10
    assert max(entry.time for entry in OF_ADA) < NOW
