"""Two contacts are merged over HTTP, and that is undone: timeline, verdict and look-alikes follow, under the old id too."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from shared.contracts.catalogue import EventData
from shared.contracts.consent import ConsentObjectionRecorded
from shared.contracts.deals import DealContact, DealCreated
from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.contracts.tickets import TicketCreated
from tests.support.messages import publish
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.system

CHECKS = ("open_tickets", "active_deals", "consent")


def said(data: EventData, workspace: str) -> Event:
    subject, service = uuid.uuid4().hex, data.TYPE.split(".")[1]
    return Event.of(data, source=f"/services/{service}", workspace=workspace, subject=subject, sequence=1, time=datetime.now(UTC))


async def create(api: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await api.post("/contacts", json=body)
    assert answer.status_code == 201, answer.text
    contact: dict[str, Any] = answer.json()
    return contact


async def counts(api: httpx.AsyncClient, contact_id: str) -> dict[str, int]:
    found: dict[str, int] = (await api.post("/timeline/counts", json={"contact_ids": [contact_id]})).json()["items"][contact_id]
    return {kind: found[kind] for kind in ("ticket", "deal", "note", "consent") if kind in found}


async def rules(api: httpx.AsyncClient, contact_id: str) -> dict[str, str]:
    question = {"contact_id": contact_id, "channel": "email", "purpose": "sales", "sender_id": "mel"}
    lines = (await api.post("/preflight", json=question)).json().get("lines", ())
    return {line["check"]: line["rule"] for line in lines if line["check"] in CHECKS}


async def look_alikes(api: httpx.AsyncClient, contact_id: str, status: str = "suspected") -> list[list[str]]:
    answer = await api.get("/duplicates/pairs", params={"contact_id": contact_id, "status": status})
    return [pair["contact_ids"] for pair in answer.json()["items"]]


@pytest.mark.req("CD11", "CD14", "CD15", "BO13")
async def test_a_merge_and_its_undoing_are_followed_by_timeline_verdict_and_look_alikes(stack: Stack) -> None:
    name = {"first_name": "Vera", "last_name": f"Vogel {uuid.uuid4().hex[:6]}", "birth_date": "1971-02-03"}
    address = f"vera.{uuid.uuid4().hex[:6]}@example.com"
    async with stack.api() as api:
        one = (await create(api, **name))["id"]
        other = (await create(api, **name, emails=[{"typed": address}]))["id"]
        await publish(stack.bootstrap, "crm.tickets", said(TicketCreated(priority="urgent", requester=Party(email=address)), stack.acme))
        await publish(
            stack.bootstrap, "crm.deals", said(DealCreated(owner_id="ann", contacts=(DealContact(contact_id=other),)), stack.acme)
        )
        await publish(stack.bootstrap, "crm.consent", said(ConsentObjectionRecorded(parties=(Party(email=address),)), stack.acme))
        assert (await api.post(f"/timeline/{one}/notes", json={"text": "Call at noon"})).status_code == 201
        ones, others = {"note": 1}, {"ticket": 1, "deal": 1, "consent": 1}
        free = {"open_tickets": "ok", "active_deals": "ok", "consent": "consent.unknown"}
        held = {"open_tickets": "open_tickets.urgent", "active_deals": "active_deals.other_owner", "consent": "consent.stopped"}
        pair = sorted([one, other])

        async def apart() -> bool:
            places = (await counts(api, one), await counts(api, other)) == (ones, others)
            return places and (await rules(api, one), await rules(api, other)) == (free, held)

        async def suspected() -> bool:
            return await look_alikes(api, one) == [pair]

        await eventually(apart)
        await eventually(suspected)
        done = await api.post("/contacts/merges", json={"survivor_id": one, "merged_ids": [other], "reason": "the same person"})
        assert done.status_code == 201, done.text

        async def together() -> bool:
            places = [await counts(api, contact_id) for contact_id in (one, other)] == [ones | others] * 2
            verdicts = [await rules(api, contact_id) for contact_id in (one, other)] == [held] * 2
            return places and verdicts and await look_alikes(api, other, "confirmed") == [pair] and await look_alikes(api, other) == []

        await eventually(together)
        assert (await api.get(f"/contacts/{other}", follow_redirects=True)).json()["id"] == one
        undone = await api.post(f"/contacts/merges/{done.json()['id']}/undo", json={"reason": "mother and daughter"})
        assert undone.status_code == 200, undone.text

        await eventually(apart)

        async def told_apart() -> bool:
            return await look_alikes(api, one, "dismissed") == [pair] and await look_alikes(api, one) == []

        await eventually(told_apart)
