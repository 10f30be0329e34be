"""What axe-core finds on the pages in both themes, and whether they fit a small screen."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.cast import Cast
from tests.support.browser import Visitor

pytestmark = pytest.mark.browser

THEMES = ("light", "dark")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
"""What a rule finds right is not written out: that takes longer than finding it."""


async def violations(page: Page) -> list[Any]:
    """What is wrong, and where."""
    await page.wait_for_timeout(400)  # colours fade in
    found = (await Axe().run(page, options=RULES)).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]], rule["nodes"][0]["failureSummary"]) for rule in found]


@pytest.mark.parametrize("theme", THEMES)
async def test_the_list_is_accessible(visitor: Visitor, theme: str) -> None:
    await visitor.page.get_by_role("button", name=f"{theme} theme").click()
    assert await violations(visitor.page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_the_drawer_is_accessible_with_its_warnings(visitor: Visitor, theme: str) -> None:
    page = visitor.page
    await page.get_by_role("button", name=f"{theme} theme").click()
    await page.keyboard.press("n")
    await page.get_by_label("Email").press_sequentially("omar@oduya.example")
    await expect(page.locator("#look-alikes .look-alike").first).to_be_visible()
    await page.get_by_role("button", name="Create contact").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await violations(page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_a_contacts_page_is_accessible(visitor: Visitor, cast: Cast, theme: str) -> None:
    page = visitor.page
    await page.get_by_role("button", name=f"{theme} theme").click()
    for contact_id in (cast.vera, cast.omar):
        await visitor.open(f"/contacts/{contact_id}")
        for check in ("Open tickets", "Consent"):
            await page.locator("#verdict summary", has_text=check).click()
        assert await violations(page) == []
    await visitor.open(f"/contacts/{cast.vera}?tab=notes")
    assert await violations(page) == []


@pytest.mark.parametrize("theme", THEMES)
async def test_what_opens_over_a_contacts_page_is_accessible_and_fits(visitor: Visitor, cast: Cast, theme: str) -> None:
    page = visitor.page
    await page.get_by_role("button", name=f"{theme} theme").click()
    await visitor.open(f"/contacts/{cast.vera}")
    await page.get_by_role("button", name="Add an email address").click()
    await page.locator("#sheet").get_by_label("Email address").press_sequentially("vera@home.example")
    await expect(page.locator("#means-here dt").first).to_be_visible()
    assert await violations(page) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.querySelector('#sheet').scrollWidth <= document.querySelector('#sheet').clientWidth")
    await page.set_viewport_size({"width": 1280, "height": 900})
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="History of Email").click()
    await expect(page.locator("#drawer .drawer-head")).to_be_visible()
    assert await violations(page) == []
    await visitor.open("/accounts/a-vogel")
    assert await violations(page) == []


async def test_the_page_for_integrators_is_accessible(visitor: Visitor) -> None:
    await visitor.open("/docs")
    assert await violations(visitor.page) == []


async def test_nothing_is_wider_than_a_small_screen(on_a_phone: Visitor, cast: Cast) -> None:
    page = on_a_phone.page
    for path in ("/contacts", "/contacts?q=o", f"/contacts/{cast.vera}", f"/contacts/{cast.vera}?tab=notes", "/docs"):
        await on_a_phone.open(path)
        assert await page.evaluate("document.documentElement.scrollWidth") == 360, path


async def test_targets_are_large_enough_to_hit(on_a_phone: Visitor, cast: Cast) -> None:
    await on_a_phone.open(f"/contacts/{cast.vera}")
    small = await on_a_phone.page.evaluate(
        """() => [...document.querySelectorAll("button, summary, select, input:not([type=hidden])")]
            .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
    )
    assert small == []
