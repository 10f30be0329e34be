"""A real Chromium in front of the running product."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, StorageState, async_playwright, expect

from tests.support.stack import Stack

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""The first is the same engine without the windows around it, which take half as much of the machine again."""
PATIENCE_MS = 15_000
"""For what must come; how soon it must come is asserted where a requirement says so."""
expect.set_options(timeout=PATIENCE_MS)


def chromium() -> str | None:
    """CHROMIUM, or what is on the PATH under one of the usual names."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@asynccontextmanager
async def launched(path: str) -> AsyncIterator[Browser]:
    """Without its sandbox where we are root: it can't have one there."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        await browser.close()


class Visitor:
    """One person's window. What its console complained about fails the test that opened it."""

    def __init__(self, page: Page, stack: Stack) -> None:
        self.page = page
        self.stack = stack
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        refused = "status of 4" in message.text  # an answer the page shows to the person
        if message.type in {"error", "warning"} and not refused:
            self.complaints.append(message.text)

    async def sign_in(self, name: str) -> None:
        await self.open("")
        await self.page.locator(f"button[value='{self.stack.email(name)}']").click()
        await self.page.wait_for_url("**/contacts")

    async def open(self, path: str) -> None:
        await self.page.goto(self.stack.url() + path)


@asynccontextmanager
async def window(
    browser: Browser, stack: Stack, *, width: int = 1280, height: int = 900, kept: StorageState | None = None
) -> AsyncIterator[Visitor]:
    """`kept`: cookies of a window that was there before."""
    context: BrowserContext = await browser.new_context(
        viewport={"width": width, "height": height}, timezone_id="Europe/Berlin", storage_state=kept
    )
    visitor = Visitor(await context.new_page(), stack)
    yield visitor
    await context.close()
    assert not visitor.complaints, visitor.complaints
