"""The running product with a few people in it, and windows to look at it through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, StorageState

from tests.browser.cast import Cast, filled
from tests.support.browser import Visitor, chromium, launched, window
from tests.support.stack import Stack


@pytest.fixture(scope="module")
async def cast(stack: Stack) -> Cast:
    return await filled(stack)


@pytest.fixture(scope="session")
async def chrome() -> AsyncIterator[Browser]:
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on the PATH, nor named by CHROMIUM")
    async with launched(path) as browser:
        yield browser


@pytest.fixture(scope="module")
async def mel(chrome: Browser, stack: Stack, cast: Cast) -> StorageState:
    """What the browser of Mel, a member of Acme, keeps once she has signed in."""
    async with window(chrome, stack) as visitor:
        await visitor.sign_in("mel")
        return await visitor.page.context.storage_state()


@pytest.fixture
async def visitor(chrome: Browser, stack: Stack, mel: StorageState) -> AsyncIterator[Visitor]:
    """Mel on the list of contacts."""
    async with window(chrome, stack, kept=mel) as visitor:
        await visitor.open("/contacts")
        yield visitor


@pytest.fixture
async def on_a_phone(chrome: Browser, stack: Stack, mel: StorageState) -> AsyncIterator[Visitor]:
    async with window(chrome, stack, width=360, height=740, kept=mel) as visitor:
        await visitor.open("/contacts")
        yield visitor
