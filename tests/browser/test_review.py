"""Who came in without being entered here: looked at and decided, in a real browser against the whole product."""

from __future__ import annotations

import uuid

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.cast import Cast, made
from tests.browser.test_accessibility import THEMES, violations
from tests.support.browser import Visitor
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser


async def arrived(api: httpx.AsyncClient, first_name: str, **more: object) -> str:
    """Somebody who filled in a form."""
    source = {"type": "form", "id": f"f-{uuid.uuid4().hex[:6]}"}
    evidence = {"title": "Contact form", "payload": {"message": f"{first_name} asks for an offer"}}
    return await made(api, "/contacts", first_name=first_name, source=source, evidence=evidence, **more)


@pytest.mark.req("SR2", "SR4")
async def test_one_is_approved_one_rejected_and_one_is_an_update_of_somebody(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page, tag = visitor.page, uuid.uuid4().hex[:6]
    async with stack.api() as api:
        good, bad = await arrived(api, f"Good{tag}"), await arrived(api, f"Spam{tag}")
        again = await arrived(api, "Veronika", last_name="Vogel", phones=["+49 30 23125-001"], emails=[f"vera{tag}@home.example"])
        await eventually(lambda: _paired(api, again), within=60)
    await page.get_by_role("link", name="Review").click()
    badge = page.locator("a[href='/review'] .badge")
    await expect(badge).to_contain_text("3")
    await expect(page.locator(".item").filter(has_text=f"Good{tag}")).to_contain_text("asks for an offer")

    await page.get_by_role("button", name=f"Approve Good{tag}").click()
    await expect(page.get_by_role("status").filter(has_text="1 approved.")).to_be_visible()
    await expect(page.locator(".item")).to_have_count(2)
    await expect(badge).to_contain_text("2")

    await page.locator(".item").filter(has_text=f"Spam{tag}").locator(".reject summary").click()
    await page.get_by_role("button", name="Spam", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="1 rejected.")).to_be_visible()

    await page.get_by_role("button", name="Is an update of Veronika Vogel").click()
    await expect(page.get_by_role("heading", name="Nothing to review")).to_be_visible()
    await expect(badge).to_be_hidden()
    async with stack.api() as api:
        assert (await api.get(f"/contacts/{good}")).json()["review"]["state"] == "approved"
        rejected = (await api.get(f"/contacts/{bad}")).json()["review"]
        assert (rejected["state"], rejected["reason"], rejected["by"]) == ("rejected", "spam", "mel")
        vera = (await api.get(f"/contacts/{cast.vera}")).json()
    assert f"vera{tag}@home.example" in [email["typed"] for email in vera["emails"]]


async def _paired(api: httpx.AsyncClient, contact_id: str) -> bool:
    return bool((await api.get("/duplicates/pairs", params={"contact_id": contact_id})).json()["items"])


@pytest.mark.req("SR4")
async def test_many_are_rejected_at_once_by_keyboard(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page, tag = visitor.page, uuid.uuid4().hex[:6]
    async with stack.api() as api:
        ids = [await arrived(api, f"Bulk{number}{tag}") for number in range(3)]
    await visitor.open("/review")
    await expect(page.locator("[data-count]")).to_have_text("3")
    await page.keyboard.press("j")
    await page.keyboard.press("x")
    await expect(page.locator("[data-count]")).to_have_text("2")
    await page.get_by_label("Reason to reject").select_option("internal")
    await page.get_by_role("button", name="Reject selected").click()

    await expect(page.get_by_role("status").filter(has_text="2 rejected.")).to_be_visible()
    await expect(page.locator(".item")).to_have_count(1)
    async with stack.api() as api:
        states = [(await api.get(f"/contacts/{one}")).json()["review"]["state"] for one in ids]
        await api.post("/contacts/review", json={"ids": ids, "decision": "reject", "reason": "spam"})
    assert sorted(states) == ["pending", "rejected", "rejected"]


@pytest.mark.parametrize("theme", THEMES)
async def test_the_queue_is_accessible(visitor: Visitor, stack: Stack, cast: Cast, theme: str) -> None:
    page, tag = visitor.page, uuid.uuid4().hex[:6]
    async with stack.api() as api:
        await arrived(api, f"Seen{tag}")
    await page.get_by_role("button", name=f"{theme} theme").click()
    await visitor.open("/review")
    await expect(page.locator(".item").first).to_contain_text(f"Seen{tag}")
    assert await violations(page) == []
    await visitor.open("/notices")
    assert await violations(page) == []
