"""What a person does with contacts, in a real browser against the whole product."""

from __future__ import annotations

import asyncio
import re
import time
import uuid

import pytest
from playwright.async_api import Browser, Route, expect

from shared.contracts import deals
from tests.browser.cast import Cast, event
from tests.support.browser import Visitor, window
from tests.support.messages import publish
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

AS_SOON_AS_SEEN = """([opener, field]) => new Promise((done) => {
  new MutationObserver((_, observer) => {
    const seen = document.querySelector(field);
    if (!seen) return;
    observer.disconnect();
    seen.focus();
    setTimeout(() => done(document.activeElement.id), 300);
  }).observe(document.body, { childList: true, subtree: true });
  document.querySelector(opener).click();
})"""
"""Opens a form, puts the cursor into a field in the same moment the form comes, and tells where the cursor is a while later."""


async def test_workspace_and_person_are_always_visible(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    for path in ("/contacts", f"/contacts/{cast.vera}", "/docs"):
        await visitor.open(path)
        await expect(visitor.page.locator("[data-workspace]")).to_have_text(stack.acme.title())
        await expect(visitor.page.locator("[data-person]")).to_have_text("Mel")


@pytest.mark.req("CR3")
async def test_switching_the_workspace_shows_other_people(chrome: Browser, stack: Stack, cast: Cast) -> None:
    async with window(chrome, stack) as visitor:
        await visitor.sign_in("ada")
        page = visitor.page
        await expect(page.get_by_role("link", name="Veronika Vogel")).to_be_visible()

        await page.get_by_label(f"Workspace {stack.acme}").click()
        await page.get_by_role("button", name=stack.globex.title()).click()

        await expect(page.locator("[data-workspace]")).to_have_text(stack.globex.title())
        await expect(page.get_by_role("link", name="Gerda Globe")).to_be_visible()
        await expect(page.get_by_role("link", name="Veronika Vogel")).to_have_count(0)


async def test_half_a_name_finds_and_says_where_it_matched(visitor: Visitor) -> None:
    page = visitor.page
    await page.keyboard.press("/")
    await page.keyboard.type("eroni")

    await expect(page.locator("[data-row]")).to_have_count(1)
    await expect(page.locator("[data-row] mark")).to_have_text("Veronika Vogel")
    await expect(page).to_have_url(re.compile(r"\?q=eroni$"))


async def test_a_phone_typed_another_way_finds(visitor: Visitor) -> None:
    page = visitor.page
    await page.get_by_role("searchbox").fill("0049 (30) 231 250 01")

    await expect(page.locator("[data-row]")).to_have_count(1)
    await expect(page.locator("[data-row] .match")).to_contain_text("phone")


async def test_nobody_found_is_said(visitor: Visitor) -> None:
    await visitor.page.get_by_role("searchbox").fill("zzzzqq")
    await expect(visitor.page.get_by_role("heading", name="Nobody found")).to_be_visible()


async def test_the_list_is_walked_and_opened_by_keyboard(visitor: Visitor) -> None:
    page = visitor.page
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    await expect(page.locator("[data-row]").nth(1).locator(".row-link")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/contacts/[^/?]+$"))


@pytest.mark.req("CD1")
async def test_a_look_alike_appears_while_typing_and_before_saving(visitor: Visitor, cast: Cast) -> None:
    page = visitor.page
    await page.keyboard.press("n")
    await page.get_by_label("First name").press_sequentially("omar")
    await page.get_by_label("Last name").press_sequentially("Oduya")
    await page.get_by_label("Email").press_sequentially("OMAR@oduya.example")

    warning = page.locator("#look-alikes .look-alike").first
    await expect(warning).to_contain_text("Omar Oduya")
    await expect(warning).to_contain_text("Almost certainly the same")
    await expect(warning).to_contain_text(re.compile("same email", re.IGNORECASE))
    await warning.get_by_role("link", name="Open").click()
    await page.wait_for_url(f"**/contacts/{cast.omar}")


@pytest.mark.req("CR1", "CR8")
async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(visitor: Visitor) -> None:
    page = visitor.page
    await page.keyboard.press("n")
    await page.get_by_label("Last name").fill("Nameless")
    await page.get_by_label("Email").fill("not an address")
    await page.get_by_role("button", name="Create contact").click()

    await expect(page.get_by_label("First name")).to_have_attribute("aria-invalid", "true")
    await expect(page.locator("#new-email-error")).to_be_visible()
    await expect(page.get_by_label("Last name")).to_have_value("Nameless")
    await expect(page.get_by_label("Email")).to_have_value("not an address")


async def test_a_new_contact_opens_linked_to_its_account(visitor: Visitor) -> None:
    page, name = visitor.page, f"Nora{uuid.uuid4().hex[:6]}"
    await page.get_by_role("button", name="New contact").click()
    await page.get_by_label("First name").fill(name)
    await page.get_by_label("Company").fill("Vogel Instruments")
    await page.get_by_role("button", name="Create contact").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    await expect(page.locator("#details")).to_contain_text("Vogel Instruments")
    await expect(page.locator("#details")).not_to_contain_text("not linked")
    await expect(page.locator(".contact-head")).to_contain_text("Mel")


@pytest.mark.req("DP3")
async def test_the_timeline_tells_of_deal_ticket_and_invoice_and_filters(visitor: Visitor, cast: Cast) -> None:
    page = visitor.page
    await visitor.open(f"/contacts/{cast.vera}")
    for text in ("Forty gauges", "4711", "2026-17"):
        await expect(page.locator(".entry").filter(has_text=text).first).to_be_visible()

    await page.get_by_role("button", name="Tickets").click()

    await expect(page.locator(".entry").filter(has_text="Forty gauges")).to_have_count(0)
    await expect(page.locator(".entry").filter(has_text="4711")).to_have_count(1)


@pytest.mark.req("BO1", "BO2", "BO5", "BO7")
async def test_the_verdict_holds_with_reasons_and_changes_with_the_purpose(visitor: Visitor, cast: Cast) -> None:
    page = visitor.page
    await visitor.open(f"/contacts/{cast.vera}")
    panel = page.locator("#verdict")
    await expect(panel.locator(".word")).to_have_text("Hold")
    await expect(page.locator("#verdict-chip")).to_contain_text("Hold")
    checks = await panel.locator(".check").all_inner_texts()
    assert checks[:7] == ["Email", "Account", "Owner", "Recent activity", "Open tickets", "Active deals", "Unpaid invoices"]

    await panel.locator("summary", has_text="Open tickets").click()
    await expect(panel.locator("details[open] .evidence")).to_contain_text("4711")

    await panel.get_by_role("button", name="Support").click()
    await expect(panel.get_by_role("button", name="Support")).to_have_attribute("aria-pressed", "true")
    await expect(panel.locator("li", has_text="Open tickets")).to_have_class("is-info")


async def test_look_alikes_of_a_person_are_shown_with_reasons(visitor: Visitor, cast: Cast) -> None:
    page = visitor.page
    await visitor.open(f"/contacts/{cast.omar}")
    await expect(page.locator(".signals")).to_contain_text("1 look-alike")
    await expect(page.locator("#pairs .look-alike")).to_contain_text("Omar Oduya")
    await expect(page.locator("#pairs .reasons")).to_contain_text(re.compile("same phone", re.IGNORECASE))


@pytest.mark.req("DP5")
async def test_a_note_is_there_at_once_and_on_the_timeline(visitor: Visitor, cast: Cast) -> None:
    page, text = visitor.page, f"Call before ten. {uuid.uuid4().hex[:6]}"
    await visitor.open(f"/contacts/{cast.vera}")
    await page.keyboard.press("n")
    await page.get_by_label("New note").fill(text)
    await page.keyboard.press("Control+Enter")

    await expect(page.locator(".note-item").first).to_contain_text(text)
    await expect(page.locator(".note-item").first).to_contain_text("Mel")
    await expect(page.get_by_label("New note")).to_have_value("")
    await page.locator("[data-tab=activity]").click()
    await expect(page.locator(".entry[data-kind=Note]").first).to_be_visible()


@pytest.mark.req("DP9")
async def test_what_happens_meanwhile_appears_without_a_reload(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page, title = visitor.page, f"Deal {uuid.uuid4().hex[:6]}"
    await visitor.open(f"/contacts/{cast.omar}")
    await expect(page.locator("#activity")).to_be_visible()
    won = deals.DealWon(title=title, contacts=(deals.DealContact(contact_id=cast.omar),))

    await publish(stack.bootstrap, deals.TOPIC, event(won, f"d-{title}", stack.acme))
    began = time.monotonic()

    await expect(page.locator(".entry").filter(has_text=title)).to_be_visible()
    assert time.monotonic() - began < 4.0  # 2 s on a machine of its own


async def test_the_cursor_stays_where_a_quick_hand_put_it(visitor: Visitor, cast: Cast) -> None:
    """What is typed would land in another field otherwise."""
    assert await visitor.page.evaluate(AS_SOON_AS_SEEN, ["[data-new]", "#new-email"]) == "new-email"
    await visitor.open(f"/contacts/{cast.omar}")
    adding = '[hx-get$="/addresses/new"]'
    assert await visitor.page.evaluate(AS_SOON_AS_SEEN, [adding, "#adding-purpose"]) == "adding-purpose"


async def test_nothing_is_typed_that_a_saved_note_would_take_away(visitor: Visitor, cast: Cast) -> None:
    page, note, answered, text = visitor.page, visitor.page.get_by_label("New note"), asyncio.Event(), f"Call {uuid.uuid4().hex[:6]}"

    async def slowly(route: Route) -> None:
        await answered.wait()
        await route.continue_()

    await visitor.open(f"/contacts/{cast.vera}?tab=notes")
    await page.route("**/notes", slowly)
    await note.fill(text)
    await note.press("Control+Enter")
    await expect(note).to_be_disabled()
    await page.keyboard.type("no key acts now")
    answered.set()

    await expect(page.locator(".note-item").first).to_contain_text(text)
    await expect(note).to_have_value("")
    await expect(note).to_be_focused()
    await page.keyboard.type("the next one")
    await expect(note).to_have_value("the next one")
    await expect(page.locator(".note-item", has_text=text)).to_have_count(1)
