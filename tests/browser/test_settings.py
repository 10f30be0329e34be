"""What a workspace decides, in a real browser against the whole product: an admin changes it, everybody else reads it."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.cast import Cast
from tests.browser.test_accessibility import THEMES, violations
from tests.support.browser import Visitor, window
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

SECTIONS = ("statuses", "fields", "sources", "region")


@pytest.mark.req("OS1")
async def test_an_admin_changes_the_process_and_what_is_wrong_stands_at_its_field(chrome: Browser, stack: Stack, cast: Cast) -> None:
    async with window(chrome, stack) as visitor:
        await visitor.sign_in("ada")
        page = visitor.page
        await page.get_by_role("link", name="Settings").click()
        await page.get_by_role("button", name="Add a status").click()
        added = page.get_by_label("Status 6")
        await expect(added).to_be_focused()
        await page.keyboard.type("new")
        await page.get_by_role("button", name="Save").click()
        await expect(added).to_have_attribute("aria-invalid", "true")
        await expect(page.get_by_role("alert")).to_contain_text("the same name twice")

        await added.fill("dormant")
        await page.get_by_label("Stale after (days)").nth(1).fill("30")
        await page.locator(".setting").last.get_by_role("button", name="Move up").click()
        up = page.get_by_role("group", name="dormant: place").get_by_role("button", name="Move up")
        await expect(up).to_be_focused()
        await up.press("Enter")
        await expect(page.get_by_label("Status 4")).to_have_value("dormant")
        await expect(up).to_be_focused()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()

    async with stack.api() as api:
        statuses = (await api.get("/contacts/settings")).json()["process"]["statuses"]
    assert [status["name"] for status in statuses] == ["new", "working", "qualified", "dormant", "customer", "former"]
    assert statuses[1]["stale_after_days"] == 30


@pytest.mark.req("CR10")
async def test_a_field_in_use_is_not_deleted_unseen(chrome: Browser, stack: Stack, cast: Cast) -> None:
    async with window(chrome, stack) as visitor:
        await visitor.sign_in("ada")
        page = visitor.page
        await visitor.open("/settings/fields")
        await page.get_by_role("button", name="Add a field").click()
        await page.get_by_label("Label", exact=True).fill("Contract")
        await page.get_by_label("Key", exact=True).fill("Contract no")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()

        await page.get_by_role("button", name="Delete").click()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("alert")).to_contain_text("Contract no has a value in 1 contact")
        await page.get_by_role("link", name="Keep the fields as they were").click()
        await expect(page.get_by_label("Label", exact=True)).to_have_value("Contract")


@pytest.mark.parametrize("theme", THEMES)
async def test_the_settings_are_accessible_and_a_member_only_reads_them(visitor: Visitor, theme: str) -> None:
    await visitor.page.get_by_role("button", name=f"{theme} theme").click()
    for section in SECTIONS:
        await visitor.open(f"/settings/{section}")
        await expect(visitor.page.get_by_text("Only admins of the workspace")).to_be_visible()
        await expect(visitor.page.get_by_role("button", name="Save")).to_have_count(0)
        assert await violations(visitor.page) == [], section
