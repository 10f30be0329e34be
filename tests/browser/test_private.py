"""A contact that is its team's, through the whole product: who is not of the team learns that it is there and whom to ask (CD6)."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.cast import Cast
from tests.browser.test_accessibility import THEMES, violations
from tests.support.browser import Visitor, window
from tests.support.http import loopback_client
from tests.support.stack import PASSWORD, Stack
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.req("CD6")]


class Candidate:
    """Somebody Ada keeps to her team; made up, so that whatever is told of them can be recognised."""

    def __init__(self) -> None:
        mark = uuid.uuid4().hex[:8]
        self.last_name, self.address, self.phone = f"Quill{mark}", f"q.{mark}@quill.example", f"+4930{int(mark, 16) % 10**7:07}"
        self.id = ""

    def told_in(self, html: str) -> list[str]:
        return [told for told in (self.id, self.address, self.phone, self.last_name, "Cora") if told in html]


@pytest.fixture
async def ada(chrome: Browser, stack: Stack, cast: Cast) -> AsyncIterator[Visitor]:
    async with window(chrome, stack) as visitor:
        await visitor.sign_in("ada")
        yield visitor


@pytest.fixture
async def mels(stack: Stack) -> AsyncIterator[httpx.AsyncClient]:
    """The API as Mel may use it."""
    async with loopback_client(base_url=f"{stack.url()}/api/v1", timeout=30) as client:
        grant = {"grant_type": "password", "username": stack.email("mel"), "password": PASSWORD}
        token = (await client.post(f"{stack.url()}/dev-issuer/token", data=grant)).json()["access_token"]
        client.headers.update({"Authorization": f"Bearer {token}", "X-Workspace": stack.acme})
        yield client


@pytest.fixture
async def candidate(ada: Visitor, mels: httpx.AsyncClient) -> Candidate:
    """Ada enters them, for her team only, and everybody has heard of it."""
    page, person = ada.page, Candidate()
    await page.get_by_role("button", name="New contact").click()
    drawer = page.locator("#drawer")
    for label, typed in {"First name": "Cora", "Last name": person.last_name, "Email": person.address, "Phone": person.phone}.items():
        await drawer.get_by_label(label).fill(typed)
    await drawer.get_by_label("Visibility").select_option("Its team only")
    await drawer.get_by_role("button", name="Create contact").click()
    await page.wait_for_url("**/contacts/*-*")
    person.id = page.url.rpartition("/")[2]
    await eventually(lambda: _hidden_from(mels, person), within=60)
    return person


async def _hidden_from(mels: httpx.AsyncClient, person: Candidate) -> bool:
    asked = [await mels.get(path) for path in (f"/timeline/{person.id}", f"/preflight/{person.id}")]
    checked = (await mels.post("/duplicates/check", json={"first_name": "Cora", "last_name": person.last_name})).json()
    return {answer.status_code for answer in asked} == {403} and bool(checked.get("hidden"))


async def enters_them_again(page: Page, person: Candidate) -> None:
    """By name, as far as the look-alikes."""
    await page.get_by_role("button", name="New contact").click()
    drawer = page.locator("#drawer")
    await drawer.get_by_label("First name").press_sequentially("Cora")
    await drawer.get_by_label("Last name").press_sequentially(person.last_name)
    await expect(page.locator("#look-alikes")).to_contain_text("1 that is not yours to see: ask Ada")


async def test_who_is_not_of_its_team_learns_whom_to_ask_and_nothing_else(ada: Visitor, visitor: Visitor, candidate: Candidate) -> None:
    page = visitor.page
    await page.get_by_role("searchbox").fill(candidate.last_name)
    await expect(page.locator("#results")).to_contain_text("Nobody found")

    await enters_them_again(page, candidate)
    assert candidate.told_in(await page.locator("#look-alikes").inner_html()) == []

    drawer = page.locator("#drawer")
    await drawer.get_by_label("Email").fill(candidate.address)
    await drawer.get_by_label("Job title").fill("Referee")
    await drawer.get_by_role("button", name="Create contact").click()
    taken = page.locator(".taken")
    await expect(taken).to_contain_text("Somebody of Ada’s has this address")
    await expect(taken.get_by_role("link")).to_have_count(0)
    await expect(taken.get_by_role("button")).to_have_text(["Create anyway"])
    assert candidate.told_in(await taken.inner_html()) == []
    for label, typed in {"Last name": candidate.last_name, "Email": candidate.address, "Job title": "Referee"}.items():
        await expect(drawer.get_by_role("textbox", name=label)).to_have_value(typed)

    await visitor.open(f"/contacts/{candidate.id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Not yours to see")
    await expect(page.get_by_role("main")).to_contain_text("Ask Ada.")
    assert candidate.told_in(await page.content()) == []

    await ada.open(f"/contacts?q={candidate.last_name}")
    await expect(ada.page.get_by_role("row", name=candidate.last_name)).to_contain_text("Team only")
    await ada.page.get_by_role("link", name=f"Cora {candidate.last_name}").click()
    await expect(ada.page.locator(".identity")).to_contain_text("Team only")


async def test_a_page_that_is_open_closes_part_by_part_and_opens_again(
    ada: Visitor, visitor: Visitor, candidate: Candidate, mels: httpx.AsyncClient
) -> None:
    page, choice = visitor.page, ada.page.locator("#details").get_by_label("Visibility", exact=True)
    await choice.select_option("Everybody")  # is saved at once: Enter would open the list
    await expect(ada.page.locator(".identity .locked")).to_have_count(0)
    await eventually(lambda: _open_to(mels, candidate), within=60)
    await visitor.open(f"/contacts/{candidate.id}")
    await expect(page.get_by_role("heading", level=1)).to_have_text(f"Cora {candidate.last_name}")

    await choice.select_option("Its team only")

    await expect(page.locator("#activity")).to_contain_text("Not yours to see")
    await expect(page.locator("#verdict")).to_contain_text("Ask Ada.")
    title = page.locator("#details").get_by_label("Job title", exact=True)
    await title.fill("Referee")
    await title.press("Enter")
    await expect(page.locator("#f-job_title")).to_contain_text("visible to its team only")
    await expect(title).to_have_value("Referee")


async def _open_to(mels: httpx.AsyncClient, person: Candidate) -> bool:
    asked = [await mels.get(path) for path in (f"/contacts/{person.id}", f"/timeline/{person.id}", f"/preflight/{person.id}")]
    return {answer.status_code for answer in asked} == {200}


@pytest.mark.parametrize("theme", THEMES)
async def test_what_is_said_instead_is_accessible_and_fits_a_small_screen(
    visitor: Visitor, ada: Visitor, candidate: Candidate, theme: str
) -> None:
    page = visitor.page
    await page.get_by_role("button", name=f"{theme} theme").click()
    await ada.page.get_by_role("button", name=f"{theme} theme").click()
    await enters_them_again(page, candidate)
    assert await violations(page) == []
    await page.locator("#drawer").get_by_label("Email").fill(candidate.address)
    await page.locator("#drawer").get_by_role("button", name="Create contact").click()
    await expect(page.locator(".taken")).to_be_visible()
    assert await violations(page) == []
    await page.set_viewport_size({"width": 360, "height": 740})
    assert await page.evaluate("document.querySelector('#drawer').scrollWidth <= document.querySelector('#drawer').clientWidth")

    await visitor.open(f"/contacts/{candidate.id}")
    assert await violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    for path in (f"/contacts?q={candidate.last_name}", f"/contacts/{candidate.id}"):
        await ada.open(path)
        await expect(ada.page.locator(".locked").first).to_be_visible()
        assert await violations(ada.page) == []
        await ada.page.set_viewport_size({"width": 360, "height": 740})
        assert await ada.page.evaluate("document.documentElement.scrollWidth") == 360, path
        await ada.page.set_viewport_size({"width": 1280, "height": 900})
