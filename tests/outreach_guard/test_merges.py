"""A merge leaves the survivor with all that is known of both, and with the strictest of what both decided; undone, each has its own again.

The rule: every decision of either side is the survivor's, and a stop holds on its channel whatever was granted, by whomever and when.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from outreach_guard.domain.policy import Policy
from outreach_guard.domain.question import Channel, Purpose
from outreach_guard.domain.verdict import Verdict, preflight
from outreach_guard.mongo_store import MongoGuard
from shared.contracts import consent, contacts, deals, finance, mail
from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.contracts.values import Change
from tests.outreach_guard.conftest import Deliver
from tests.support.guard_builders import (
    NOW,
    WORKSPACE,
    ago,
    card,
    contact_saved,
    email,
    event,
    fresh,
    invoice,
    member_added,
    question,
    ticket_created,
)

ADDRESS = {"a": "a@acme.com", "b": "b@acme.com", "c": "c@acme.com"}
STOPPED, UNSUBSCRIBED, FINE, NOTHING_KNOWN = "consent.stopped", "consent.unsubscribed", "ok", "consent.unknown"


def person(contact_id: str) -> dict[str, Any]:
    """The addresses of these, the first one's as primary."""
    return {"emails": tuple(email(ADDRESS[each], primary=each == contact_id[0]) for each in contact_id)}


def saved(contact_id: str) -> Event:
    return contact_saved(contact_id, **person(contact_id))


def merged(survivor: str, loser: str, merge_id: str, addresses: str) -> Event:
    after = card(survivor, merged_ids=(loser,), **person(addresses))
    return event(contacts.ContactMerged(contact=after, merge_id=merge_id, survivor_id=survivor, merged_ids=(loser,)), survivor)


def taken(loser: str, survivor: str, addresses: str) -> Event:
    after = card(loser, merged_into=survivor, **person(addresses))
    return event(contacts.ContactUpdated(contact=after, changes={"merged_into": Change(new=survivor)}), loser)


def unmerged(survivor: str, restored: str, merge_id: str, addresses: str) -> Event:
    after = card(survivor, **person(addresses))
    return event(contacts.ContactUnmerged(contact=after, merge_id=merge_id, restored_ids=(restored,)), survivor)


def given_back(restored: str, survivor: str, addresses: str) -> Event:
    after = card(restored, **person(addresses))
    return event(contacts.ContactUpdated(contact=after, changes={"merged_into": Change(old=survivor)}), restored)


def by_id(contact_id: str) -> dict[str, Any]:
    return {"parties": (Party(contact_id=contact_id),)}


def by_address(contact_id: str) -> dict[str, Any]:
    return {"parties": (Party(email=ADDRESS[contact_id]),)}


def granted(whose: dict[str, Any], **fields: Any) -> Event:
    return event(consent.ConsentGranted(**whose, channel="all", purpose="all"), "grant", **fields)


async def answered(store: MongoGuard, contact_id: str, channel: Channel = Channel.EMAIL, purpose: Purpose = Purpose.SALES) -> Verdict:
    dossier = await store.dossier(WORKSPACE, contact_id, NOW)
    assert dossier is not None
    return preflight(dossier, question(contact_id=contact_id, channel=channel, purpose=purpose), Policy(), fresh(), NOW)


async def rule(store: MongoGuard, contact_id: str, channel: Channel = Channel.EMAIL) -> str:
    answer = await answered(store, contact_id, channel)
    return next(line.rule for line in answer.lines if line.check == "consent")


async def rules(store: MongoGuard) -> dict[str, str]:
    return {contact_id: await rule(store, contact_id) for contact_id in "abc"}


# ---- consent ------------------------------------------------------------------------------------------------------------

MERGE = [merged("a", "b", "m1", "ab"), taken("b", "a", "b")]
UNDO = [unmerged("a", "b", "m1", "a"), given_back("b", "a", "b")]

STOPS = {
    "objected by id": event(consent.ConsentObjectionRecorded(**by_id("b")), "stop", at=ago(days=9)),
    "objected by address": event(consent.ConsentObjectionRecorded(**by_address("b")), "stop", at=ago(days=9)),
    "withdrawn": event(consent.ConsentWithdrawn(**by_id("b")), "stop", at=ago(days=9)),
    "suppressed": event(consent.SuppressionAdded(**by_address("b")), "stop", at=ago(days=9)),
    "complained": event(mail.DeliveryComplained(address=ADDRESS["b"]), "stop", at=ago(days=9)),
    "unsubscribed": event(mail.DeliveryUnsubscribed(address=ADDRESS["b"]), "stop", at=ago(days=9)),
}


@pytest.mark.req("CD15")
@pytest.mark.parametrize("order", list(permutations(["stop", "grant", "merge"])), ids="-".join)
@pytest.mark.parametrize("stop", STOPS)
@pytest.mark.parametrize("grant", [by_id("a"), by_address("a")], ids=["granted by id", "granted by address"])
async def test_an_opt_out_of_one_beats_a_newer_grant_of_the_other_until_the_merge_is_undone(
    deliver: Deliver, store: MongoGuard, order: Sequence[str], stop: str, grant: dict[str, Any]
) -> None:
    steps = {"stop": [STOPS[stop]], "grant": [granted(grant, at=ago(days=1))], "merge": MERGE}
    held = UNSUBSCRIBED if stop == "unsubscribed" else STOPPED
    await deliver(saved("a"), saved("b"))

    await deliver(*(each for step in order for each in steps[step]))
    assert {await rule(store, "a"), await rule(store, "b")} == {held}

    await deliver(*UNDO)
    assert (await rule(store, "a"), await rule(store, "b")) == (FINE, held)


@pytest.mark.req("CD15")
@pytest.mark.parametrize("whose", ["a", "b"])
async def test_it_is_the_strictest_on_each_channel(deliver: Deliver, store: MongoGuard, whose: str) -> None:
    no_calls = event(consent.ConsentObjectionRecorded(**by_id(whose), channel="phone"), "stop")

    await deliver(saved("a"), saved("b"), no_calls, granted(by_id("a")), *MERGE)

    assert await rule(store, "a", Channel.PHONE) == STOPPED
    assert await rule(store, "a", Channel.EMAIL) == FINE


@pytest.mark.req("CD15")
async def test_a_decision_about_the_survivor_while_they_were_merged_stays_the_survivors(deliver: Deliver, store: MongoGuard) -> None:
    await deliver(saved("a"), saved("b"), *MERGE, event(consent.ConsentObjectionRecorded(**by_id("a")), "stop"))
    assert await rule(store, "b") == STOPPED

    await deliver(*UNDO)

    assert (await rule(store, "a"), await rule(store, "b")) == (STOPPED, NOTHING_KNOWN)


PEOPLE = [saved("a"), saved("b"), saved("c")]
CHAIN = [merged("b", "c", "m1", "bc"), taken("c", "b", "c"), merged("a", "b", "m2", "abc"), taken("b", "a", "bc")]
CHAIN_UNDONE = [
    unmerged("a", "b", "m2", "a"),
    given_back("b", "a", "bc"),
    unmerged("b", "c", "m1", "b"),
    given_back("c", "b", "c"),
]


@pytest.mark.req("CD15", "CD14")
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("party", [by_id, by_address], ids=["by id", "by address"])
@pytest.mark.parametrize("whose", "abc")
async def test_when_a_chain_of_merges_is_undone_a_stop_is_only_theirs_who_said_it(
    deliver: Deliver, store: MongoGuard, whose: str, party: Any, seed: int
) -> None:
    chance = random.Random(seed)
    stop = event(consent.ConsentObjectionRecorded(**party(whose)), "stop")
    await deliver(*chance.sample([*PEOPLE, *CHAIN, stop], 8), *chance.choices(CHAIN, k=3))
    assert await rules(store) == dict.fromkeys("abc", STOPPED)

    everything = [*PEOPLE, *CHAIN, *CHAIN_UNDONE, stop]
    await deliver(*chance.sample(everything, len(everything)))

    assert await rules(store) == {**dict.fromkeys("abc", NOTHING_KNOWN), whose: STOPPED}


@pytest.mark.req("CD15", "BO8")
async def test_two_that_were_each_taken_for_the_other_by_mistake_lose_no_stop(deliver: Deliver, store: MongoGuard) -> None:
    back = [merged("b", "a", "m2", "ba"), taken("a", "b", "a"), unmerged("b", "a", "m2", "b"), given_back("a", "b", "a")]
    stop = event(consent.ConsentObjectionRecorded(**by_address("b")), "stop")
    await deliver(saved("a"), saved("b"), stop, *MERGE, *UNDO, *back)
    assert (await rule(store, "a"), await rule(store, "b")) == (NOTHING_KNOWN, STOPPED)

    await deliver(contact_saved("b", **person("c")))

    assert await rule(store, "b") == STOPPED


# ---- everything else ----------------------------------------------------------------------------------------------------

ITEMS = [
    ticket_created("t1", requester={"email": ADDRESS["b"]}, priority="urgent"),
    event(deals.DealCreated(title="Big one", owner_id="bob", contacts=(deals.DealContact(contact_id="c"),)), "d1"),
    invoice(finance.InvoiceOverdue, "i1", recipient_email=ADDRESS["a"]),
]
OF_EACH = {
    "a": {"open_tickets": "ok", "active_deals": "ok", "unpaid_invoices": "unpaid_invoices.overdue"},
    "b": {"open_tickets": "open_tickets.urgent", "active_deals": "ok", "unpaid_invoices": "ok"},
    "c": {"open_tickets": "ok", "active_deals": "active_deals.other_owner", "unpaid_invoices": "ok"},
}
OF_ALL = {"open_tickets": "open_tickets.urgent", "active_deals": "active_deals.other_owner", "unpaid_invoices": "unpaid_invoices.overdue"}


@pytest.mark.req("BO13", "CD11", "CD14")
@pytest.mark.parametrize("seed", range(6))
async def test_the_verdict_uses_all_items_of_the_survivor_by_any_id_and_each_their_own_when_it_is_undone(
    deliver: Deliver, store: MongoGuard, seed: int
) -> None:
    chance = random.Random(seed)

    async def found(contact_id: str) -> dict[str, str]:
        answer = await answered(store, contact_id)
        return {line.check: line.rule for line in answer.lines if line.check in OF_ALL}

    together = [*PEOPLE, *CHAIN, *ITEMS]
    await deliver(member_added(), *chance.sample(together, len(together)), *chance.choices(together, k=4))
    assert await answered(store, "b") == await answered(store, "c") == await answered(store, "a")
    assert await found("a") == OF_ALL

    everything = [*together, *CHAIN_UNDONE]
    await deliver(*chance.sample(everything, len(everything)))
    assert {contact_id: await found(contact_id) for contact_id in "abc"} == OF_EACH
