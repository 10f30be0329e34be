"""Records that are one person, and people who are not: merged or told apart, in a real browser against the whole product."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, expect

from tests.browser.cast import Cast, made
from tests.browser.test_accessibility import THEMES, violations
from tests.browser.test_merge import noted
from tests.support.browser import Visitor, window
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser


def invented() -> str:
    """A name that sounds like no other."""
    return "".join(secrets.choice("bdfgklmnprstvz") + secrets.choice("aeiou") for _ in range(4)).title()


async def imported(stack: Stack, number: int) -> tuple[str, str, list[str]]:
    """Somebody who came so many times, by one import, with everything the same: their name, the import, and their ids."""
    first, last, run = invented(), invented(), f"fair-{uuid.uuid4().hex[:6]}"
    born = f"19{secrets.randbelow(60) + 30}-0{secrets.randbelow(9) + 1}-{secrets.randbelow(19) + 10}"
    same: dict[str, Any] = {
        "phones": [f"+1415556{secrets.randbelow(10_000):04}"],
        "company": f"{invented()} {invented()}",
        "birth_date": born,
    }
    async with stack.api() as api:
        ids = [
            await made(api, "/contacts", first_name=first, last_name=last, source={"type": "import", "id": run}, **same)
            for _ in range(number)
        ]
        await eventually(lambda: _together(api, run, number), within=60)
    return f"{first} {last}", run, ids


async def _together(api: httpx.AsyncClient, run: str, number: int) -> bool:
    found = (await api.get("/duplicates/clusters", params={"run": run})).json().get("items", ())
    return [len(cluster["contact_ids"]) for cluster in found] == [number]


async def _known(api: httpx.AsyncClient, contact_id: str) -> bool:
    return bool((await api.get(f"/timeline/{contact_id}")).json().get("known"))


async def _suspected(api: httpx.AsyncClient, contact_id: str) -> bool:
    return bool((await api.get(f"/timeline/{contact_id}", params={"kind": "duplicate"})).json().get("items"))


@pytest.mark.req("KC5", "CD7", "CD10")
async def test_duplicates_of_an_import_are_found_counted_and_told_apart(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page = visitor.page
    name, run, ids = await imported(stack, 3)
    async with stack.api() as api:
        await eventually(lambda: _known(api, ids[0]), within=60)
        await noted(api, ids[0], "Asked for an offer")
    await page.get_by_role("link", name="Duplicates").click()
    badge = page.locator("a[href='/duplicates'] .badge")
    await expect(badge).to_contain_text("to look at")
    await page.get_by_label("Import run or integration").fill(run)
    await page.get_by_role("button", name="Show").click()
    cluster = page.locator(".cluster")
    await expect(cluster).to_have_count(1)
    await page.reload()
    await expect(page.get_by_label("Import run or integration")).to_have_value(run)
    await expect(cluster).to_have_count(1)
    await expect(cluster).to_contain_text("Almost certainly the same")
    await expect(cluster).to_contain_text("Same phone number")
    await expect(cluster).to_contain_text(f"Import {run} (3 records)")
    await expect(cluster.locator(".record-has", has_text="1 note")).to_have_count(1)
    await expect(cluster.locator(".record-has", has_text="nothing")).to_have_count(2)

    await cluster.get_by_role("button", name="is not the others").last.click()
    told = page.get_by_role("status").filter(has_text=f"{name} is not the others.")
    await expect(told).to_be_focused()
    await expect(cluster.locator(".record")).to_have_count(2)
    await cluster.get_by_role("button", name="Not duplicates").click()
    await expect(page.get_by_role("status").filter(has_text="are two people")).to_be_focused()
    await expect(page.get_by_role("heading", name="None of this kind")).to_be_visible()
    async with stack.api() as api:
        decided = (await api.get("/duplicates/pairs", params={"contact_id": ids[0], "status": "dismissed"})).json()["items"]
    assert [pair["decision"]["by"] for pair in decided] == ["mel"] * 2

    await page.get_by_role("button", name="They are one person after all").click()
    await expect(cluster).to_contain_text("Mel said that they are one person: to be merged.")


@pytest.mark.req("CD16", "KC5")
async def test_a_cluster_is_merged_at_once_from_the_list_by_keyboard(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page = visitor.page
    name, run, ids = await imported(stack, 3)
    await visitor.open(f"/duplicates?run={run}")
    await expect(page.locator("html[data-ready]")).to_be_attached()
    await page.keyboard.press("j")
    await expect(page.get_by_role("link", name=f"{name}, 3 times")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("3 records, one person?")
    await page.get_by_role("button", name=f"Merge 2 into {name}").click()
    await expect(page.get_by_role("status").filter(has_text="Merged.")).to_be_visible()

    async with stack.api() as api:
        await eventually(lambda: _none_left(api, run), within=60)
        states = [(await api.get(f"/contacts/{one}", follow_redirects=False)).status_code for one in ids]
    assert sorted(states) == [200, 307, 307]
    await visitor.open(f"/duplicates?run={run}")
    await expect(page.get_by_role("heading", name="None of this kind")).to_be_visible()


async def _none_left(api: httpx.AsyncClient, run: str) -> bool:
    return not (await api.get("/duplicates/clusters", params={"run": run})).json()["items"]


@pytest.mark.req("CD7", "CD10")
async def test_on_a_contacts_page_a_look_alike_is_told_apart_where_it_stands(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page = visitor.page
    _, _, (first, second) = await imported(stack, 2)
    async with stack.api() as api:
        await eventually(lambda: _known(api, second), within=60)
        await noted(api, second, "Prefers letters")
        await eventually(lambda: _suspected(api, first), within=60)  # or that line is news on the page, too
    await visitor.open(f"/contacts/{first}")
    await expect(page.locator("#pairs")).to_contain_text("Here: nothing")
    await expect(page.locator("#pairs")).to_contain_text("There: 1 note")
    await expect(page.locator(".signals")).to_contain_text("1 look-alike")
    await page.locator("#pairs").get_by_role("button", name="Not duplicates").click()

    told = page.get_by_role("status").filter(has_text="Two people.")
    await expect(told).to_be_focused()
    await expect(page.locator("#pairs")).to_contain_text("nobody else looks like this person")
    await expect(page.locator(".signals")).not_to_contain_text("look-alike")
    await expect(page.locator("#news")).to_contain_text("1 new line")
    await page.wait_for_timeout(1_500)  # the part of the page follows what happened, and what was said stays
    await expect(told).to_be_visible()


@pytest.mark.req("SE4")
async def test_who_shares_a_mailbox_of_a_company_is_no_duplicate(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page, run, domain = visitor.page, f"fair-{uuid.uuid4().hex[:6]}", f"d{uuid.uuid4().hex[:6]}.example"
    shared: dict[str, Any] = {"emails": [f"info@{domain}"], "source": {"type": "import", "id": run}}
    async with stack.api() as api:
        ids = [
            await made(api, "/contacts", first_name="Ulrike", last_name="Ostermann", **shared),
            await made(api, "/contacts", first_name="Bogdan", last_name="Wieczorek", **shared),
        ]
        await eventually(lambda: _indexed(api, ids), within=60)
    await visitor.open(f"/duplicates?run={run}")
    await expect(page.get_by_role("heading", name="None of this kind")).to_be_visible()
    await visitor.open(f"/contacts/{ids[0]}")
    await expect(page.locator("#pairs")).to_contain_text("nobody else looks like this person")
    await expect(page.locator("#details")).to_contain_text("Shared address")


async def _indexed(api: httpx.AsyncClient, ids: list[str]) -> bool:
    return all([(await api.get(f"/duplicates/contacts/{one}/matches")).status_code == 200 for one in ids])


@pytest.mark.req("OS1")
async def test_an_admin_sets_from_which_score_on_and_everybody_is_judged_anew(chrome: Browser, stack: Stack, cast: Cast) -> None:
    async with window(chrome, stack) as visitor:
        await visitor.sign_in("ada")
        page = visitor.page
        await visitor.open("/settings/duplicates")
        await page.get_by_label("Shown from").fill("97")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_label("As good as sure from")).to_have_attribute("aria-invalid", "true")
        await page.get_by_label("Shown from").fill("45")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
        await expect(page.locator("#rescan")).to_contain_text("Done")
        await page.get_by_role("button", name="Judge everybody anew").click()
        await expect(page.locator("#rescan")).to_contain_text("Done")
    async with stack.api() as api:
        rules = (await api.get("/duplicates/rules")).json()
    assert (rules["suspected"], rules["certain"]) == (0.45, 0.95)


@pytest.mark.parametrize("theme", THEMES)
async def test_the_duplicates_are_accessible(visitor: Visitor, stack: Stack, cast: Cast, theme: str) -> None:
    page = visitor.page
    _, run, _ = await imported(stack, 3)
    await page.get_by_role("button", name=f"{theme} theme").click()
    await visitor.open("/settings/duplicates")
    await expect(page.locator("#rescan")).to_contain_text("contacts")
    assert await violations(page) == []
    await visitor.open(f"/duplicates?run={run}")
    await page.locator(".cluster summary").click()
    assert await violations(page) == []
    await page.get_by_role("button", name="is not the others").last.click()
    await expect(page.get_by_role("status").filter(has_text="is not the others")).to_be_visible()
    assert await violations(page) == []


async def test_the_duplicates_fit_a_small_screen_and_can_be_hit(on_a_phone: Visitor, stack: Stack, cast: Cast) -> None:
    page = on_a_phone.page
    _, run, ids = await imported(stack, 3)
    for path in (f"/duplicates?run={run}", "/settings/duplicates", f"/contacts/{ids[0]}"):
        await on_a_phone.open(path)
        assert await page.evaluate("document.documentElement.scrollWidth") == 360, path
        small = await page.evaluate(
            """() => [...document.querySelectorAll("main :is(button, summary, select, input:not([type=hidden]))")]
                .map((target) => [target.outerHTML.slice(0, 80), target.getBoundingClientRect()])
                .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
        )
        assert small == [], path
