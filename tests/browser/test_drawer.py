"""The drawer for a new contact: three ways out where somebody has the address already, and nothing that was typed is lost."""

from __future__ import annotations

import uuid

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.cast import Cast, made
from tests.support.browser import Visitor
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


async def refused(page: Page, address: str, **typed: str) -> None:
    """The drawer after a save was refused because somebody has the address."""
    await page.get_by_role("button", name="New contact").click()
    drawer = page.locator("#drawer")
    for label, text in {"First name": "Olga", "Email": address, **typed}.items():
        await drawer.get_by_label(label).fill(text)
    await drawer.get_by_role("button", name="Create contact").click()
    await expect(page.get_by_role("alert")).to_contain_text("Another contact has this email address")


async def somebody(stack: Stack) -> tuple[str, str]:
    """A contact of a test's own: its id and address."""
    address = f"olga-{uuid.uuid4().hex[:6]}@oduya.example"
    async with stack.api() as api:
        return await made(api, "/contacts", first_name="Olga", job_title="Clerk", emails=[address]), address


@pytest.mark.req("CD3", "CD5")
async def test_use_and_update_takes_what_was_chosen_and_nothing_else(visitor: Visitor, stack: Stack) -> None:
    page, (contact_id, address) = visitor.page, await somebody(stack)
    await refused(page, address, **{"Job title": "Buyer", "Tags": "from the fair"})

    await page.locator(".taken").get_by_role("link", name="Use and update").click()
    drawer = page.locator("#drawer")
    await expect(drawer.get_by_role("heading", name="What you typed, for Olga")).to_be_visible()
    await expect(drawer.get_by_role("checkbox", name="Job title")).to_be_checked()
    await drawer.get_by_role("checkbox", name="Tags").uncheck()
    await drawer.get_by_role("button", name="Update the contact").click()

    await expect(page.locator(".identity")).to_contain_text("Buyer")
    async with stack.api() as api:
        now = (await api.get(f"/contacts/{contact_id}")).json()
    assert (now["job_title"], now["tags"]) == ("Buyer", [])
    await page.reload()
    await expect(page.locator("[data-typed-for]")).to_be_hidden()


@pytest.mark.req("CD3", "CD5")
async def test_open_keeps_what_was_typed_and_offers_it(visitor: Visitor, stack: Stack) -> None:
    page, (contact_id, address) = visitor.page, await somebody(stack)
    await refused(page, address, **{"Job title": "Buyer"})

    await page.locator(".taken").get_by_role("link", name="Open").click()
    await page.wait_for_url(f"**/contacts/{contact_id}")
    await page.reload()
    await page.get_by_role("button", name="Compare it with this contact").click()

    await expect(page.locator("#drawer .difference").filter(has_text="Job title")).to_contain_text("Buyer")
    await page.get_by_role("button", name="Drop what I typed").click()
    await expect(page.locator("[data-typed-for]")).to_be_hidden()


@pytest.mark.req("CD3")
async def test_create_anyway_asks_for_a_reason_and_the_history_keeps_it(visitor: Visitor, stack: Stack) -> None:
    page, (_, address) = visitor.page, await somebody(stack)
    await refused(page, address)
    await page.get_by_role("button", name="Create anyway").click()
    await expect(page.locator("#new-reason-error")).to_contain_text("A reason is needed")

    await page.locator("#new-reason").fill("Mother and daughter")
    await page.get_by_role("button", name="Create anyway").click()

    await page.wait_for_url("**/contacts/*-*")
    await expect(page.locator("#emails")).to_contain_text("Shared address")
    await page.get_by_role("button", name="History of Email").click()
    await expect(page.locator("#drawer .step").first).to_contain_text("Mother and daughter")


@pytest.mark.req("CD5")
async def test_what_was_typed_outlives_a_failure_a_closed_drawer_and_a_reload_in_its_own_tab(visitor: Visitor, cast: Cast) -> None:
    page, name = visitor.page, f"Petra{uuid.uuid4().hex[:4]}"
    await page.get_by_role("button", name="New contact").click()
    await page.get_by_label("First name").fill(name)
    await page.get_by_label("Company").fill("Not yet known Ltd")

    async def broken(route: Route) -> None:
        await route.fulfill(status=422, content_type="application/problem+json", body='{"title": "No", "detail": "Not like this"}')

    await page.route("**/contacts", broken)
    await page.get_by_role("button", name="Create contact").click()
    await expect(page.locator("#toasts")).to_contain_text("Not like this")
    await expect(page.get_by_label("First name")).to_have_value(name)
    await page.unroute("**/contacts")
    visitor.complaints.clear()  # of the answer we made up
    await page.keyboard.press("Escape")
    await page.reload()
    other = await page.context.new_page()
    await other.goto(visitor.stack.url() + "/contacts")
    await other.get_by_role("button", name="New contact").click()
    await expect(other.get_by_label("First name")).to_have_value("")

    await page.get_by_role("button", name="New contact").click()
    await expect(page.get_by_label("First name")).to_have_value(name)
    await page.get_by_role("button", name="Create contact").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.req("CD4")
async def test_a_phone_or_a_name_that_matches_warns_and_does_not_stop(visitor: Visitor, cast: Cast) -> None:
    page = visitor.page
    await page.get_by_role("button", name="New contact").click()
    await page.get_by_label("First name").press_sequentially("Omar")
    await page.get_by_label("Last name").press_sequentially("Oduya")
    await page.get_by_label("Phone").press_sequentially("+14155550132")
    await expect(page.locator("#look-alikes .look-alike").first).to_contain_text("Omar Oduya")

    await page.get_by_role("button", name="Create contact").click()

    await page.wait_for_url("**/contacts/*-*")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Omar Oduya")
