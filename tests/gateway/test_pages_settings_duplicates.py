"""How duplicates are judged, on the page: thresholds by admins, a rescan by managers, and what is wrong at its field."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.gateway.test_pages_duplicates import RESCAN
from tests.gateway.test_pages_merge import text
from tests.gateway.test_pages_settings import ADMIN, filled, saved, send
from tests.support.gateway import RunningGateway, Upstream

PATH = "/settings/duplicates"
RULES, RESCANNING = "/v1/duplicates/rules", "/v1/duplicates/rescan"
SHOWN: dict[str, Any] = {
    "version": "2026.2/7",
    "revision": 7,
    "certain": 0.95,
    "suspected": 0.5,
    "default_certain": 0.95,
    "default_suspected": 0.5,
    "least": 0.05,
    "most": 1.0,
    "counted_contacts": 2000,
}


def well(upstream: Upstream) -> None:
    upstream.answers(RULES, SHOWN)
    upstream.answers(RESCANNING, RESCAN)


async def test_an_admin_changes_the_thresholds_in_percent(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers(RULES, {**SHOWN, "revision": 8, "suspected": 0.625}, method="PUT")
    async with gateway.browser(ADMIN) as browser:
        page = await browser.get(PATH)
        answer = await send(browser, PATH, {**filled(page), "suspected": "62,5 %"})

    assert saved(upstream) == {"suspected": 0.625, "certain": 0.95, "revision": 7}
    assert "Saved." in answer.text
    assert answer.headers["hx-trigger"] == "rescan-changed"
    assert filled(answer)["suspected"] == ["62.5"]
    assert "counted among 2000 contacts" in text(page.text)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"suspected": "half"}, "suspected", "Not a percentage"),
        ({"suspected": "1"}, "suspected", "From 5 to 100"),
        ({"certain": "101"}, "certain", "From 5 to 100"),
        ({"certain": "nan"}, "certain", "Not a percentage"),
        ({"suspected": "96"}, "certain", "Not below"),
    ],
)
async def test_what_is_wrong_stands_at_its_field(
    gateway: RunningGateway, upstream: Upstream, typed: dict[str, str], field: str, message: str
) -> None:
    well(upstream)
    async with gateway.browser(ADMIN) as browser:
        answer = await send(browser, PATH, {**filled(await browser.get(PATH)), **typed})

    assert answer.status_code == 422
    assert f'<p class="error" id="error-{field}">{message}' in answer.text
    assert f'<a href="#{field}">' in answer.text
    assert filled(answer) | {name: [value] for name, value in typed.items()} == filled(answer), "what was typed stays"
    assert "PUT" not in [request.method for request in upstream.asked]


async def test_a_refusal_of_the_service_stands_at_its_field_too(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    errors = [{"field": "certain", "message": "too bold"}]
    upstream.answers(RULES, {"title": "No", "detail": "Some fields are not acceptable.", "errors": errors}, 422, method="PUT")
    async with gateway.browser(ADMIN) as browser:
        answer = await send(browser, PATH, filled(await browser.get(PATH)))

    assert '<p class="error" id="error-certain">Too bold</p>' in answer.text


async def test_thresholds_somebody_else_changed_are_shown_and_not_saved_over(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser(ADMIN) as browser:
        form = {**filled(await browser.get(PATH)), "certain": "99"}
        upstream.answers(RULES, {**SHOWN, "suspected": 0.7, "revision": 8})
        conflict = await send(browser, PATH, form)
        methods = [request.method for request in upstream.asked]
        again = await send(browser, PATH, filled(conflict))

    assert conflict.status_code == 409
    assert "PUT" not in methods
    assert "Shown from is now: 70 %" in text(conflict.text)
    assert again.status_code == 200
    assert saved(upstream) == {"suspected": 0.5, "certain": 0.99, "revision": 8}


async def test_names_counted_anew_meanwhile_are_nobodys_conflict(gateway: RunningGateway, upstream: Upstream) -> None:
    revisions = iter((8, 9, 9, 9))

    async def rules(request: Request) -> Response:
        if request.method == "PUT" and b'"revision":9' not in await request.body():
            return JSONResponse({"type": "urn:problem:stale", "detail": "Read them again."}, 409)
        return JSONResponse({**SHOWN, "revision": next(revisions)})

    well(upstream)
    async with gateway.browser(ADMIN) as browser:
        form = filled(await browser.get(PATH))
        upstream.behaves(RULES, rules)
        answer = await send(browser, PATH, form)

    assert answer.status_code == 200, text(answer.text)
    assert saved(upstream)["revision"] == 9


async def test_who_is_no_admin_reads_and_a_member_begins_no_rescan(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser("ann@acme.test") as browser:
        member = (await browser.get(PATH)).text
    async with gateway.browser() as browser:
        manager = (await browser.get(PATH)).text

    assert '<fieldset class="stack" disabled>' in member
    assert "Only admins" in member
    assert "Managers of the workspace can begin it." in member
    assert "Judge everybody anew</button>" in manager
    assert '<fieldset class="stack" disabled>' in manager


async def test_a_rescan_is_begun_and_how_far_it_is_is_followed(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    under_way = {**RESCAN, "state": "judging", "done": 4, "started_at": "2026-06-03T10:00:00Z", "crowded": {"phone": 2}}
    async with gateway.browser() as browser:
        before = (await browser.get(PATH)).text
        upstream.answers(RESCANNING, under_way)
        begun = await send(browser, f"{PATH}/rescan", {})
        upstream.answers(RESCANNING, {"detail": "Only managers may."}, 403, method="POST")
        refused = await send(browser, f"{PATH}/rescan", {})

    assert 'data-live="2000"' not in before
    assert [request.method for request in upstream.asked if request.url.path == RESCANNING] == ["GET", "POST", "GET", "POST", "GET"]
    assert "Comparing everybody anew · 4 of 9 contacts" in text(begun.text)
    assert "what too many have: 2 phone numbers" in text(begun.text)
    assert '<progress aria-labelledby="rescan-title" value="4" max="9">' in begun.text
    assert 'data-live="2000"' in begun.text
    assert refused.status_code == 422
    assert "Only managers may." in refused.text


@pytest.mark.req("DP4")
async def test_what_nobody_answers_for_is_unknown_and_what_was_typed_stays(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser(ADMIN) as browser:
        form = {**filled(await browser.get(PATH)), "suspected": "60"}
        upstream.answers("/v1/duplicates/.*", {}, 503)
        page = await browser.get(PATH)
        answer = await send(browser, PATH, form)

    assert "Settings: unknown" in page.text
    assert "How far it is: unknown" in page.text
    assert answer.status_code == 422
    assert "The match service does not answer" in answer.text
    assert filled(answer) == form | {"suspected": ["60"]}
