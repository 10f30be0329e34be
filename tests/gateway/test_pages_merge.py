"""Records side by side: what is chosen travels, what somebody changed meanwhile is said, and the way back is shown with what stayed."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.gateway.test_pages_settings import filled
from tests.support.gateway import RunningGateway, Upstream, csrf_of

PREVIEW = "/v1/contacts/merges/preview"
PEOPLE = {
    "a": {"id": "a", "version": 3, "first_name": "Ada", "last_name": "Byron", "job_title": None},
    "b": {"id": "b", "version": 7, "first_name": "Augusta", "last_name": "King", "job_title": "Countess"},
    "c": {"id": "c", "version": 1, "first_name": "Ada", "last_name": "Lovelace", "job_title": None},
}
MERGED = {
    "id": "m1", "survivor_id": "a", "merged_ids": ["b"], "choices": {}, "at": "2099-01-01T10:00:00Z", "by": "m-mel",
    "undo_until": "2099-01-31T10:00:00Z", "undone_at": None, "contact": PEOPLE["a"],
}  # fmt: skip


def row(field: str, kept: str | None, *, united: bool = False, differs: bool = True, **values: Any) -> dict[str, Any]:
    return {"field": field, "values": values, "kept": kept, "differs": differs, "united": united}


FIELDS = [
    row("emails", None, united=True, a=[{"typed": "ada@acme.com"}], b=[{"typed": "augusta@king.example"}], c=[]),
    row("status", "a", differs=False, a="customer", b="customer", c="customer"),
    row("last_name", "a", a="Byron", b="King", c="Lovelace"),
    row("job_title", "b", a=None, b="Countess", c=None),
]


def well(upstream: Upstream) -> None:
    for contact_id, person in PEOPLE.items():
        upstream.answers(f"/v1/contacts/{contact_id}", person)
        upstream.answers(f"/v1/preflight/{contact_id}", {"verdict": "clear", "lines": [line("consent", "ok", "They consented.")]})
    upstream.answers(PREVIEW, {"contact": {**PEOPLE["a"], "job_title": "Countess"}, "fields": FIELDS})
    upstream.answers("/v1/timeline/counts", {"items": {"a": {"note": 3}, "b": {"deal": 2, "ticket": 1}}, "open": {"b": {"ticket": 1}}})


def line(check: str, severity: str, sentence: str) -> dict[str, str]:
    return {"check": check, "severity": severity, "sentence": sentence}


async def send(browser: httpx.AsyncClient, path: str, form: dict[str, Any]) -> httpx.Response:
    headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/settings/region"))}
    return await browser.post(path, headers=headers, data=form)


def asked(upstream: Upstream, path: str, method: str = "POST") -> dict[str, Any]:
    """What was last sent there."""
    bodies = [
        body for request, body in zip(upstream.asked, upstream.bodies, strict=True) if (request.method, request.url.path) == (method, path)
    ]
    sent: dict[str, Any] = json.loads(bodies[-1])
    return sent


def text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).strip()


@pytest.mark.req("CD12", "CD13", "CD16")
async def test_what_differs_comes_first_lists_are_united_and_nothing_is_written(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        page = (await browser.get("/merge?ids=a,b,c")).text

    rows = re.findall(r'scope="row">([^<]+)', page)
    assert rows == ["Last name", "Job title", "Emails", "Consent", "History"]
    assert page.count('name="choice.last_name"') == 3
    assert page.count('name="choice.emails"') == 2
    assert "All are kept" in page
    assert "1 field is the same everywhere" in page
    assert asked(upstream, PREVIEW) == {"survivor_id": "a", "merged_ids": ["b", "c"], "choices": {}}
    assert {request.url.path for request in upstream.asked if request.method != "GET"} == {PREVIEW, "/v1/timeline/counts"}


@pytest.mark.req("CD10", "CD13")
async def test_what_each_has_and_what_moves_is_counted(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        page = text((await browser.get("/merge?ids=a,b")).text)

    assert "3 notes" in page
    assert "2 deals 1 open ticket" in page
    assert "Moves: 2 deals, 1 ticket" in page


@pytest.mark.req("CD13", "DP4")
async def test_numbers_nobody_knows_are_unknown(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/timeline/counts", {}, 503)
    async with gateway.browser() as browser:
        page = text((await browser.get("/merge?ids=a,b")).text)

    assert "How much moves is unknown" in page
    assert "Nothing of the history moves" not in page


@pytest.mark.req("CD15")
async def test_consents_stand_side_by_side_and_nobody_chooses_between_them(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/preflight/b", {"verdict": "hold", "lines": [line("consent", "hold", "They unsubscribed.")]})
    upstream.answers("/v1/preflight/c", {}, 503)
    async with gateway.browser() as browser:
        page = (await browser.get("/merge?ids=a,b,c")).text

    consent = page[page.index("Consent<span") :]
    assert [said in consent for said in ("They consented.", "They unsubscribed.", "Unknown: the checks do not answer")] == [True] * 3
    assert "Strictest stays" in consent
    assert "choice.consent" not in page


@pytest.mark.req("CD12")
async def test_only_what_was_chosen_on_purpose_is_sent_and_outlives_another_survivor(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        form = filled(await browser.get("/merge?ids=a,b,c"))
        await send(browser, "/merge/result", {**form, "choice.last_name": "c"})
        first = asked(upstream, PREVIEW)
        await send(browser, "/merge/compare", {**form, "choice.last_name": "c", "survivor": "b"})
        second = asked(upstream, PREVIEW)

    assert first == {"survivor_id": "a", "merged_ids": ["b", "c"], "choices": {"last_name": "c"}}
    assert second == {"survivor_id": "b", "merged_ids": ["a", "c"], "choices": {"last_name": "c"}}


@pytest.mark.req("CD12")
async def test_of_a_list_all_is_kept_and_somebody_says_whose_primary_one_is_the_primary_one(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        form = filled(await browser.get("/merge?ids=a,b,c"))
        page = (await send(browser, "/merge/compare", {**form, "choice.emails": "b"})).text

    assert form["choice.emails"] == ["a"]
    assert asked(upstream, PREVIEW)["choices"] == {"emails": "b"}
    assert re.findall(r'name="choice.emails"[^>]*value="(.)" checked', page) == ["b"]


@pytest.mark.req("CD12", "CD16")
async def test_a_merge_names_the_versions_it_was_decided_on_and_leads_to_its_undo(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/contacts/merges", {**MERGED, "merged_ids": ["b", "c"]}, 201, method="POST")
    upstream.answers("/v1/contacts/merges/m1", {**MERGED, "names": {"a": "Ada Byron", "b": "Augusta King"}})
    async with gateway.browser() as browser:
        form = filled(await browser.get("/merge?ids=a,b,c")) | {"choice.last_name": "b", "reason": "Married"}
        answer = await send(browser, "/merge", form)
        keys = [request.headers["idempotency-key"] for request in upstream.asked if request.url.path == "/v1/contacts/merges"]
        page = await browser.get(answer.headers["hx-redirect"])

    assert asked(upstream, "/v1/contacts/merges") == {
        "survivor_id": "a", "merged_ids": ["b", "c"], "choices": {"last_name": "b"}, "versions": {"a": 3, "b": 7, "c": 1},
        "reason": "Married",
    }  # fmt: skip
    assert keys == form["once"]
    assert urlsplit(answer.headers["hx-redirect"]).path == "/merges/m1"
    assert "Merged." in page.text
    assert "Merged in Augusta King b When" in text(page.text)
    assert "Undo the merge" in page.text


@pytest.mark.req("CD12", "CR13")
async def test_a_record_changed_meanwhile_is_said_and_every_choice_stays(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    newer = {**PEOPLE["b"], "version": 8, "last_name": "Noel"}
    stale = {"type": "urn:problem:stale-version", "title": "Conflict", "status": 409, "current": newer}
    history = [
        {"version": 8, "field": "last_name", "old": "King", "new": "Noel", "actor_id": "m-ann"},
        {"version": 7, "field": "job_title", "old": None, "new": "Countess", "actor_id": "m-ann"},
    ]
    async with gateway.browser() as browser:
        form = filled(await browser.get("/merge?ids=a,b")) | {"choice.last_name": "b"}
        upstream.answers("/v1/contacts/b", newer)
        upstream.answers("/v1/contacts/b/history", {"items": history, "next_cursor": None})
        upstream.answers("/v1/contacts/merges", stale, 409, method="POST")
        answer = await send(browser, "/merge", form)

    assert answer.status_code == 409
    assert "Augusta King : Last name is now Noel , by m-ann" in text(answer.text).replace("Augusta Noel", "Augusta King")
    assert "is now Countess" not in text(answer.text)
    assert asked(upstream, PREVIEW)["choices"] == {"last_name": "b"}
    assert 'name="version.b" value="8"' in answer.text


async def test_a_merge_that_nobody_answered_for_is_sent_again_as_the_same(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/contacts/merges", {}, 503, method="POST")
    async with gateway.browser() as browser:
        form = filled(await browser.get("/merge?ids=a,b"))
        answer = await send(browser, "/merge", form)

    assert answer.status_code == 422
    assert "not done twice" in answer.text
    assert f'name="once" value="{form["once"][0]}"' in answer.text


@pytest.mark.req("CD16")
async def test_who_is_somebody_else_is_told_apart_and_the_others_go_on(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    pairs = [{"id": f"p-{other}", "contacts": [{"id": other}, {"id": "c"}]} for other in ("a", "z")]
    upstream.answers("/v1/duplicates/pairs", {"items": pairs, "next_cursor": None})
    async with gateway.browser() as browser:
        form = filled(await browser.get("/merge?ids=a,b,c"))
        three = await send(browser, "/merge/apart", {**form, "apart": "c"})
        two = await send(browser, "/merge/apart", {**filled(three), "apart": "b"})

    assert [path for path in upstream.paths() if path.endswith("/dismiss")] == ["/v1/duplicates/pairs/p-a/dismiss"]
    assert "Ada Lovelace is somebody else." in text(three.text)
    assert asked(upstream, PREVIEW)["merged_ids"] == ["b"]
    assert "Not the same person." in two.text


@pytest.mark.req("CD14")
async def test_an_undo_lists_what_stays_and_what_was_edited_since(gateway: RunningGateway, upstream: Upstream) -> None:
    conflicts = [
        {"contact_id": "a", "field": "job_title", "before": None, "merged": "Countess", "now": "Duchess"},
        {"contact_id": "b", "field": "emails", "before": {"typed": "b@x.example"}, "merged": None, "now": None, "taken_by": "z"},
    ]
    undone = {**MERGED, "undone_at": "2099-01-02T10:00:00Z", "contact": PEOPLE["a"], "restored": [PEOPLE["b"]], "conflicts": conflicts}
    later = {"id": "e1", "at": "2099-01-01T12:00:00Z", "kind": "note", "sentence": "Note added after the merge", "actor": {}}
    upstream.answers("/v1/contacts/merges/m1", MERGED)
    upstream.answers("/v1/contacts/merges/m1/undo", undone)
    upstream.answers("/v1/timeline/a", {"items": [later], "next_cursor": None, "position": "p", "hidden": 0})
    async with gateway.browser() as browser:
        page = await browser.get("/merges/m1")
        answer = await send(browser, "/merges/m1/undo", {"reason": "Sisters"})

    assert "Undo the merge" in page.text
    assert asked(upstream, "/v1/contacts/merges/m1/undo") == {"reason": "Sisters"}
    said = text(answer.text)
    assert "2 records again" in said
    assert "Ada Byron, Job title : was empty before the merge, Countess after it, and is Duchess now." in said
    assert "Augusta King, Emails : b@x.example belongs to another contact by now" in said
    assert "Note added after the merge" in said
    assert "Undo the merge" not in said
    since = next(request.query_params["from"] for request in upstream.asked if request.url.path == "/v1/timeline/a")
    assert since == MERGED["at"]


@pytest.mark.req("CD14")
async def test_a_contact_tells_of_the_merges_it_came_out_of(gateway: RunningGateway, upstream: Upstream) -> None:
    listed = {name: value for name, value in MERGED.items() if name != "contact"}
    async with gateway.browser() as browser:
        none = await browser.get("/merges?contact_id=a")
        upstream.answers("/v1/contacts/merges", {"items": [listed], "names": {"b": "Augusta King"}, "next_cursor": None})
        some = await browser.get("/merges?contact_id=a")

    assert none.status_code == 204
    assert "Merged in: Augusta King" in some.text
    assert 'href="/merges/m1"' in some.text
    assert "can be undone until 31 January 2099" in some.text


@pytest.mark.req("CD14")
async def test_what_can_not_be_undone_any_more_is_not_offered(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.browser() as browser:
        upstream.answers("/v1/contacts/merges/m1", {**MERGED, "undo_until": "2026-01-31T10:00:00Z"})
        late = await browser.get("/merges/m1")
        upstream.answers("/v1/contacts/merges/m1", {**MERGED, "undone_at": "2099-01-02T10:00:00Z"})
        undone = await browser.get("/merges/m1")
    async with gateway.browser("vic@acme.test") as viewer:
        upstream.answers("/v1/contacts/merges/m1", MERGED)
        seen = await viewer.get("/merges/m1")

    assert ["Undo the merge" in page.text for page in (late, undone, seen)] == [False] * 3


async def test_one_record_is_nothing_to_compare(gateway: RunningGateway, upstream: Upstream) -> None:
    async with gateway.browser() as browser:
        answers = [await browser.get(f"/merge?ids={ids}") for ids in ("a", "a,a", ",".join(map(str, range(11))))]

    assert [answer.status_code for answer in answers] == [400] * 3
