"""Nothing of an erased person is on a timeline, in a note or on its way out, whatever came first."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import httpx
import pytest

from shared.contracts import calendar, consent, mail
from shared.contracts.deals import DealContact, DealWon
from shared.contracts.envelope import Event
from shared.contracts.timeline import NoteAdded
from shared.messaging import Outbox
from shared.mongo import Database
from tests.support.timeline_builders import (
    NOON,
    WORKSPACE,
    contact_created,
    contact_deleted,
    contact_erased,
    contact_merged,
    contact_updated,
    event,
    ticket_created,
)
from tests.support.timelines import Deliver, Timeline
from tests.support.tokens import bearer
from timeline.domain import Actor, Note
from timeline.translate import entry_from, note_event

pytestmark = pytest.mark.req("CR15")

ADA, HOME, INFO = "ada@acme.com", "ada@home.com", "info@acme.com"
ERASED_AT = NOON + timedelta(days=1)
BEFORE, AFTER = NOON, ERASED_AT + timedelta(hours=1)
COLLECTIONS = ("entries", "notes", "people", "people_revisions", "heard", "outbox", "erasures")


def said(data: Any, subject: str, at: Any = BEFORE) -> Event:
    return event(data, subject, at=at, source="/services/tests")


OF_ADA = [
    contact_created("c1", ADA, HOME, INFO, at=BEFORE),
    contact_updated("c1", ADA, INFO, at=BEFORE),
    contact_created("m", HOME, at=BEFORE),
    contact_merged("c1", "m", merge_id="m1", sequence=3, emails=[ADA, HOME, INFO]),
    contact_deleted("c1", ADA, HOME, INFO, sequence=4),
    ticket_created("by-address", email=ADA, at=BEFORE),
    ticket_created("by-past-address", email=HOME, at=BEFORE),
    ticket_created("by-id", contact_id="c1", at=BEFORE),
    ticket_created("by-merged-id", contact_id="m", at=BEFORE),
    ticket_created("by-id-after", contact_id="c1", at=AFTER),
    said(
        mail.MessageReceived.model_validate({"from": ADA, "to": ["us@ours.com"], "subject": f"Call {ADA}", "snippet": "Yours, Ada"}), "m1"
    ),
    said(consent.ConsentGranted.model_validate({"parties": [{"email": HOME}], "channel": "email"}), "k1"),
]
ERASURES = [
    contact_erased("c1", ADA, HOME, sequence=5, at=ERASED_AT),
    contact_erased("m", ADA, HOME, sequence=2, at=ERASED_AT),
]
OF_OTHERS = [
    contact_created("c2", INFO, at=BEFORE),
    contact_created("c3", ADA, at=AFTER),
    ticket_created("of-both", email=INFO, at=BEFORE),
    ticket_created("of-the-newcomer", email=ADA, at=AFTER),
    said(DealWon(title=f"For {ADA}", contacts=(DealContact(contact_id="c1"), DealContact(contact_id="c2"))), "d1"),
    said(calendar.MeetingScheduled.model_validate({"title": f"{ADA} and we", "attendees": [ADA, INFO]}), "me1"),
]


async def everything(database: Database) -> str:
    return str([await database.plumbing(name).find().to_list(None) for name in COLLECTIONS])


async def kept(timeline: Timeline) -> list[tuple[Any, ...]]:
    return [(row["_id"], row["keys"], row["contact_ids"], row["sentence"], row["addresses"]) for row in await timeline.documents()]


async def test_what_came_before_an_erasure_is_forgotten_and_what_is_others_stays(
    deliver: Deliver, timeline: Timeline, database: Database
) -> None:
    await deliver(*OF_ADA, *OF_OTHERS, *ERASURES)

    left = await everything(database)
    assert HOME not in left
    assert "Yours, Ada" not in left
    tickets = {row["refs"][0]["id"]: row["contact_ids"] for row in await timeline.documents() if row["kind"] == "ticket"}  # type: ignore[index]
    assert tickets == {"of-both": ["c2"], "of-the-newcomer": ["c3"]}
    sentences = {row["kind"]: row["sentence"] for row in await timeline.documents() if row["contact_ids"] == ["c2"]}
    assert (sentences["deal"], sentences["meeting"]) == ('Deal "For [erased]" won', 'Meeting "[erased] and we" scheduled')


@pytest.mark.parametrize("seed", range(8))
async def test_no_order_and_no_repetition_makes_a_difference(deliver: Deliver, timeline: Timeline, database: Database, seed: int) -> None:
    dice = random.Random(seed)
    everybody = [*OF_ADA, *ERASURES, *OF_OTHERS[:2]]
    about_others = OF_OTHERS[2:]
    await deliver(*everybody, *about_others)
    in_order = await kept(timeline)
    for name in COLLECTIONS:
        await database.plumbing(name).delete_many({})

    first = OF_OTHERS[:1]  # whoever shares is known: a stranger at an address has no part in what is about an erased one too
    rest = [*OF_ADA, *ERASURES, *OF_OTHERS[1:]]
    await deliver(*first, *dice.sample(rest, len(rest)), *dice.choices(rest, k=6))

    assert await kept(timeline) == in_order
    left = await everything(database)
    assert [secret for secret in (HOME, "Yours, Ada") if secret in left] == []


@pytest.mark.parametrize("told", ["first", "last", "never"])
async def test_an_erasure_finds_what_came_by_the_address_though_its_contact_was_not_heard_of(
    deliver: Deliver, database: Database, told: str
) -> None:
    """As where only the newest event of each contact is left in the log."""
    created, erased = contact_created("c1", ADA, at=BEFORE), contact_erased("c1", ADA, at=ERASED_AT)
    asked = ticket_created(email=ADA, at=BEFORE)

    await deliver(*{"first": [created, asked, erased], "last": [asked, erased, created], "never": [asked, erased]}[told])

    assert ADA not in await everything(database)


async def test_notes_go_with_all_that_was_told_of_them(
    deliver: Deliver, client: httpx.AsyncClient, timeline: Timeline, database: Database
) -> None:
    await deliver(contact_created("c1", ADA), contact_created("c2"))
    added = (await client.post("/v1/timeline/c1/notes", json={"text": "her secret wish"}, headers=bearer())).json()
    await client.patch(f"/v1/timeline/c1/notes/{added['id']}", json={"text": "her secret wish!", "version": 1}, headers=bearer())
    await client.post("/v1/timeline/c2/notes", json={"text": "of somebody else"}, headers=bearer())
    rows = Outbox(database).rows
    await rows.update_one(
        {"sequence": 1, "key": f"{WORKSPACE}:{added['id']}"}, {"$currentDate": {"sent_at": True}, "$unset": {"pending": ""}}
    )

    await deliver(contact_erased("c1", ADA))

    left = await everything(database)
    assert ("her secret wish" in left, "of somebody else" in left) == (False, True)
    waiting = [said for said in await timeline.published() if said.subject == added["id"]]
    assert [(said.sequence, said.data.text) for said in waiting] == [(2, None)]  # type: ignore[attr-defined]


async def test_a_note_written_while_its_contact_is_erased_does_not_stay(deliver: Deliver, timeline: Timeline, database: Database) -> None:
    await deliver(contact_created("c1", ADA), contact_erased("c1", ADA))
    note = Note("n1", "c1", "c1", "her secret wish", "ann", NOON, NOON)
    told = note_event(NoteAdded, note, WORKSPACE, Actor("ann", "user"))
    entry = entry_from(told, "US")
    assert entry is not None

    assert not await timeline.store.write(WORKSPACE, note, told, entry)

    assert "her secret wish" not in await everything(database)


async def test_one_erasure_takes_nothing_from_another_workspace(deliver: Deliver, timeline: Timeline) -> None:
    asked = ticket_created(email=ADA, workspace="globex", at=BEFORE)
    await deliver(
        contact_created("c1", ADA, workspace="globex"), asked, contact_created("c1", ADA), contact_erased("c1", ADA, at=ERASED_AT)
    )

    assert asked.id in await timeline.of("c1", "globex")
