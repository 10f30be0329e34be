"""How much there is of somebody before a merge, and what depends on an address before it is changed."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.auth import Role
from shared.contracts import deals, documents, files, finance, mail, tickets, timeline
from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event
from shared.contracts.parties import Party, Upstream
from tests.support.http import problem
from tests.support.timeline_builders import (
    contact_created,
    contact_erased,
    contact_merged,
    contact_unmerged,
    contact_updated,
    deal_won,
    event,
    ticket_created,
)
from tests.support.timelines import Deliver, Timeline
from tests.support.tokens import bearer

ADA = "ada@acme.com"
BY_ID = (Party(contact_id="c1", email=ADA),)
"""As producers do that know the contact: the address stands beside its id."""


def said(model: type[Upstream], record: str, sequence: int = 1, **fields: Any) -> Event:
    return event(model.model_validate({"parties": BY_ID, **fields}), record, sequence=sequence)


async def counted(client: httpx.AsyncClient, *contact_ids: str) -> dict[str, Any]:
    answer = await client.post("/v1/timeline/counts", json={"contact_ids": list(contact_ids)}, headers=bearer())
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def about(client: httpx.AsyncClient, email: str = ADA, **who: Any) -> dict[str, Any]:
    answer = await client.post("/v1/timeline/addresses", json={"emails": [email]}, headers=bearer(**who))
    assert answer.status_code == 200, answer.text
    (item,) = answer.json()["items"]
    assert item["email"] == email
    found: dict[str, Any] = item
    return found


async def numbers(client: httpx.AsyncClient, email: str = ADA) -> dict[str, tuple[int, int]]:
    """Kind -> how many used the address, and how many of them are open."""
    return {kind["kind"]: (kind["count"], kind["open"]) for kind in (await about(client, email))["dependents"]}


# ---- how much there is --------------------------------------------------------------------------------------------------


@pytest.mark.req("CD13", "CD10")
async def test_records_are_counted_by_kind_and_not_their_lines(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1"), ticket_created("t1", contact_id="c1"), ticket_created("t2", contact_id="c1"))
    await deliver(said(tickets.TicketStatusChanged, "t2", 2, previous="open", current="closed"), deal_won(contact_id="c1"))
    note = (await client.post("/v1/timeline/c1/notes", json={"text": "Call"}, headers=bearer())).json()
    await client.patch(f"/v1/timeline/c1/notes/{note['id']}", json={"text": "Call her", "version": 1}, headers=bearer())

    found = await counted(client, "c1", "unheard")

    assert found["items"] == {"c1": {"ticket": 2, "deal": 1, "note": 1}, "unheard": {}}
    assert found["open"] == {"c1": {"ticket": 1}, "unheard": {}}


@pytest.mark.req("CD13")
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("history", "left"),
    [
        ([deals.DealCreated(parties=BY_ID), deals.DealDeleted(parties=BY_ID)], {}),
        ([tickets.TicketCreated(parties=BY_ID), tickets.TicketMerged(parties=BY_ID, survivor_id="x9", merged_ids=("x1",))], {}),
        ([tickets.TicketCreated(parties=BY_ID), tickets.TicketMerged(parties=BY_ID, survivor_id="x1")], {"ticket": 1}),
        ([timeline.NoteAdded(note_id="x1", contact_id="c1"), timeline.NoteDeleted(note_id="x1", contact_id="c1")], {}),
    ],
    ids=["a deleted deal", "a ticket merged away", "a ticket that took one in", "a deleted note"],
)
async def test_what_was_removed_is_not_counted_whatever_comes_late(
    client: httpx.AsyncClient, deliver: Deliver, late: bool, history: list[EventData], left: dict[str, int]
) -> None:
    told = [event(data, "x1", sequence=sequence) for sequence, data in enumerate(history, start=1)]

    await deliver(contact_created("c1"), *(reversed(told) if late else told))

    assert (await counted(client, "c1"))["items"]["c1"] == left


@pytest.mark.req("CD11", "CD13")
async def test_an_old_id_is_counted_as_its_survivor(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1"), contact_created("c2"), ticket_created("t1", contact_id="c1"), deal_won(contact_id="c2"))
    assert (await counted(client, "c1", "c2"))["items"] == {"c1": {"ticket": 1}, "c2": {"deal": 1}}

    await deliver(contact_merged("c1", "c2"))

    both = {"ticket": 1, "deal": 1}
    assert (await counted(client, "c1", "c2"))["items"] == {"c1": both, "c2": both}


@pytest.mark.req("CR15")
async def test_of_who_was_erased_nothing_is_counted(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1"), contact_created("c2"), contact_erased("c1"))

    assert (await counted(client, "c1", "c2"))["items"] == {"c2": {}}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("counts", {"contact_ids": []}, "contact_ids"),
        ("counts", {"contact_ids": ["c"] * 51}, "contact_ids"),
        ("counts", {"contact_ids": ["c1"], "kind": "deal"}, "kind"),
        ("addresses", {"emails": []}, "emails"),
        ("addresses", {"emails": [ADA] * 21}, "emails"),
        ("addresses", {"emails": [ADA, "nobody"]}, "emails.1"),
    ],
)
async def test_what_can_not_be_asked_is_named(client: httpx.AsyncClient, path: str, body: dict[str, Any], field: str) -> None:
    refused = problem(await client.post(f"/v1/timeline/{path}", json=body, headers=bearer()), 422)

    assert [error["field"] for error in refused["errors"]] == [field]


# ---- what depends on an address -----------------------------------------------------------------------------------------


@pytest.mark.req("CR9")
@pytest.mark.parametrize(
    ("used", "kind"),
    [
        (finance.InvoiceSent(recipient_email=ADA), "invoice"),
        (finance.EstimateSent(recipient_email=ADA), "estimate"),
        (documents.DocumentSent(recipient_email=ADA), "document"),
        (tickets.TicketCreated.model_validate({"requester": {"email": ADA}}), "ticket"),
        (tickets.TicketCreated.model_validate({"requester": {"contact_id": "c1", "email": ADA}}), "ticket"),
        (files.FileShared(parties=BY_ID, public_link="https://files.example/1"), "public_link"),
        (documents.DocumentLinkOpened(recipient_email=ADA), "public_link"),
        (mail.MessageSent(to=(ADA,)), "email"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, EventData) else value,
)  # fmt: skip
async def test_whatever_used_an_address_depends_on_it_however_it_names_it(
    client: httpx.AsyncClient, deliver: Deliver, used: EventData, kind: str
) -> None:
    await deliver(contact_created("c1", ADA), event(used, "x1"))

    (found,) = (await about(client, "Ada@ACME.com"))["dependents"]

    assert (found["kind"], found["count"], found["open"]) == (kind, 1, 0 if kind == "email" else 1)
    assert [record["id"] for record in found["newest"]] == ["x1"]
    assert (await about(client, "other@acme.com"))["dependents"] == []


@pytest.mark.req("CR9")
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("history", "still_open"),
    [
        ([finance.InvoiceSent, finance.InvoicePaid], 0),
        ([finance.InvoiceSent, finance.InvoiceViewed], 1),
        ([finance.InvoicePaid, finance.InvoiceReminderSent], 0),
        ([finance.InvoiceSent, finance.InvoiceVoided], 0),
        ([finance.EstimateSent, finance.EstimateAccepted], 0),
        ([documents.DocumentSent, documents.DocumentSigned], 1),
        ([documents.DocumentSent, documents.DocumentCompleted], 0),
        ([documents.DocumentCompleted, documents.DocumentViewed], 0),
    ],
)
async def test_what_is_settled_is_open_no_more_whatever_comes_late(
    client: httpx.AsyncClient, deliver: Deliver, late: bool, history: list[type[Upstream]], still_open: int
) -> None:
    told = [said(model, "x1", sequence) for sequence, model in enumerate(history, start=1)]

    await deliver(contact_created("c1", ADA), *(reversed(told) if late else told))

    assert list((await numbers(client)).values()) == [(1, still_open)]


@pytest.mark.req("CR9")
async def test_a_record_is_as_its_latest_event_leaves_it_which_may_name_the_contact_alone(
    client: httpx.AsyncClient, deliver: Deliver
) -> None:
    alone = {"parties": ({"contact_id": "c1"},)}
    await deliver(contact_created("c1", ADA), said(finance.InvoiceSent, "i1"), said(tickets.TicketCreated, "t1", status="closed"))
    await deliver(said(finance.InvoicePaid, "i1", 2, **alone), said(tickets.TicketStatusChanged, "t1", 2, current="reopened", **alone))

    assert await numbers(client) == {"invoice": (1, 0), "ticket": (1, 1)}


@pytest.mark.req("CR9")
async def test_a_file_that_was_deleted_has_no_link_any_more(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1", ADA), said(files.FileShared, "f1", public_link="https://files.example/1"))
    await deliver(said(files.FileDeleted, "f1", 2))

    assert await numbers(client) == {}


@pytest.mark.req("CR9")
async def test_the_newest_few_are_shown_each_once_by_its_newest_line(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1", ADA), *(said(finance.InvoiceSent, f"i{n}", number=f"R-{n}") for n in range(5)))
    await deliver(said(finance.InvoiceViewed, "i1", 2, number="R-1"), said(finance.InvoicePaid, "i1", 3, number="R-1"))

    (invoices,) = (await about(client))["dependents"]

    assert (invoices["count"], invoices["open"]) == (5, 4)
    assert [(record["kind"], record["id"], record["sentence"]) for record in invoices["newest"]] == [
        ("invoice", "i1", "Invoice R-1 paid"),
        ("invoice", "i4", "Invoice R-4 sent"),
        ("invoice", "i3", "Invoice R-3 sent"),
    ]


@pytest.mark.req("CR9", "DP8")
async def test_what_a_viewer_may_not_see_is_counted_and_not_shown(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1", ADA), said(finance.InvoiceSent, "i1", number="R-1", visibility="role:manager"))
    await deliver(said(mail.MessageSent, "m1", subject="Your salary", visibility="mailbox"))

    found = {kind["kind"]: kind for kind in (await about(client, role=Role.VIEWER))["dependents"]}

    assert (found["invoice"]["count"], found["invoice"]["newest"]) == (1, [])
    assert [record["sentence"] for record in found["email"]["newest"]] == ["Message sent"]
    manager = {kind["kind"]: kind for kind in (await about(client, role=Role.MANAGER))["dependents"]}
    assert [record["sentence"] for record in manager["invoice"]["newest"]] == ["Invoice R-1 sent"]


@pytest.mark.req("SE2")
async def test_what_waits_for_somebody_with_an_address_is_counted_until_then(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1", "ada@home.example"), *(ticket_created(f"t{n}", email=ADA) for n in range(3)))
    await deliver(event(mail.MessageSent(to=("ada@home.example", ADA)), "m1"))
    assert (await about(client))["unresolved"] == {"email": 1, "ticket": 3}

    await deliver(contact_updated("c1", "ada@home.example", ADA))

    assert (await about(client))["unresolved"] == {}
    assert (await counted(client, "c1"))["items"]["c1"] == {"email": 1, "ticket": 3}


@pytest.mark.req("CR9", "CD11", "CD14")
async def test_what_depends_on_an_address_is_the_same_before_and_after_a_merge(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1", ADA), contact_created("c2", "bob@acme.com"), said(finance.InvoiceSent, "i1"))
    before = await about(client)

    await deliver(contact_merged("c2", "c1", merge_id="m1", emails=["bob@acme.com", ADA]))
    assert await about(client) == before

    await deliver(contact_unmerged("c2", "c1", merge_id="m1", emails=["bob@acme.com"]))
    assert await about(client) == before


@pytest.mark.req("CR3")
async def test_no_workspace_learns_of_another(client: httpx.AsyncClient, deliver: Deliver) -> None:
    await deliver(contact_created("c1", ADA, workspace="globex"), ticket_created("t1", email=ADA, workspace="globex"))

    assert await about(client) == {"email": ADA, "dependents": [], "unresolved": {}}
    assert (await counted(client, "c1"))["items"] == {"c1": {}}


async def test_an_entry_tells_no_address_that_stood_beside_an_id(deliver: Deliver, timeline: Timeline) -> None:
    await deliver(contact_created("c1"), said(tickets.TicketCreated, "t1"))

    assert "ada@acme.com" not in str(await timeline.documents())
