"""Events in, verdicts out, on a real database: duplicates, any order, merges, erasure, and surroundings that come late."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from outreach_guard.domain.policy import Policy
from outreach_guard.domain.verdict import Line, Verdict, preflight
from outreach_guard.mongo_store import MongoGuard
from shared.contracts import contacts, finance
from shared.contracts.envelope import Event
from shared.mongo import Database
from tests.outreach_guard.conftest import Deliver
from tests.outreach_guard.test_domain_properties import HISTORY
from tests.support.guard_builders import (
    ADA,
    EMAIL,
    NOW,
    WORKSPACE,
    account_created,
    calm,
    card,
    contact_erased,
    contact_merged,
    contact_saved,
    deal_created,
    email,
    event,
    fresh,
    invoice,
    mail_sent,
    member_added,
    member_deactivated,
    objected,
    question,
    ticket_created,
    ticket_status,
)


async def answered(store: MongoGuard, contact_id: str = ADA, workspace: str = WORKSPACE) -> Verdict:
    dossier = await store.dossier(workspace, contact_id, NOW)
    assert dossier is not None
    return preflight(dossier, question(contact_id=contact_id), Policy(), fresh(), NOW)


async def line(store: MongoGuard, check: str, contact_id: str = ADA) -> Line:
    return next(entry for entry in (await answered(store, contact_id)).lines if entry.check == check)


async def stored(database: Database) -> list[dict[str, object]]:
    """What is kept, without how often it was written."""
    documents = await database.collection("facts").of(WORKSPACE).find(sort=[("_id", 1)])
    return [{name: value for name, value in document.items() if name not in {"revision", "answers"}} for document in documents]


async def test_a_calm_contact_is_clear(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(*calm())

    assert (await answered(store)).verdict == "clear"


async def test_redelivery_changes_nothing(deliver: Deliver, store: MongoGuard, database: Database) -> None:
    await deliver(*HISTORY)
    before = await stored(database)

    await deliver(*HISTORY)

    assert await stored(database) == before


@pytest.mark.parametrize("seed", range(4))
async def test_shuffled_and_duplicated_events_are_known_the_same(deliver: Deliver, database: Database, seed: int) -> None:
    dice = random.Random(seed)
    shuffled = dice.sample(HISTORY, len(HISTORY)) + dice.choices(HISTORY, k=5)
    await deliver(*HISTORY)
    expected = await stored(database)
    await database.collection("facts").of(WORKSPACE).delete_many({})
    await database.collection("people").of(WORKSPACE).delete_many({})

    await deliver(*shuffled)

    kept = {str(document["_id"]): document for document in await stored(database)}
    assert kept == {str(document["_id"]): _ordered_like(document, kept) for document in expected}


def _ordered_like(document: dict[str, object], kept: dict[str, dict[str, object]]) -> dict[str, object]:
    """Links have no order of their own."""
    links = kept[str(document["_id"])]["links"]
    same = Counter(map(str, links)) == Counter(map(str, document["links"]))  # type: ignore[call-overload]
    return {**document, "links": links} if same else document


@pytest.mark.req("BO13", "CD11")
async def test_after_a_merge_the_survivor_answers_for_both_and_for_the_old_id(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(*calm(), contact_saved("c2", emails=(email("two@acme.com"),)))
    await deliver(ticket_created(requester={"email": "two@acme.com"}, priority="urgent"))
    assert (await line(store, "open_tickets")).rule == "ok"

    await deliver(contact_merged(ADA, "c2", emails=(email(), email("two@acme.com", primary=False))))

    for asked in (ADA, "c2"):
        assert (await line(store, "open_tickets", asked)).rule == "open_tickets.urgent"


@pytest.mark.req("BO13")
async def test_after_the_merge_is_undone_each_answers_for_itself(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(*calm(), contact_saved("c2", emails=(email("two@acme.com"),)), ticket_created(requester={"contact_id": "c2"}))
    await deliver(contact_merged(ADA, "c2"))
    undone = contacts.ContactUnmerged(contact=card(ADA), merge_id="m1", restored_ids=("c2",))

    await deliver(event(undone, ADA))

    assert (await line(store, "open_tickets")).rule == "ok"
    assert (await line(store, "open_tickets", "c2")).rule == "open_tickets.open"


async def test_what_was_said_about_an_address_before_anybody_had_it_counts_once_somebody_has(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(*calm(), ticket_created(requester={"email": "new@acme.com"}))
    assert (await line(store, "open_tickets")).rule == "ok"

    await deliver(contact_saved(emails=(email(), email("new@acme.com", primary=False))))

    assert (await line(store, "open_tickets")).rule == "open_tickets.open"


@pytest.mark.req("CR15")
async def test_an_erased_contact_is_held_for_ever_and_nothing_personal_is_left(
    deliver: Deliver, store: MongoGuard, database: Database
) -> None:
    await deliver(*calm(), objected(), ticket_created(), mail_sent(), deal_created(), mail_sent(to=[EMAIL, "two@acme.com"]))

    await deliver(contact_erased())

    answer = await answered(store)
    stop = next(entry for entry in answer.lines if entry.check == "consent")
    assert (answer.verdict, stop.rule, stop.absolute) == ("hold", "consent.stopped", True)
    assert EMAIL not in str(await stored(database))


@pytest.mark.req("CR15")
async def test_erasing_one_of_two_who_share_an_address_takes_nothing_from_the_other(deliver: Deliver, store: MongoGuard) -> None:
    shared = email("info@acme.com", shared=True)
    await deliver(*calm(), contact_saved(emails=(email(), shared)), contact_saved("c2", emails=(shared,)))
    await deliver(ticket_created(requester={"email": "info@acme.com"}))

    await deliver(contact_erased("c2"))

    assert (await line(store, "open_tickets")).rule == "open_tickets.open"


@pytest.mark.req("OS4")
@pytest.mark.parametrize("late", ["card", "surroundings"])
async def test_owner_and_account_are_known_whichever_comes_first(deliver: Deliver, store: MongoGuard, late: str) -> None:
    surroundings = [member_added(name="Ann Lee"), account_created("a2", "Globex", "acme.com"), account_created("a1", "Acme", "other.com")]
    saved = [contact_saved()]

    await deliver(*(surroundings + saved if late == "card" else saved + surroundings))

    assert (await line(store, "owner")).rule == "ok"
    assert (await line(store, "account")).sentence == "acme.com belongs to Globex."
    await deliver(member_deactivated(), account_created("a2", "Globex", "globex.com"))
    assert (await line(store, "owner")).rule == "owner.inactive"
    assert (await line(store, "account")).rule == "ok"


async def test_a_new_owner_is_not_taken_for_the_old_one(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(*calm(), contact_saved(owner_id="zoe"))

    assert (await line(store, "owner")).rule == "owner.unknown"


async def test_what_is_settled_is_not_even_read(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(*calm(), ticket_created(), invoice(finance.InvoiceSent))
    await deliver(ticket_status("closed"), invoice(finance.InvoicePaid, balance_due="0"))

    dossier = await store.dossier(WORKSPACE, ADA, NOW)

    assert dossier is not None
    assert [view.__name__ for view in dossier.views] == ["Consent"]


@pytest.mark.req("CR3")
async def test_the_same_ids_and_addresses_in_another_workspace_are_somebody_else(deliver: Deliver, store: MongoGuard) -> None:
    there: list[Event] = [contact_saved(workspace="globex"), ticket_created(workspace="globex", priority="urgent")]

    await deliver(*calm(), *there)

    assert (await line(store, "open_tickets")).rule == "ok"
    globex = await answered(store, workspace="globex")
    assert next(entry.rule for entry in globex.lines if entry.check == "open_tickets") == "open_tickets.urgent"
