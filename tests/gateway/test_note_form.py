"""The form of a note: what is sent again is the same note, and what was typed is in the form that comes back."""

from __future__ import annotations

import re

import httpx

from tests.support.gateway import RunningGateway, Upstream, csrf_of


async def sent(browser: httpx.AsyncClient, **form: str) -> httpx.Response:
    """As the page's own script would send it."""
    headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/contacts"))}
    return await browser.post("/contacts/c1/notes", headers=headers, data=form)


def once_of(page: httpx.Response) -> str:
    found = re.search(r'name="once" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def keys_sent(upstream: Upstream) -> list[str | None]:
    return [request.headers.get("idempotency-key") for request in upstream.asked if request.method == "POST"]


async def test_a_note_sent_twice_from_one_form_has_one_key(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/timeline/c1/notes", {"items": []})
    async with gateway.browser() as browser:
        once = once_of(await browser.get("/contacts/c1/pane?tab=notes"))
        first, again = [await sent(browser, text="Same", once=once) for _ in range(2)]

    assert keys_sent(upstream) == [once, once]
    assert len({once, once_of(first), once_of(again)}) == 3, "the form that comes back is for another note"


async def test_a_note_nobody_knows_the_fate_of_is_sent_again_under_its_key(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/timeline/c1/notes", {"items": []})
    async with gateway.browser() as browser:
        once = once_of(await browser.get("/contacts/c1/pane?tab=notes"))
        upstream.answers("/v1/timeline/c1/notes", {}, 503, method="POST")
        unknown = await sent(browser, text="Call at noon", once=once)
        upstream.answers("/v1/timeline/c1/notes", {"detail": "Too long"}, 422, method="POST")
        refused = await sent(browser, text="Call at noon", once=once)

    assert "Call at noon" in unknown.text
    assert once_of(unknown) == once
    assert once_of(refused) != once


async def test_the_cursor_is_back_in_the_form_after_a_note_and_not_before(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/timeline/c1/notes", {"items": []})
    async with gateway.browser() as browser:
        before = await browser.get("/contacts/c1/pane?tab=notes")
        after = [await sent(browser, text="Call at noon"), await sent(browser, text=" ")]

    assert "autofocus" not in before.text
    assert all("autofocus" in form.text for form in after)
