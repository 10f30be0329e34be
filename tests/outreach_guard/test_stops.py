"""A person's own stop reaches everybody it could mean, whatever becomes of the contact it was about."""

from __future__ import annotations

import random
from typing import Any

import pytest

from outreach_guard.domain.policy import Policy
from outreach_guard.domain.question import Channel
from outreach_guard.domain.verdict import preflight
from outreach_guard.mongo_store import MongoGuard
from shared.contracts.contacts import Phone
from shared.contracts.envelope import Event
from shared.mongo import Database
from tests.outreach_guard.conftest import Deliver
from tests.support.guard_builders import (
    ADA,
    EMAIL,
    NOW,
    WORKSPACE,
    complained,
    consented,
    contact_erased,
    contact_merged,
    contact_saved,
    email,
    event,
    fresh,
    objected,
    question,
    ticket_created,
    unsubscribed,
    withdrawn,
)

MOVED = (email("ada@new.example"),)
STOPPED = "consent.stopped"


async def rule(store: MongoGuard, contact_id: str = ADA, channel: Channel = Channel.EMAIL) -> str:
    dossier = await store.dossier(WORKSPACE, contact_id, NOW)
    assert dossier is not None
    answer = preflight(dossier, question(contact_id=contact_id, channel=channel), Policy(), fresh(), NOW)
    return next(line.rule for line in answer.lines if line.check == "consent")


def dialled(typed: str, e164: str) -> Event:
    return contact_saved(phones=(Phone(typed=typed, e164=e164, primary=True),))


@pytest.mark.req("BO8")
@pytest.mark.parametrize(
    "spelt",
    ["ADA@acme.com", "<ada@acme.com>", "Ada Lee <ada@acme.com>", "ada@acme.com.", "\ufeffada@acme.com", "ada\u200b@acme.com",
     '"ada"@acme.com', "\U0001d400da@acme.com", "mailto:ada@acme.com", "mailto:ada@acme.com?subject=stop", "'ada@acme.com'"],
)  # fmt: skip
async def test_a_stop_by_an_address_in_another_spelling_reaches_its_contact(deliver: Deliver, store: MongoGuard, spelt: str) -> None:
    await deliver(contact_saved(), objected({"email": spelt}))

    assert await rule(store) == STOPPED


async def test_a_tag_makes_another_address(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(contact_saved(), objected({"email": "ada+news@acme.com"}))

    assert await rule(store) == "consent.unknown"


@pytest.mark.req("BO8")
@pytest.mark.parametrize(
    "spelt", ["001 415 555 2671", "+1 (0) 415 555 2671", "(415) 555-2671 / (415) 555-2672", "tel:+1-415-555-2671", "415.555.2671"]
)
async def test_a_stop_by_a_number_in_another_spelling_reaches_its_contact(deliver: Deliver, store: MongoGuard, spelt: str) -> None:
    await deliver(dialled("(415) 555-2671", "+14155552671"), objected({"phone": spelt}))

    assert await rule(store, channel=Channel.PHONE) == STOPPED


@pytest.mark.req("BO8")
@pytest.mark.parametrize(("typed", "stop"), [("02 9374 4000", "(02) 9374-4000"), ("+61 2 9374 4000", "02 9374 4000")])
async def test_a_number_without_a_country_is_that_of_whoever_is_dialled_so_in_theirs(
    deliver: Deliver, store: MongoGuard, typed: str, stop: str
) -> None:
    await deliver(dialled(typed, "+61293744000"), objected({"phone": stop}))

    assert await rule(store, channel=Channel.PHONE) == STOPPED


@pytest.mark.req("BO8")
async def test_a_stop_that_names_an_id_nobody_knows_and_a_known_address_reaches_who_has_it(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(contact_saved(), objected({"contact_id": "of-another-crm", "email": EMAIL}))

    assert await rule(store) == STOPPED


@pytest.mark.req("BO8")
@pytest.mark.parametrize("party", [{"contact_id": "c1"}, {"email": EMAIL}, {"contact_id": "c1", "email": EMAIL}])
async def test_who_objected_stays_so_when_the_contact_is_deleted_and_entered_again(
    deliver: Deliver, store: MongoGuard, party: dict[str, str]
) -> None:
    steps = [contact_saved("c1"), objected(party), contact_saved("c1", deleted_at=NOW), contact_saved("c2")]
    await deliver(*steps)
    assert await rule(store, "c2") == STOPPED

    await deliver(contact_saved("c2", deleted_at=NOW), contact_saved("c3"))

    assert await rule(store, "c3") == STOPPED


@pytest.mark.req("BO8")
@pytest.mark.parametrize("party", [{"contact_id": "c1"}, {"email": EMAIL}])
async def test_a_stop_stays_with_the_person_and_goes_along_with_the_address(
    deliver: Deliver, store: MongoGuard, party: dict[str, str]
) -> None:
    await deliver(contact_saved("c1"), objected(party), contact_saved("c1", emails=MOVED), contact_saved("c2"))

    assert await rule(store, "c1") == STOPPED
    assert await rule(store, "c2") == STOPPED


async def test_a_mailbox_of_a_job_hands_on_no_stop_of_a_person(deliver: Deliver, store: MongoGuard) -> None:
    """Whoever had it before objected for themself; an objection by the address itself is about the mailbox."""
    info: dict[str, Any] = {"emails": (email("info@acme.com", shared=True),)}
    await deliver(contact_saved("c1", **info), objected({"contact_id": "c1"}), contact_saved("c1", deleted_at=NOW, **info))
    await deliver(contact_saved("c2", **info))
    assert await rule(store, "c2") == "consent.unknown"

    await deliver(objected({"email": "info@acme.com"}))

    assert await rule(store, "c2") == STOPPED


@pytest.mark.req("BO8", "BO13")
async def test_a_stop_of_who_was_merged_away_is_the_survivors_and_outlives_it(deliver: Deliver, store: MongoGuard) -> None:
    other = (email("two@acme.com"),)
    await deliver(contact_saved("c1"), contact_saved("c2", emails=other), objected({"contact_id": "c2"}))
    await deliver(contact_merged("c1", "c2", emails=(email(), *other)))
    assert await rule(store, "c1") == STOPPED

    await deliver(contact_saved("c1", deleted_at=NOW), contact_saved("c3", emails=other))

    assert await rule(store, "c3") == STOPPED


@pytest.mark.req("BO8", "CR15")
@pytest.mark.parametrize("stop", [objected(), withdrawn(), complained(), unsubscribed()], ids=lambda stop: stop.type)
@pytest.mark.parametrize("erased", ["first", "last"])
async def test_a_stop_by_address_outlives_the_erasure_of_its_person_and_tells_no_address(
    deliver: Deliver, store: MongoGuard, database: Database, stop: Event, erased: str
) -> None:
    steps = [stop, contact_erased("c1")]
    await deliver(contact_saved("c1"), *(steps if erased == "last" else reversed(steps)))
    assert EMAIL not in str(await database.collection("facts").of(WORKSPACE).find())

    await deliver(contact_saved("c9"))

    assert await rule(store, "c9") == ("consent.unsubscribed" if stop.type.endswith("unsubscribed.v1") else STOPPED)


@pytest.mark.req("CR15")
async def test_a_stop_that_was_filed_by_the_address_itself_goes_with_its_person(
    deliver: Deliver, store: MongoGuard, database: Database
) -> None:
    """As they were once: nothing but the address itself would recognise it."""
    facts = database.collection("facts").of(WORKSPACE)
    await deliver(contact_saved("c1"), objected())
    by_address = {"keys": [f"email:{EMAIL}"], "parties": [f"email:{EMAIL}"]}
    await facts.update("consent:k3", {"$set": by_address, "$unset": {"named": "", "forgotten": "", "marks": ""}})

    await deliver(contact_erased("c1"))

    assert EMAIL not in str(await facts.find())
    assert await rule(store) == STOPPED


@pytest.mark.req("CR15")
async def test_a_grant_goes_with_its_person(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(contact_saved("c1"), consented(), contact_erased("c1"), contact_saved("c9"))

    assert await rule(store, "c9") == "consent.unknown"


@pytest.mark.req("CR15")
async def test_what_still_comes_about_an_erased_contact_by_its_id_is_dropped(
    deliver: Deliver, store: MongoGuard, database: Database
) -> None:
    await deliver(contact_saved("c1"), contact_erased("c1"), ticket_created(requester={"contact_id": "c1"}))

    kept = {fact["_id"]: (fact["state"], fact["keys"]) for fact in await database.collection("facts").of(WORKSPACE).find()}
    assert kept.pop("contact:c1")[0].keys() == {"erased_at"}
    assert kept == {"ticket:t1": ({}, [])}  # that there was one, so that what still comes of it without a name is known for old


HISTORY = [
    [contact_saved("c1"), contact_saved("c1", emails=MOVED), contact_saved("c1", deleted_at=NOW, emails=MOVED)],
    [contact_saved("c2"), contact_erased("c2")],
    [contact_saved("c3"), contact_merged("c3", "c4", emails=(email(), email("four@acme.com")))],
    [contact_saved("c4", emails=(email("four@acme.com"),))],
    [contact_saved("c5", emails=MOVED)],
    [objected({"contact_id": "c1"}), objected({"contact_id": "c2", "email": EMAIL})],
    [event(withdrawn().data, f"k{number}") for number in range(3)],
    [complained()],
    [unsubscribed()],
]


@pytest.mark.parametrize("seed", range(6))
async def test_stops_are_the_same_in_any_order_with_an_erasure(deliver: Deliver, database: Database, seed: int) -> None:
    chance, facts, people = random.Random(seed), database.collection("facts"), database.collection("people")

    async def told(events: list[Event]) -> dict[str, tuple[Any, ...]]:
        await facts.of(WORKSPACE).delete_many({})
        await people.of(WORKSPACE).delete_many({})
        await deliver(*events)
        kept = await facts.of(WORKSPACE).find({"kind": {"$in": ["consent", "suppression"]}})
        return {fact["_id"]: (fact["state"], sorted(fact["keys"]), sorted(fact["contact_ids"])) for fact in kept}

    in_order = [entry for stream in HISTORY for entry in stream]
    shuffled = chance.sample(in_order, len(in_order)) + chance.choices(in_order, k=4)

    assert await told(shuffled) == await told(in_order)
