"""One event's way through the services: what another team publishes is on the timeline and in the verdict a moment later."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.system

LIMIT_S = 2.0


async def create(api: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    answer = await api.post("/contacts", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def hand_written(kind: str, subject: str, sequence: int, data: dict[str, Any], workspace: str) -> tuple[str, bytes, bytes]:
    """Topic, key and value as another team would write them, knowing docs/events.md and nothing of our code."""
    event = {
        "specversion": "1.0",
        "id": str(uuid.uuid4()),
        "source": f"/services/{kind.split('.')[1]}",
        "type": kind,
        "subject": subject,
        "time": datetime.now(UTC).isoformat(),
        "datacontenttype": "application/json",
        "workspaceid": workspace,
        "partitionkey": f"{workspace}:{subject}",
        "sequence": f"{sequence:012d}",
        "data": data,
    }
    return ".".join(kind.split(".")[:2]), f"{workspace}:{subject}".encode(), json.dumps(event).encode()


async def send(bootstrap: str, *messages: tuple[str, bytes, bytes]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap)
    await producer.start()
    try:
        for topic, key, value in messages:
            await producer.send_and_wait(topic, value, key=key)
    finally:
        await producer.stop()


async def kinds(api: httpx.AsyncClient, contact_id: str) -> list[str]:
    items = (await api.get(f"/timeline/{contact_id}")).json()["items"]
    return [item["kind"] for item in items]


async def verdict(api: httpx.AsyncClient, contact_id: str) -> dict[str, Any]:
    question = {"contact_id": contact_id, "channel": "email", "purpose": "sales", "sender_id": "mel"}
    answer = await api.post("/preflight", json=question)
    body: dict[str, Any] = answer.json() if answer.is_success else {"verdict": None, "lines": []}
    return body


def rules(answer: dict[str, Any]) -> dict[str, str]:
    return {line["check"]: line["rule"] for line in answer["lines"]}


@pytest.mark.req("DP3", "BO1", "BO5", "BO7")
async def test_an_outside_ticket_and_invoice_reach_timeline_and_verdict_within_two_seconds(stack: Stack) -> None:
    email = f"vera.{uuid.uuid4().hex[:6]}@example.com"
    async with stack.api() as api:
        contact = await create(api, first_name="Vera", last_name="Vogel", emails=[{"typed": email}])

        async def known() -> bool:
            return (await verdict(api, contact["id"]))["verdict"] is not None

        await eventually(known)
        ticket = hand_written(
            "crm.tickets.ticket.created.v1", f"t-{uuid.uuid4().hex[:8]}", 1,
            {"number": "4711", "subject": "Nothing prints", "priority": "urgent", "status": "open", "requester": {"email": email.upper()}},
            stack.acme,
        )  # fmt: skip
        invoice = hand_written(
            "crm.finance.invoice.overdue.v1", f"i-{uuid.uuid4().hex[:8]}", 1,
            {"number": "2026-17", "total": 1200, "balance_due": 1200, "currency": "EUR", "days_overdue": 12, "level": 1,
             "recipient_email": email, "parties": [{"contact_id": contact["id"]}]},
            stack.acme,
        )  # fmt: skip
        await send(stack.bootstrap, ticket, invoice)
        began = time.monotonic()

        async def shown() -> bool:
            found = rules(await verdict(api, contact["id"]))
            there = {"ticket", "invoice"} <= set(await kinds(api, contact["id"]))
            return there and found["open_tickets"] == "open_tickets.urgent" and found["unpaid_invoices"] == "unpaid_invoices.overdue"

        await eventually(shown, within=10)
        took = time.monotonic() - began
        answer = await verdict(api, contact["id"])
    assert answer["verdict"] == "hold"
    assert took < LIMIT_S


@pytest.mark.req("CR3")
async def test_no_service_shows_one_workspace_anything_of_another(stack: Stack) -> None:
    email = f"nina.{uuid.uuid4().hex[:6]}@example.com"
    async with stack.api(stack.acme) as acme, stack.api(stack.globex) as globex:
        theirs = await create(globex, first_name="Nina", last_name="Nowak", emails=[{"typed": email}])
        await eventually(lambda: _has_timeline(globex, theirs["id"]))
        await send(
            stack.bootstrap,
            hand_written(
                "crm.tickets.ticket.created.v1", f"t-{uuid.uuid4().hex[:8]}", 1, {"number": "1", "requester": {"email": email}}, stack.acme
            ),
        )
        await asyncio.sleep(1.0)

        assert "ticket" not in await kinds(globex, theirs["id"])
        assert (await acme.get(f"/contacts/{theirs['id']}")).status_code == 404
        assert (await acme.get("/contacts", params={"q": email})).json()["items"] == []
        assert (await acme.get(f"/timeline/{theirs['id']}")).json()["items"] == []
        check = await acme.post("/duplicates/check", json={"first_name": "Nina", "last_name": "Nowak", "emails": [{"typed": email}]})
        assert check.json()["matches"] == []
        assert (await verdict(acme, theirs["id"]))["verdict"] is None


@pytest.mark.req("CD2")
async def test_a_look_alike_is_found_before_it_is_saved(stack: Stack) -> None:
    email = f"omar.{uuid.uuid4().hex[:6]}@example.com"
    async with stack.api() as api:
        known = await create(api, first_name="Omar", last_name="Oduya", emails=[{"typed": email}])

        async def found() -> bool:
            answer = await api.post(
                "/duplicates/check", json={"first_name": "OMAR", "last_name": "Oduya", "emails": [{"typed": email.upper()}]}
            )
            return [match["contact_id"] for match in answer.json()["matches"]] == [known["id"]]

        await eventually(found)


async def _has_timeline(api: httpx.AsyncClient, contact_id: str) -> bool:
    return bool(await kinds(api, contact_id))
