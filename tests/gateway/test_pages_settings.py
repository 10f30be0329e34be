"""The settings on the page: what is typed stays, what is wrong stands at its field, nobody's change is saved over unseen."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.support.gateway import RunningGateway, Upstream, csrf_of

SETTINGS = "/v1/contacts/settings"
STATUSES: list[dict[str, Any]] = [
    {"name": "new", "moves_to": ["working"], "stale_after_days": 14, "requires": []},
    {"name": "working", "moves_to": None, "stale_after_days": None, "requires": ["emails"]},
    {"name": "customer", "moves_to": [], "stale_after_days": None, "requires": ["custom.contract"]},
]
FIELDS = [{"key": "contract", "label": "Contract", "type": "text", "options": [], "required": False, "enabled": True, "default": None}]
DOCUMENT: dict[str, Any] = {
    "region": "DE",
    "process": {"statuses": STATUSES},
    "fields": FIELDS,
    "sources": [{"type": "form", "id": "f-7", "trust": "auto"}],
    "version": 4,
}
ADMIN = "ada@acme.test"


def filled(page: httpx.Response) -> dict[str, Any]:
    """The form as a browser would send it."""
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" in about and (about.get("type") not in {"radio", "checkbox"} or re.search(r"\schecked", tag)):
            fields.setdefault(about["name"], []).append(about.get("value", ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page.text, re.DOTALL):
        fields[name] = re.findall(r'value="([^"]*)" selected', inner)[:1] or [""]
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', page.text, re.DOTALL):
        fields[name] = [inner]
    return {name: values for name, values in fields.items() if name != "csrf_token"}


async def send(browser: httpx.AsyncClient, path: str, form: dict[str, Any]) -> httpx.Response:
    headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/settings/region"))}
    return await browser.post(path, headers=headers, data=form)


def saved(upstream: Upstream) -> Any:
    """The document of the last PUT."""
    bodies = [body for request, body in zip(upstream.asked, upstream.bodies, strict=True) if request.method == "PUT"]
    return json.loads(bodies[-1])


@pytest.mark.req("OS1")
@pytest.mark.parametrize("section", ["statuses", "fields", "sources", "region"])
async def test_a_form_sent_back_as_it_came_changes_nothing(gateway: RunningGateway, upstream: Upstream, section: str) -> None:
    upstream.answers(SETTINGS, DOCUMENT)
    async with gateway.browser(ADMIN) as browser:
        answer = await send(browser, f"/settings/{section}", filled(await browser.get(f"/settings/{section}")))

    assert answer.status_code == 200, answer.text
    assert "Saved." in answer.text
    assert saved(upstream) == DOCUMENT


@pytest.mark.req("OS1")
async def test_a_status_with_a_new_name_is_followed_by_those_that_lead_to_it(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(SETTINGS, DOCUMENT)
    async with gateway.browser(ADMIN) as browser:
        form = filled(await browser.get("/settings/statuses"))
        await send(browser, "/settings/statuses", {**form, "statuses.1.name": "in progress"})

    statuses = saved(upstream)["process"]["statuses"]
    assert [status["name"] for status in statuses] == ["new", "in progress", "customer"]
    assert statuses[0]["moves_to"] == ["in progress"]


@pytest.mark.req("OS1")
async def test_rows_are_added_moved_and_deleted_without_saving_and_what_was_typed_stays(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    upstream.answers(SETTINGS, DOCUMENT)
    async with gateway.browser(ADMIN) as browser:
        page = await browser.get("/settings/statuses")
        page = await send(browser, "/settings/statuses/step", {**filled(page), "statuses.0.name": "fresh", "step": "add"})
        page = await send(browser, "/settings/statuses/step", {**filled(page), "statuses.3.name": "former", "step": "up:3"})
        page = await send(browser, "/settings/statuses/step", {**filled(page), "step": "remove:1"})
        before = [request.method for request in upstream.asked]
        await send(browser, "/settings/statuses", filled(page))

    assert "PUT" not in before
    assert [(status["name"], status["moves_to"]) for status in saved(upstream)["process"]["statuses"]] == [
        ("fresh", []),
        ("former", None),
        ("customer", []),
    ]


@pytest.mark.req("OS1")
async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(gateway: RunningGateway, upstream: Upstream) -> None:
    errors = [{"field": "process.statuses.1.stale_after_days", "message": "a number of days"}]
    refused = {
        "type": "urn:problem:validation",
        "title": "No",
        "status": 422,
        "detail": "Some fields are not acceptable.",
        "errors": errors,
    }
    upstream.answers(SETTINGS, DOCUMENT)
    upstream.answers(SETTINGS, refused, 422, method="PUT")
    async with gateway.browser(ADMIN) as browser:
        form = filled(await browser.get("/settings/statuses"))
        answer = await send(browser, "/settings/statuses", {**form, "statuses.1.stale_after_days": "soon"})

    assert answer.status_code == 422
    assert saved(upstream)["process"]["statuses"][1]["stale_after_days"] == "soon"
    assert '<p class="error" id="error-process.statuses.1.stale_after_days">a number of days</p>' in answer.text
    assert '<a href="#process.statuses.1.stale_after_days">' in answer.text
    assert 'value="soon"' in answer.text


@pytest.mark.req("CR10")
async def test_a_deleted_field_shows_its_uses_first_and_goes_only_when_that_is_confirmed(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    used = {"type": "urn:problem:field-in-use", "title": "Conflict", "status": 409, "uses": [{"key": "contract", "contacts": 12}]}

    async def put(request: Request) -> Response:
        sure = request.query_params.get("drop_used") == "true"
        return JSONResponse({**DOCUMENT, "fields": []}) if sure else JSONResponse(used, 409)

    upstream.answers(SETTINGS, DOCUMENT)
    upstream.behaves(SETTINGS, put, method="PUT")
    async with gateway.browser(ADMIN) as browser:
        page = filled(await browser.get("/settings/fields"))
        without = await send(browser, "/settings/fields/step", {**page, "step": "remove:0"})
        warned = await send(browser, "/settings/fields", filled(without))
        done = await send(browser, "/settings/fields", {**filled(warned), "drop_used": "yes"})

    assert "has a value in 12 contacts" in warned.text
    assert "Go on all the same" in warned.text
    assert "Saved." in done.text


@pytest.mark.req("CR10")
@pytest.mark.parametrize(
    ("kind", "typed", "kept"),
    [
        ("number", "12", 12),
        ("number", "1.5", 1.5),
        ("number", "a dozen", "a dozen"),
        ("money", "12.50 eur", {"amount": "12.50", "currency": "EUR"}),
        ("checkbox", "no", False),
        ("multi_choice", "a, b", ["a", "b"]),
        ("text", "", None),
    ],
)
async def test_a_default_is_of_the_fields_type(gateway: RunningGateway, upstream: Upstream, kind: str, typed: str, kept: object) -> None:
    upstream.answers(SETTINGS, DOCUMENT)
    async with gateway.browser(ADMIN) as browser:
        form = filled(await browser.get("/settings/fields"))
        more = {"fields.1.id": "1", "fields.1.label": "Größe (cm)", "fields.1.type": kind, "fields.1.default": typed}
        await send(browser, "/settings/fields", {**form, **more})

    field = saved(upstream)["fields"][1]
    assert (field["key"], field["type"], field["default"]) == ("größe_cm", kind, kept)
    assert type(field["default"]) is type(kept)


@pytest.mark.req("CR13")
async def test_a_section_somebody_else_changed_is_shown_and_not_saved_over(gateway: RunningGateway, upstream: Upstream) -> None:
    theirs = {**DOCUMENT, "process": {"statuses": [{**STATUSES[0], "stale_after_days": 30}, *STATUSES[1:]]}, "version": 5}
    upstream.answers(SETTINGS, DOCUMENT)
    async with gateway.browser(ADMIN) as browser:
        form = filled(await browser.get("/settings/statuses")) | {"statuses.2.name": "client"}
        upstream.answers(SETTINGS, theirs)
        conflict = await send(browser, "/settings/statuses", form)
        methods = [request.method for request in upstream.asked]
        again = await send(browser, "/settings/statuses", filled(conflict))

    assert conflict.status_code == 409
    assert "PUT" not in methods
    assert "stale after 30 days" in conflict.text
    assert 'value="client"' in conflict.text
    assert again.status_code == 200
    assert (saved(upstream)["version"], saved(upstream)["process"]["statuses"][0]["stale_after_days"]) == (5, 14)


async def test_another_section_changed_meanwhile_is_nobodys_conflict(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(SETTINGS, DOCUMENT)
    async with gateway.browser(ADMIN) as browser:
        form = filled(await browser.get("/settings/region"))
        upstream.answers(SETTINGS, {**DOCUMENT, "fields": [], "version": 5})
        answer = await send(browser, "/settings/region", {**form, "region": "us"})

    assert answer.status_code == 200
    assert saved(upstream) == {**DOCUMENT, "fields": [], "version": 5, "region": "US"}


async def test_who_is_no_admin_reads_and_is_told_so(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(SETTINGS, DOCUMENT)
    async with gateway.browser("mel@acme.test") as browser:
        page = (await browser.get("/settings/statuses")).text

    assert "Only admins" in page
    assert '<fieldset class="stack" disabled>' in page
    assert "Save" not in page
    assert "Add a status" not in page


async def test_settings_nobody_answers_for_are_unknown(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(SETTINGS, {}, 503)
    async with gateway.browser(ADMIN) as browser:
        page = await browser.get("/settings/sources")
        none = await browser.get("/settings/nothing")

    assert "Settings: unknown" in page.text
    assert none.status_code == 404


@pytest.mark.req("SR6")
async def test_a_source_is_trusted(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(SETTINGS, {**DOCUMENT, "sources": []})
    async with gateway.browser(ADMIN) as browser:
        form = filled(await browser.get("/settings/sources"))
        more = {"sources.0.id": "0", "sources.0.type": "integration", "sources.0.source_id": "shop", "sources.0.trust": "auto"}
        await send(browser, "/settings/sources", {**form, **more})

    assert saved(upstream)["sources"] == [{"type": "integration", "id": "shop", "trust": "auto"}]
