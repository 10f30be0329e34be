"""What is stored in a form the code does not know: lifted where a lift says how, else unknown and never a missing answer."""

from __future__ import annotations

from typing import Any

import pytest

from outreach_guard.mongo_store import MongoGuard, documents
from shared.mongo import Database, Document
from tests.outreach_guard.conftest import Deliver
from tests.outreach_guard.test_handlers import answered
from tests.support.guard_builders import (
    WORKSPACE,
    account_created,
    calm,
    contact_saved,
    mail_sent,
    member_added,
    objected,
    ticket_created,
    ticket_status,
)


async def spoil(database: Database, fact_id: str, **state: Any) -> None:
    """Keep it in a way nobody has told the guard of."""
    changes = {f"state.{name}": value for name, value in state.items()}
    assert await database.collection("facts").of(WORKSPACE).update(fact_id, {"$set": changes})


async def rules(store: MongoGuard) -> dict[str, str]:
    return {line.check: line.rule for line in (await answered(store)).lines if line.rule != "ok"}


@pytest.mark.req("BO9")
async def test_a_fact_nobody_can_read_makes_its_checks_unknown_and_no_other(
    deliver: Deliver, store: MongoGuard, database: Database
) -> None:
    await deliver(*calm(), ticket_created("t1"), ticket_created("t2"))
    await spoil(database, "ticket:t1", priority={"level": 3})

    answer = await answered(store)

    unknown = {line.check: line for line in answer.lines if line.severity == "unknown"}
    assert set(unknown) == {"recent_activity", "open_tickets"}
    assert unknown["open_tickets"].sentence == "Unknown: not everything that is kept can be read. A ticket is open."
    assert [(entry.kind, entry.id) for entry in unknown["open_tickets"].evidence] == [("ticket", "t1"), ("ticket", "t2")]
    assert answer.verdict == "caution"


@pytest.mark.req("BO9")
async def test_what_can_be_read_still_holds(deliver: Deliver, store: MongoGuard, database: Database) -> None:
    await deliver(*calm(), ticket_created("t1"), ticket_created("t2", priority="urgent"))
    await spoil(database, "ticket:t1", priority={"level": 3})

    assert (await rules(store))["open_tickets"] == "open_tickets.urgent"


@pytest.mark.req("BO8", "BO9")
async def test_a_card_nobody_can_read_is_still_a_contact_and_a_stop_a_stop(deliver: Deliver, store: MongoGuard, database: Database) -> None:
    await deliver(*calm(), objected(), ticket_created())
    await spoil(database, "contact:c1", emails="ada@acme.com")

    found = await rules(store)

    of_the_card = {check: f"{check}.unknown" for check in ("email", "account", "owner", "review")}
    assert found == {**of_the_card, "open_tickets": "open_tickets.open", "consent": "consent.stopped"}
    assert (await answered(store)).verdict == "hold"


@pytest.mark.req("BO9")
async def test_what_nobody_can_read_of_an_account_makes_the_cards_it_belongs_to_unknown(
    deliver: Deliver, store: MongoGuard, database: Database
) -> None:
    await deliver(*calm())
    await spoil(database, "account:a1", domains=7)
    await deliver(contact_saved(account_ids=()), contact_saved())

    assert await rules(store) == {"account": "account.unknown", "owner": "owner.unknown"}
    assert await rules_of_a_contact_elsewhere(store, deliver) == {}


async def rules_of_a_contact_elsewhere(store: MongoGuard, deliver: Deliver) -> dict[str, str]:
    elsewhere: dict[str, Any] = {"emails": (), "phones": (), "accounts": ({"account_id": "a9"},)}
    await deliver(member_added(), account_created("a9", "Else", "else.com"), contact_saved("c9", **elsewhere))
    lines = (await answered(store, "c9")).lines
    return {line.check: line.rule for line in lines if line.check in {"account", "owner"} and line.rule != "ok"}


async def test_a_fact_of_a_kind_still_to_come_says_nothing(deliver: Deliver, store: MongoGuard, database: Database) -> None:
    await deliver(*calm(), mail_sent())
    facts = database.collection("facts").of(WORKSPACE)
    known = await facts.get("contact:c1")
    assert known is not None
    await facts.insert_new([{**known, "_id": "parcel:p1", "kind": "parcel"}])

    assert await rules(store) == {"recent_activity": "recent_activity.colleague"}


def level_to_word(document: Document) -> Document:
    """As if tickets had been stored with a level once."""
    if document["kind"] != "ticket" or "level" not in document["state"]:
        return document
    words = {1: "normal", 3: "urgent"}
    lifted = {**document, "state": {**document["state"], "priority": words[document["state"]["level"]]}}
    del lifted["state"]["level"]
    if "stamps" in document:
        lifted["stamps"] = {**document["stamps"], "priority": document["stamps"]["level"]}
        del lifted["stamps"]["level"]
    return lifted


async def test_a_fact_in_an_older_form_is_lifted_wherever_it_is_read(
    deliver: Deliver, store: MongoGuard, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await deliver(*calm(), ticket_created(sequence=1))
    facts = database.collection("facts").of(WORKSPACE)
    as_it_was = {"$rename": {"state.priority": "state.level", "stamps.priority": "stamps.level"}, "$unset": {"form": ""}}
    await facts.update("ticket:t1", as_it_was)
    await facts.update("ticket:t1", {"$set": {"state.level": 3}})
    monkeypatch.setattr(documents, "LIFTS", (level_to_word,))

    assert (await rules(store))["open_tickets"] == "open_tickets.urgent"

    await deliver(ticket_status("pending", sequence=2))
    document = await facts.get("ticket:t1")
    assert document is not None
    assert (document["form"], document["state"]["priority"], document["state"]["status"]) == (2, "urgent", "pending")
    assert "level" not in document["state"]
    assert (await rules(store))["open_tickets"] == "open_tickets.urgent"
