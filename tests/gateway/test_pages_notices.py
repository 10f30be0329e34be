"""The bell and the list behind it."""

from __future__ import annotations

import pytest

from tests.gateway.test_pages_merge import send, text
from tests.support.gateway import RunningGateway, Upstream

NOTICES = "/v1/contacts/notices"
DIGEST = {
    "id": "n1", "kind": "assigned", "contact_ids": ["a", "b", "c", "d"],
    "contacts": [{"id": "a", "name": "Ada"}, {"id": "b", "name": None}],
    "by": "m-ann", "at": "2026-03-01T10:00:00Z", "reason": "Handover", "unread": True,
}  # fmt: skip


@pytest.mark.req("OS5")
async def test_a_digest_is_one_notice_that_names_some_and_counts_the_rest(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(NOTICES, {"items": [DIGEST], "unread": 3, "next_cursor": None})
    async with gateway.browser() as browser:
        bell, page = await browser.get("/notices/count"), await browser.get("/notices")

    assert text(bell.text) == "3 unread"
    assert "You look after 4 contacts now" in page.text
    assert "Ada , No name and 2 more" in text(page.text)
    assert "Handover" in page.text


@pytest.mark.req("OS5")
async def test_what_is_read_is_read_for_the_bell_too(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(NOTICES, {"items": [{**DIGEST, "unread": False}], "unread": 0, "next_cursor": None})
    upstream.answers(f"{NOTICES}/read", {"unread": 0})
    async with gateway.browser("vic@acme.test") as viewer:
        answer = await send(viewer, "/notices/read", {})
        bell = await viewer.get("/notices/count")

    assert f"{NOTICES}/read" in upstream.paths()
    assert "All read" in answer.text
    assert answer.headers["hx-trigger"] == "notices-changed"
    assert bell.text == ""


async def test_notices_nobody_answers_for_are_unknown(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(NOTICES, {}, 503)
    async with gateway.browser() as browser:
        page, bell = (await browser.get("/notices")).text, await browser.get("/notices/count")

    assert "Notices: unknown" in page
    assert "Nothing to tell" not in page
    assert text(bell.text) == "? unknown how many unread"
