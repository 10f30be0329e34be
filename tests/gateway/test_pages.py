"""Pages when services misbehave, what a page lets a browser do, and what it shows to whom. With real services: tests/browser."""

from __future__ import annotations

import html
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

import gateway as package
from gateway.views.timeline import EVERYTHING, ROWS, Choice
from tests.support.gateway import RunningGateway, Upstream, csrf_of, running_gateway

HOME = Path(package.__file__).parent
ADA = {
    "id": "c1",
    "version": 3,
    "first_name": "Ada",
    "last_name": "Byron",
    "emails": [{"typed": "ada@acme.com", "normalised": "ada@acme.com", "purpose": "work", "primary": True, "state": "valid"}],
    "status": "customer",
}


def well(upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/c1", ADA)
    upstream.answers("/v1/timeline/c1", {"items": [], "next_cursor": None, "position": "p1", "hidden": 0})
    upstream.answers("/v1/preflight/c1", {"verdict": "clear", "sentence": "Clear: nothing stands in the way.", "lines": []})


async def in_page(browser: httpx.AsyncClient, method: str, path: str, **more: str) -> httpx.Response:
    """As the page's own script would ask."""
    headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/contacts"))}
    return await browser.request(method, path, headers=headers, data=more or None)


@pytest.mark.req("DP4")
async def test_what_nobody_answers_for_is_unknown_and_never_none(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    for path in ("/v1/timeline/c1", "/v1/duplicates/pairs", "/v1/preflight/c1"):
        upstream.answers(path, {}, 503)
    async with gateway.browser() as browser:
        page = (await browser.get("/contacts/c1")).text

    assert "Ada Byron" in page
    for unknown in ("Activity: unknown", "Look-alikes: unknown", '<p class="word">Unknown</p>'):
        assert unknown in page
    for none in ("Nothing yet", "nobody else looks", ">Clear<"):
        assert none not in page


@pytest.mark.req("DP4")
async def test_a_page_without_its_contact_still_says_what_is_known(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/contacts/c1", {}, 503)
    async with gateway.browser() as browser:
        answer = await browser.get("/contacts/c1")

    assert answer.status_code == 200
    assert "The contact itself: unknown" in answer.text
    assert '<p class="word">Clear</p>' in answer.text


async def test_a_list_that_can_not_be_had_is_no_empty_list(impatient: RunningGateway, upstream: Upstream) -> None:
    upstream.dawdles("/v1/contacts")
    async with impatient.browser() as browser:
        page = (await browser.get("/contacts")).text

    assert "can’t be shown right now" in page
    assert "No contacts yet" not in page


async def test_a_few_fat_contacts_do_not_take_the_list_from_everybody(upstream: Upstream, tmp_path: Path) -> None:
    async def fat(request: Request) -> Response:
        rows = [{**ADA, "id": f"c{number}", "custom": {"k": "x" * 240_000}} for number in range(int(request.query_params["limit"]))]
        return JSONResponse({"items": rows, "next_cursor": "more"})

    upstream.behaves("/v1/contacts", fat)
    async with running_gateway(tmp_path, upstream.url) as gateway, gateway.browser() as browser:
        page = (await browser.get("/contacts")).text

    assert "Ada Byron" in page
    assert "cursor=more" in page


@pytest.mark.req("DP4")
@pytest.mark.parametrize("status", [400, 403, 404, 422, 429, 500, 503])
async def test_look_alikes_nobody_could_check_are_unknown(status: int, gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/duplicates/check", {"title": "No"}, status)
    async with gateway.browser() as browser:
        part = (await in_page(browser, "POST", "/contacts/look-alikes", first_name="Ada")).text

    assert "Look-alikes: unknown" in part
    assert "Nobody here looks alike" not in part


@pytest.mark.req("DP4")
async def test_no_tickets_are_none_only_once_the_ticket_service_was_heard(gateway: RunningGateway, upstream: Upstream) -> None:
    quiet: dict[str, object] = {"items": [], "next_cursor": None, "position": "p1", "hidden": 0}
    async with gateway.browser() as browser:
        upstream.answers("/v1/timeline/c1", {**quiet, "as_of": {"deals": "2026-06-03T10:00:00Z"}})
        silent = (await browser.get("/contacts/c1/activity?kind=tickets")).text
        upstream.answers("/v1/timeline/c1", {**quiet, "as_of": {"tickets": "2026-06-03T10:00:00Z"}})
        heard = (await browser.get("/contacts/c1/activity?kind=tickets")).text

    assert "Tickets: unknown" in silent
    assert "<h3>None</h3>" not in silent
    assert "<h3>None</h3>" in heard


def addresses(part: str) -> list[str]:
    """Where a part of the page leads to, or asks again, for lines of the timeline."""
    return [address for address in map(html.unescape, re.findall(r'hx-get="([^"]+)"', part)) if "/activity" in address]


def chosen_at(address: str) -> Choice:
    return Choice.of(dict(parse_qsl(urlsplit(address).query)))


@pytest.mark.req("DP3")
@pytest.mark.parametrize(
    "path", ["activity?", "activity/news?position=p1&", "activity/more?cursor=older&", "activity/news?peek=1&position=p1&"]
)
@pytest.mark.parametrize(
    "chosen", [EVERYTHING, Choice(tuple(list(row.chips)[-1] for row in ROWS), ROWS)], ids=["everything", "a chip of every row"]
)
async def test_what_is_chosen_is_asked_for_and_kept_on_every_way_on(
    gateway: RunningGateway, upstream: Upstream, path: str, chosen: Choice
) -> None:
    line = {"id": "e1", "at": "2026-06-03T10:00:00Z", "kind": "email", "sentence": "Email sent", "actor": {}}
    upstream.answers("/v1/timeline/c1", {"items": [line], "next_cursor": "older", "position": "p1", "hidden": 0})
    upstream.answers("/v1/timeline/c1/updates", {"changed": True, "new": 2, "position": "p2"})
    async with gateway.browser() as browser:
        part = (await browser.get(f"/contacts/c1/{path}{chosen.link}")).text

    queries = [request.query_params.multi_items() for request in upstream.asked if request.url.path == "/v1/timeline/c1"]
    assert all([pair for pair in query if pair[0] not in {"limit", "cursor"}] == chosen.asked for query in queries)
    assert bool(queries) is ("peek" not in path)
    elsewhere = [chosen.instead(row, name) for row in ROWS for name in row.chips if chosen.instead(row, name) != chosen]
    onward = [chosen_at(address) for address in addresses(part)]
    assert chosen in onward
    assert [choice for choice in onward if choice != chosen] == (elsewhere if 'class="chips"' in part else [])


def test_no_template_names_the_activity_without_what_is_chosen() -> None:
    for template in (HOME / "templates").rglob("*.html"):
        for address in re.findall(r'="([^"]*/activity[^"]*)"', template.read_text()):
            assert re.search(r"/activity(/\w+)?\?\{\{ \w+\.link \}\}", address), f"{template.name}: {address}"


@pytest.mark.req("DP3")
async def test_the_chip_chosen_is_pressed(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        part = (await browser.get("/contacts/c1/activity?kind=emails")).text
        page = (await browser.get("/contacts/c1")).text

    pressed = r'aria-pressed="true">\s*<svg.*?</svg>([^<]+)<'
    assert len(re.findall(pressed, part, re.DOTALL)) == len(ROWS)
    assert "Emails" in re.findall(pressed, part, re.DOTALL)
    assert "All" in re.findall(pressed, page, re.DOTALL)


@pytest.mark.req("DP9")
async def test_a_page_that_asks_for_news_gets_nothing_while_there_is_none(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/timeline/c1/updates", {"changed": False, "new": 0, "position": "p1"})
    async with gateway.browser() as browser:
        quiet = await browser.get("/contacts/c1/activity/news?position=p1")
        upstream.answers("/v1/timeline/c1/updates", {"changed": True, "new": 2, "position": "p2"})
        news = await browser.get("/contacts/c1/activity/news?position=p1")
        far_down = await browser.get("/contacts/c1/activity/news?position=p1&peek=1")

    assert quiet.status_code == 204
    assert 'id="activity"' in news.text
    assert "2 new lines" in far_down.text
    assert far_down.headers["hx-retarget"] == "#news"


@pytest.mark.req("CR13")
async def test_who_was_slower_sees_the_newer_values_beside_their_own(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    newer = {**ADA, "version": 4, "job_title": "Countess"}
    stale = {"type": "urn:problem:stale-version", "title": "Conflict", "status": 409, "current": newer}
    upstream.answers("/v1/contacts/c1", newer)
    upstream.answers("/v1/contacts/c1", stale, 409, method="PATCH")
    async with gateway.browser() as browser:
        typed = {"field": "job_title", "base": '"Clerk"', "job_title": "Analyst"}
        answer = await in_page(browser, "POST", "/contacts/c1/details/line", **typed)

    assert answer.status_code == 409
    assert "It is now <strong>Countess</strong>" in answer.text
    assert 'value="Analyst"' in answer.text
    assert 'name="base" value="&#34;Countess&#34;"' in answer.text, "saving again is over what was seen"


async def test_a_contact_that_is_not_there_is_said_in_words(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/.*", {"type": "urn:problem:not-found", "title": "Not Found", "status": 404}, 404)
    async with gateway.browser() as browser:
        answer = await browser.get("/contacts/nobody")

    assert answer.status_code == 404
    assert "Not here" in answer.text


@pytest.mark.req("DP10")
async def test_a_merged_away_id_opens_the_survivor_with_a_notice(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    merged = {"type": "urn:problem:merged", "title": "Temporary Redirect", "status": 307, "survivor_id": "c1"}
    upstream.answers("/v1/contacts/c0", merged, 307, location="/v1/contacts/c1")
    async with gateway.browser() as browser:
        moved, part = await browser.get("/contacts/c0"), await in_page(browser, "GET", "/contacts/c0/details")
        page = await browser.get(moved.headers["location"])
    async with gateway.api() as program:
        told = await program.get("/contacts/c0/page")

    assert moved.headers["location"] == part.headers["hx-redirect"] == "/contacts/c1?merged=c0"
    assert "was merged into this one" in page.text
    assert (told.status_code, told.headers["location"], told.json()["survivor_id"]) == (307, "/api/v1/contacts/c1/page", "c1")


async def test_names_are_text_and_never_markup(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/contacts/c1", {**ADA, "first_name": "<script>alert(1)</script>", "tags": ['"><img src=x>']})
    async with gateway.browser() as browser:
        page = (await browser.get("/contacts/c1")).text

    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


async def test_a_viewer_is_offered_nothing_they_may_not_do(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser("vic@acme.test") as browser:
        listed, page = (await browser.get("/contacts")).text, (await browser.get("/contacts/c1?tab=notes")).text
        refused = await in_page(browser, "POST", "/contacts/c1/notes", text="hi")

    assert "data-new" not in listed
    assert "Add note" not in page
    assert "data-edit" not in page
    assert refused.status_code == 403


async def test_a_page_may_run_only_what_comes_from_here(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        answers = [await browser.get(path) for path in ("/contacts", "/contacts/c1", "/docs", "/signed-out")]

    for answer in answers:
        policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == policy["style-src"] == "'self'"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["cache-control"] == "no-store"


async def test_everything_a_page_links_to_is_there(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        pages = [(await browser.get(path)).text for path in ("/contacts", "/contacts/c1", "/docs", "/signed-out")]
        wanted = {asset for page in pages for asset in re.findall(r'(?:href|src)="(/static/[^"]+)"', page)}
        wanted |= {f"/static/js/{module}" for module in re.findall(r'from "\./([^"]+)"', (HOME / "static/js/main.js").read_text())}
        statuses = {asset: (await browser.get(asset)).status_code for asset in wanted}

    assert len(wanted) > 10
    assert set(statuses.values()) == {200}, statuses


def test_no_template_holds_a_style_or_a_script_of_its_own() -> None:
    for template in (HOME / "templates").rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|https?://(?!www\.w3\.org)", text), template.name


def test_scripts_and_styles_come_from_nowhere_else() -> None:
    for asset in [*(HOME / "static/css").iterdir(), *(HOME / "static/js").iterdir()]:
        assert "//" not in re.sub(r"^\s*//.*$|\s//\s.*$", "", asset.read_text(), flags=re.MULTILINE), asset.name


@pytest.mark.req("BO11")
async def test_another_purpose_changes_the_panel_and_the_chip_together(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    async with gateway.browser() as browser:
        part = await browser.get("/contacts/c1/verdict?purpose=support")
        seen = re.search(r"seen=(\w+)", part.text)
        assert seen
        again = await browser.get(f"/contacts/c1/verdict?purpose=support&seen={seen[1]}")

    assert 'id="verdict"' in part.text
    assert 'id="verdict-chip"' in part.text
    assert again.status_code == 204
