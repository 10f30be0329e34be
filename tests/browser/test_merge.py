"""Two records that are one person, and three: compared, merged and taken back, in a real browser against the whole product."""

from __future__ import annotations

import asyncio
import re
import uuid

import httpx
import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser.cast import Cast, made
from tests.browser.test_accessibility import THEMES, violations
from tests.support.browser import Visitor, window
from tests.support.stack import Stack
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser


async def twins(stack: Stack, number: int = 2) -> tuple[str, list[str]]:
    """Somebody who was entered several times, by an address of their own each; the last has a note. Their last name, and their ids."""
    name = f"Zwilling{uuid.uuid4().hex[:6]}"
    titles = ["Buyer", "Head of purchasing", "Fan of gauges"]
    async with stack.api() as api:
        ids = [
            await made(
                api, "/contacts", first_name="Zoe", last_name=name, job_title=titles[one], emails=[f"{name}@mail{one}.example".lower()],
                phones=[f"+1415555{int(name[-3:], 16):04}"],
            )
            for one in range(number)
        ]  # fmt: skip
        await eventually(lambda: _known(api, ids), within=60)
        await noted(api, ids[-1], "Prefers calls before ten")
    return name, ids


async def _known(api: httpx.AsyncClient, ids: list[str]) -> bool:
    return all([(await api.get(f"/timeline/{one}")).json().get("known") for one in ids])


async def noted(api: httpx.AsyncClient, contact_id: str, text: str) -> None:
    answer = await api.post(f"/timeline/{contact_id}/notes", json={"text": text})
    assert answer.status_code == 201, answer.text


@pytest.mark.req("CD12", "CD13", "CD14")
async def test_two_are_compared_from_the_look_alikes_merged_and_taken_back(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page = visitor.page
    name, (first, second) = await twins(stack)
    async with stack.api() as api:
        await eventually(lambda: _paired(api, first), within=60)
    await visitor.open(f"/contacts/{first}")
    await page.get_by_role("link", name=f"Compare with Zoe {name}").click()

    await page.wait_for_url("**/merge?*")
    await expect(page.get_by_role("heading", level=1)).to_have_text("2 records, one person?")
    await expect(page.locator("#result")).to_contain_text("1 note")
    await expect(page.get_by_role("row", name="Emails")).to_contain_text("All are kept")
    await page.get_by_role("radio", name="Job title of").first.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#result .outcome")).to_contain_text("Head of purchasing")
    async with stack.api() as api:
        assert (await api.get(f"/contacts/{second}")).json()["merged_into"] is None

    await page.get_by_role("button", name=f"Merge 1 into Zoe {name}").click()
    await expect(page.get_by_role("status").filter(has_text="Merged.")).to_be_visible()
    async with stack.api() as api:
        assert (await api.get(f"/contacts/{first}")).json()["job_title"] == "Head of purchasing"
        await noted(api, first, "Said after the merge")
        await eventually(lambda: _has_notes(api, first, 2), within=60)

    await page.get_by_role("button", name="Undo the merge").click()
    await expect(page.get_by_role("status").filter(has_text="Undone.")).to_be_visible()
    await expect(page.get_by_role("region", name="Edited since, left as it is")).to_contain_text("Nothing")
    await expect(page.get_by_role("region", name="Came after the merge")).to_contain_text("Note")
    async with stack.api() as api:
        back = (await api.get(f"/contacts/{second}")).json()
        assert (back["merged_into"], back["job_title"]) == (None, "Head of purchasing")
        assert (await api.get(f"/contacts/{first}")).json()["job_title"] == "Buyer"


async def _paired(api: httpx.AsyncClient, contact_id: str) -> bool:
    answer = await api.get("/duplicates/pairs", params={"contact_id": contact_id})
    return bool(answer.json()["items"])


async def _has_notes(api: httpx.AsyncClient, contact_id: str, number: int) -> bool:
    """That of the one merged in, and that written since."""
    items = (await api.get(f"/timeline/{contact_id}", params={"kind": "note"})).json()["items"]
    return len(items) == number


async def chosen_early(visitor: Visitor, ids: list[str], radio: str) -> None:
    """The one beside the first of these, by a key pressed before the page's scripts are there."""
    page, ready = visitor.page, asyncio.Event()

    async def late(route: Route) -> None:
        await ready.wait()
        await route.continue_()

    await page.route("**/htmx.min.js", late)
    await page.goto(f"{visitor.stack.url()}/merge?ids={','.join(ids)}", wait_until="commit")
    await page.get_by_role("radio", name=radio).first.focus()
    await page.keyboard.press("ArrowRight")
    ready.set()


@pytest.mark.req("CD13")
async def test_a_value_chosen_before_the_page_is_ready_is_in_its_preview(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    _, ids = await twins(stack)

    await chosen_early(visitor, ids, "Job title of")

    await expect(visitor.page.locator("#result .outcome")).to_contain_text("Head of purchasing")


@pytest.mark.req("CD13")
async def test_who_is_to_stay_may_be_chosen_before_the_page_is_ready_too(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    name, ids = await twins(stack)

    await chosen_early(visitor, ids, f"Zoe {name}")

    await expect(visitor.page.locator("th.stays").get_by_role("radio")).to_have_value(ids[1])


@pytest.mark.req("CD12", "CD16", "CR13")
async def test_three_are_ticked_merged_at_once_and_a_change_meanwhile_is_shown(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page = visitor.page
    name, ids = await twins(stack, 3)
    await page.get_by_role("searchbox").fill(name)
    await expect(page.locator("[data-row]", has_text=name)).to_have_count(3)
    await page.keyboard.press("Tab")
    for key in ("x", "j", "x", "j", "x"):
        await page.keyboard.press(key)
    await page.get_by_role("link", name="Compare and merge").click()
    await page.wait_for_url("**/merge?*")
    await expect(page.get_by_role("columnheader")).to_have_count(4)

    await page.get_by_role("radio", name=re.compile("Job title of .*: Fan of gauges")).check()
    async with stack.api() as api:
        current = (await api.get(f"/contacts/{ids[0]}")).json()
        changed = await api.patch(f"/contacts/{ids[0]}", json={"first_name": "Zoë", "version": current["version"]})
        assert changed.status_code == 200, changed.text
    await page.get_by_role("button", name="Merge 2 into").click()

    await expect(page.get_by_role("alert")).to_contain_text("First name is now Zoë")
    await expect(page.get_by_role("radio", name=re.compile("Job title of .*: Fan of gauges"))).to_be_checked()
    await page.get_by_role("button", name="Merge all the same").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Merge of 3 records")
    async with stack.api() as api:
        survivors = [one for one in ids if (await api.get(f"/contacts/{one}", follow_redirects=False)).status_code == 200]
        assert len(survivors) == 1
        survivor = (await api.get(f"/contacts/{survivors[0]}")).json()
    assert survivor["job_title"] == "Fan of gauges"
    assert len(survivor["emails"]) == 3


@pytest.mark.req("CD16")
async def test_who_is_somebody_else_is_told_apart(visitor: Visitor, stack: Stack, cast: Cast) -> None:
    page = visitor.page
    _, (first, second) = await twins(stack)
    async with stack.api() as api:
        await eventually(lambda: _paired(api, first), within=60)
        await visitor.open(f"/merge?ids={first},{second}")
        await page.get_by_role("button", name="Not the same person").last.click()

        await expect(page.locator("#merge").get_by_role("status")).to_contain_text("not suspected again")
        assert not await _paired(api, first)


@pytest.mark.parametrize("theme", THEMES)
async def test_the_comparison_is_accessible(visitor: Visitor, cast: Cast, theme: str) -> None:
    await visitor.page.get_by_role("button", name=f"{theme} theme").click()
    await visitor.open(f"/merge?ids={cast.vera},{cast.omar}")
    await expect(visitor.page.locator("#result")).to_be_visible()
    assert await violations(visitor.page) == []


async def test_the_comparison_fits_a_small_screen(chrome: Browser, stack: Stack, cast: Cast) -> None:
    async with window(chrome, stack, width=360, height=740) as phone:
        await phone.sign_in("mel")
        for path in (f"/merge?ids={cast.vera},{cast.omar}", "/review", "/notices", "/settings/statuses", "/settings/fields"):
            await phone.open(path)
            assert await phone.page.evaluate("document.documentElement.scrollWidth") == 360, path
