"""The running product with a few people in it, and windows to look at it through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

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


@pytest.fixture
async def visitor(chrome: Browser, stack: Stack, cast: Cast) -> AsyncIterator[Visitor]:
    """Mel, a member of Acme, on the list of contacts."""
    async with window(chrome, stack) as visitor:
        await visitor.sign_in("mel")
        yield visitor


@pytest.fixture
async def on_a_phone(chrome: Browser, stack: Stack, cast: Cast) -> AsyncIterator[Visitor]:
    async with window(chrome, stack, width=360, height=740) as visitor:
        await visitor.sign_in("mel")
        yield visitor
