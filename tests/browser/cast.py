"""Who is in the two workspaces, and what happened to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx

from shared.contracts import deals, finance, tickets, workspace
from shared.contracts.catalogue import EventData
from shared.contracts.envelope import Event
from shared.contracts.parties import Attendee, Party
from tests.support.messages import publish
from tests.support.stack import Stack
from tests.support.waiting import eventually

TEAM = ("ada", "mel", "vic")


@dataclass(frozen=True)
class Cast:
    """Ids of the people the tests are about: Vera has a history, Omar a look-alike."""

    vera: str
    omar: str
    gerda: str


def event(data: EventData, subject: str, workspace: str, *, ago: timedelta = timedelta(), by: str | None = "ada") -> Event:
    who = {"actorid": by, "actortype": "user"} if by else {"actortype": "system"}
    service = data.TYPE.split(".")[1]
    at = datetime.now(UTC) - ago
    return Event.of(data, source=f"/services/{service}", workspace=workspace, subject=subject, sequence=1, time=at, **who)


async def filled(stack: Stack) -> Cast:
    async with stack.api(stack.acme) as acme, stack.api(stack.globex) as globex:
        team = [event(workspace.MemberAdded(name=who.title(), email=stack.email(who), role="member"), who, stack.acme) for who in TEAM]
        await publish(stack.bootstrap, workspace.TOPIC, *team)
        await eventually(lambda: _team_known(acme), within=60)
        await made(acme, "/accounts", id="a-vogel", name="Vogel Instruments", domains=["vogel.example"])
        vera = await made(
            acme, "/contacts", first_name="Veronika", last_name="Vogel", job_title="Buyer", owner_id="ada", status="customer",
            emails=["vera@vogel.example"], phones=["+49 30 23125-001"], accounts=[{"account_id": "a-vogel", "role": "user"}],
            tags=["key account"], custom={"Contract no": "V-17"},
        )  # fmt: skip
        omar = await made(acme, "/contacts", first_name="Omar", last_name="Oduya", emails=["omar@oduya.example"], phones=["+14155550132"])
        await made(acme, "/contacts", first_name="Omar", last_name="Oduya", emails=["o.oduya@mail.example"], phones=["(415) 555-0132"])
        gerda = await made(globex, "/contacts", first_name="Gerda", last_name="Globe")
        await happened(stack, vera)
        await eventually(lambda: _all_known(acme, vera, omar), within=60)
    return Cast(vera, omar, gerda)


async def made(api: httpx.AsyncClient, path: str, **body: Any) -> str:
    answer = await api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def happened(stack: Stack, vera: str) -> None:
    """A deal, an urgent ticket that only knows her address, and an invoice she has not paid."""
    deal = deals.DealCreated(title="Forty gauges", contacts=(deals.DealContact(contact_id=vera),), owner_id="ada", amount=Decimal(4000))
    ticket = tickets.TicketCreated(
        number="4711", subject="Nothing prints", priority="urgent", status="open", requester=Attendee(email="VERA@vogel.example")
    )
    invoice = finance.InvoiceOverdue(
        number="2026-17", balance_due=Decimal(1200), currency="EUR", days_overdue=12, parties=(Party(contact_id=vera),)
    )
    await publish(stack.bootstrap, deals.TOPIC, event(deal, "d-1", stack.acme, ago=timedelta(days=2)))
    await publish(stack.bootstrap, tickets.TOPIC, event(ticket, "t-1", stack.acme, ago=timedelta(days=1)))
    await publish(stack.bootstrap, finance.TOPIC, event(invoice, "i-1", stack.acme, ago=timedelta(hours=3), by=None))


async def _items(api: httpx.AsyncClient, path: str, **query: str) -> list[Any]:
    """None yet, where a busy service has not answered."""
    return list((await api.get(path, params=query)).json().get("items", ()))


async def _team_known(api: httpx.AsyncClient) -> bool:
    return len(await _items(api, "/members")) == len(TEAM)


async def _all_known(api: httpx.AsyncClient, vera: str, omar: str) -> bool:
    kinds = {item["kind"] for item in await _items(api, f"/timeline/{vera}")}
    pairs = await _items(api, "/duplicates/pairs", contact_id=omar)
    verdict = (await api.get(f"/preflight/{vera}")).json()
    rules = {line["rule"] for line in verdict.get("lines", ())}
    return {"deal", "ticket", "invoice"} <= kinds and len(pairs) == 1 and {"open_tickets.urgent", "unpaid_invoices.overdue"} <= rules
