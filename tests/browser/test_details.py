"""Details edited where they stand, in a real browser: by keyboard, beside others, and while a save is under way."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Route, expect

from tests.browser.cast import Cast, made
from tests.browser.test_accessibility import violations
from tests.support.browser import Visitor
from tests.support.http import loopback_client
from tests.support.stack import PASSWORD, Stack

pytestmark = pytest.mark.browser


@pytest.fixture
async def nina(stack: Stack, cast: Cast) -> AsyncIterator[str]:
    """Somebody of a test's own, at Vogel Instruments."""
    async with stack.api() as api:
        address = f"nina-{uuid.uuid4().hex[:6]}@vogel.example"
        yield await made(
            api, "/contacts", first_name="Nina", last_name="Nord", emails=[address], phones=["+493023125099"],
            accounts=[{"account_id": "a-vogel", "role": "user"}],
        )  # fmt: skip


@pytest.mark.req("DP6", "CR12")
async def test_enter_saves_esc_leaves_tab_goes_on_and_the_history_tells(visitor: Visitor, stack: Stack, nina: str) -> None:
    page = visitor.page
    details = page.locator("#details")
    await visitor.open(f"/contacts/{nina}")
    await details.get_by_label("Job title", exact=True).fill("Buyer")
    await page.keyboard.press("Enter")
    await expect(page.locator(".identity")).to_contain_text("Buyer")

    await details.get_by_label("Job title", exact=True).fill("Nothing of the kind")
    await page.keyboard.press("Escape")
    await expect(details.get_by_label("Job title", exact=True)).to_have_value("Buyer")

    await details.get_by_label("First name", exact=False).first.fill("Ninette")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.type("North")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Ninette North")

    await page.get_by_role("button", name="History of Job title").click()
    step = page.locator("#drawer .step")
    await expect(step).to_have_count(1)
    await expect(step).to_contain_text("Mel")
    await expect(step).to_contain_text("Buyer")
    async with stack.api() as api:
        now = (await api.get(f"/contacts/{nina}")).json()
    assert (now["first_name"], now["last_name"], now["job_title"]) == ("Ninette", "North", "Buyer")


@pytest.mark.req("CD9")
async def test_whom_a_number_being_typed_belongs_to_is_said_before_it_is_saved(visitor: Visitor, stack: Stack, nina: str) -> None:
    page = visitor.page
    await visitor.open(f"/contacts/{nina}")
    number = page.locator("#phones").get_by_label("Phone number", exact=True).first

    await number.press("ControlOrMeta+a")
    await number.press_sequentially("+14155550132")

    said = page.locator("#phones .alike").first
    await expect(said).to_contain_text("With this, 2 more people look alike or share it")
    await expect(said).to_contain_text("Hardly the same")
    await expect(said.locator(".look-alike").first).to_contain_text("Omar Oduya")
    await expect(number).to_be_focused()
    assert await violations(page) == []
    await number.press("Escape")
    await expect(said).to_be_empty()
    async with stack.api() as api:
        assert [phone["typed"] for phone in (await api.get(f"/contacts/{nina}")).json()["phones"]] == ["+493023125099"]


@pytest.mark.req("DP6", "CR13")
async def test_a_slower_colleague_sees_both_values_and_decides(visitor: Visitor, stack: Stack, nina: str) -> None:
    page = visitor.page
    title = page.locator("#details").get_by_label("Job title", exact=True)
    await visitor.open(f"/contacts/{nina}")
    async with stack.api() as api:
        version = (await api.get(f"/contacts/{nina}")).json()["version"]
        await api.patch(f"/contacts/{nina}", json={"job_title": "Theirs", "last_name": "Other", "version": version})

    await title.fill("Mine")
    await title.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("It is now Theirs")
    await expect(title).to_have_value("Mine")
    await page.get_by_role("button", name="Save mine over it").click()

    await expect(page.locator(".identity")).to_contain_text("Mine")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Nina Other")


@pytest.mark.req("DP6")
async def test_what_is_typed_while_a_save_is_under_way_is_kept_and_saved_next(visitor: Visitor, stack: Stack, nina: str) -> None:
    page, answered = visitor.page, asyncio.Event()
    title = page.locator("#details").get_by_label("Job title", exact=True)

    async def slowly(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await visitor.open(f"/contacts/{nina}")
    await page.route("**/details/line", slowly)
    await title.fill("Buyer")
    await title.press("Enter")
    await page.keyboard.press("End")
    await page.keyboard.type(" of gauges")
    answered.set()
    await expect(page.locator(".identity")).to_contain_text("Buyer")
    await expect(title).to_have_value("Buyer of gauges")
    await expect(title).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator(".identity")).to_contain_text("Buyer of gauges")


@pytest.mark.req("CR4", "DP7", "CU2")
async def test_another_company_leaves_the_old_one_as_a_former(visitor: Visitor, nina: str) -> None:
    page, name = visitor.page, f"Nordlicht {uuid.uuid4().hex[:4]}"
    accounts = page.locator("#accounts")
    await visitor.open(f"/contacts/{nina}")
    await accounts.get_by_label("More for Vogel Instruments").click()
    await accounts.get_by_role("button", name="Change company").click()
    sheet = page.locator("#sheet")
    await sheet.get_by_label("Company").fill(name)
    await sheet.get_by_label("Role").fill("decides")
    await sheet.get_by_role("button", name="Save").click()
    await sheet.get_by_label("Create it").check()
    await sheet.get_by_role("button", name="Save").click()

    await expect(page.locator(".identity")).to_contain_text(f"{name} · decides")
    await accounts.locator(".former summary").click()
    await expect(accounts.locator(".former")).to_contain_text("Vogel Instruments")


@pytest.mark.req("SE1", "SE5")
async def test_a_second_address_is_added_with_its_consequences_and_splits_off_again(visitor: Visitor, nina: str) -> None:
    page, address = visitor.page, f"nina-{uuid.uuid4().hex[:6]}@home.example"
    sheet = page.locator("#sheet")
    await visitor.open(f"/contacts/{nina}")
    await page.get_by_role("button", name="Add an email address").click()
    await sheet.get_by_label("Email address").press_sequentially(address)
    await sheet.get_by_label("Purpose").select_option("billing")
    await expect(sheet.locator("#means-here")).to_contain_text("Invoices and estimates go to it from now on")
    await sheet.get_by_role("button", name="Save").click()
    await expect(sheet).to_be_hidden()
    await expect(page.locator("#emails .entry-row")).to_have_count(2)

    await page.get_by_label(f"More for {address}").click()
    await page.locator("#emails").get_by_role("button", name="Split off").last.click()
    await sheet.get_by_label("First name").fill("Nils")
    await sheet.get_by_role("button", name="Split off").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Nils Nord")
    await expect(page.locator("#emails").get_by_label("Email address", exact=True)).to_have_value(address)
    await page.get_by_role("link", name="Nina Nord").click()
    await expect(page.locator("#emails .entry-row")).to_have_count(1)


@pytest.mark.req("CR15")
async def test_a_deleted_contact_says_so_and_is_restored(visitor: Visitor, nina: str) -> None:
    page = visitor.page
    await visitor.open(f"/contacts/{nina}")
    await page.get_by_label("More to do with this contact").click()
    await page.get_by_role("button", name="Delete").click()
    await page.locator("#sheet").get_by_role("button", name="Delete").click()

    await expect(page.get_by_text("This contact is deleted")).to_be_visible()
    await expect(page.locator("#details input:visible")).to_have_count(0)
    await page.get_by_role("button", name="Restore it").click()
    await expect(page.locator("#details").get_by_label("Job title", exact=True)).to_be_visible()
    await expect(page.get_by_text("This contact is deleted")).to_have_count(0)


@pytest.fixture
async def decided(stack: Stack, cast: Cast) -> AsyncIterator[None]:
    """A process of three steps, and fields of the workspace's own, for one test."""
    async with loopback_client(base_url=stack.url()) as ada:
        grant = {"grant_type": "password", "username": stack.email("ada"), "password": PASSWORD}
        token = (await ada.post("/dev-issuer/token", data=grant)).json()["access_token"]
        ada.headers.update({"Authorization": f"Bearer {token}", "X-Workspace": stack.acme})
        before = (await ada.get("/api/v1/contacts/settings")).json()
        fields = [
            {"key": "region", "label": "Sales region", "type": "choice", "options": ["north", "south"], "required": True},
            {"key": "since", "label": "Customer since", "type": "date"},
            {"key": "old", "label": "Old number", "type": "text", "enabled": False},
        ]
        statuses = [{"name": "new", "moves_to": ["working"]}, {"name": "working", "moves_to": ["customer"]}, {"name": "customer"}]
        saved = await ada.put("/api/v1/contacts/settings", json={**before, "process": {"statuses": statuses}, "fields": fields})
        yield
        now = saved.raise_for_status().json()["version"]
        await ada.put("/api/v1/contacts/settings", json={**before, "version": now}, params={"drop_used": "true"})


@pytest.mark.req("OS1", "OS2", "CR10", "CR11")
async def test_the_workspaces_own_fields_and_its_process_are_what_the_page_offers(visitor: Visitor, decided: None) -> None:
    page, name = visitor.page, f"Rosa{uuid.uuid4().hex[:4]}"
    await page.get_by_role("button", name="New contact").click()
    drawer, details = page.locator("#drawer"), page.locator("#details")
    await drawer.get_by_label("First name").fill(name)
    await expect(drawer.get_by_text("Old number")).to_have_count(0)
    await drawer.get_by_role("button", name="Create contact").click()
    await expect(drawer.get_by_label("Sales region")).to_have_attribute("aria-invalid", "true")
    await drawer.get_by_label("Sales region").select_option("north")
    await drawer.get_by_role("button", name="Create contact").click()
    await page.wait_for_url("**/contacts/*-*")
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)

    status = details.get_by_label("Status", exact=True)
    await expect(status.get_by_role("option")).to_have_text(["New", "Working"])
    await status.select_option("working")
    await expect(page.locator(".identity")).to_contain_text("Working")
    await expect(status.get_by_role("option")).to_have_text(["Working", "Customer"])
    await details.get_by_label("Customer since", exact=True).fill("2024-02-29")
    async with page.expect_response("**/details/line"):
        await details.get_by_label("Customer since", exact=True).press("Enter")
    await page.get_by_role("button", name="History of Customer since").click()
    await expect(page.locator("#drawer .step")).to_contain_text("2024-02-29")
