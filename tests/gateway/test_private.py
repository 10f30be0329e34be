"""Contacts that are their team's, on the page: who may not see one learns that it is there and whom to ask, and nothing else (CD6)."""

from __future__ import annotations

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.fields import FIELDS
from gateway.views.details import Around
from gateway.views.viewing import held_by, hidden, whom_to_ask
from tests.gateway.test_editing import ADA, Contact, carried, sent
from tests.gateway.test_pages import in_page, well
from tests.gateway.test_pages_duplicates import CLUSTERS, Matching, cluster, contact, reason
from tests.gateway.test_pages_merge import text
from tests.gateway.test_pages_merge import well as well_merged
from tests.support.gateway import RunningGateway, Upstream

pytestmark = pytest.mark.req("CD6")

MEMBERS = {"m-ines": "Ines Albrecht"}
ASK = "Ask Ines Albrecht."
REFUSED = {"type": "urn:problem:not-yours", "title": "Forbidden", "status": 403, "detail": "Its team only.", "owner_id": "m-ines"}
HERS: list[dict[str, Any]] = [{"owner_id": "m-ines", "count": 1}]
TAKEN = {"type": "urn:problem:email-taken", "title": "Conflict", "status": 409, "detail": "Another contact has this email address."}


@pytest.fixture(autouse=True)
def ines(upstream: Upstream) -> None:
    upstream.answers("/v1/members", {"items": [{"id": "m-ines", "name": "Ines Albrecht"}], "next_cursor": None})


def hide(upstream: Upstream, **more: Any) -> None:
    """By every service, whatever is asked of it."""
    for path in ("/v1/contacts/c1.*", "/v1/timeline/c1.*", "/v1/preflight/c1", "/v1/duplicates/pairs"):
        upstream.answers(path, {**REFUSED, **more}, 403)


# ---- in words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "more", "sentence"),
    [
        ({"owner_id": "m-ines", "count": 1}, True, "1 more that is not yours to see: ask Ines Albrecht"),
        ({"owner_id": "m-ines", "count": 2}, False, "2 that are not yours to see: ask Ines Albrecht"),
        ({"owner_id": None, "count": 1}, True, "1 more that is not yours to see: ask a manager, for it has no owner"),
        ({"owner_id": "m-new", "count": 1}, True, "1 more that is not yours to see: ask m-new"),
    ],
)
def test_who_is_hidden_is_counted_and_their_owner_named(said: dict[str, Any], more: bool, sentence: str) -> None:
    assert hidden([said], MEMBERS, more=more).sentences == (sentence,)


def test_of_several_owners_each_is_named() -> None:
    found = hidden([{"owner_id": None, "count": 1}, {"owner_id": "m-ines", "count": 2}], MEMBERS, more=False)

    assert (found.count, len(found.sentences)) == (3, 2)


def test_whose_an_address_is_already_is_said_without_who_has_it() -> None:
    held: list[dict[str, Any]] = [{"owner_id": "m-ines", "count": 1}, {"owner_id": "m-ines", "count": 2}, {"owner_id": None, "count": 1}]

    assert held_by(held, MEMBERS) == (
        "Somebody of Ines Albrecht’s has this address", "2 people of Ines Albrecht’s have this address", "Somebody has this address",
    )  # fmt: skip
    assert whom_to_ask(None, MEMBERS) == "Ask a manager, for it has no owner."


# ---- by id --------------------------------------------------------------------------------------------------------------


async def test_its_page_says_whom_to_ask(gateway: RunningGateway, upstream: Upstream) -> None:
    hide(upstream)
    async with gateway.browser() as browser:
        answer = await browser.get("/contacts/c1")
        hide(upstream, owner_id=None)
        nobodys = text((await browser.get("/contacts/c1")).text)

    assert answer.status_code == 403
    assert "<h1>Not yours to see</h1>" in answer.text
    assert ASK in answer.text
    assert "Ask a manager, for it has no owner." in nobodys


async def test_nor_is_it_compared_with_anybody(gateway: RunningGateway, upstream: Upstream) -> None:
    well_merged(upstream)
    upstream.answers("/v1/contacts/b", REFUSED, 403)
    async with gateway.browser() as browser:
        answer = await browser.get("/merge?ids=a,b")

    assert answer.status_code == 403
    assert "Ada" not in answer.text
    assert ASK in answer.text


@pytest.mark.parametrize("part", ["activity", "activity/more?cursor=older", "pane", "pane?tab=notes", "verdict", "pairs"])
async def test_a_part_says_it_in_its_place(gateway: RunningGateway, upstream: Upstream, part: str) -> None:
    hide(upstream)
    async with gateway.browser() as browser:
        answer = await in_page(browser, "GET", f"/contacts/c1/{part}")

    if "more" in part:
        assert answer.status_code == 503, "the button stays; what is there is replaced when the page asks for news"
        return
    assert answer.status_code == 200
    assert "Not yours to see" in answer.text
    assert ASK in answer.text
    assert "does not answer, last" not in answer.text


async def test_a_page_that_is_open_hears_of_it_with_the_next_news(gateway: RunningGateway, upstream: Upstream) -> None:
    hide(upstream)
    async with gateway.browser() as browser:
        news = await in_page(browser, "GET", "/contacts/c1/activity/news?position=p1&peek=1")

    assert news.status_code == 200
    assert "hx-retarget" not in news.headers
    assert ASK in news.text


@pytest.mark.parametrize(
    "part", ["details", "details/line?field=job_title", "entries/emails", "addresses/new", "history?field=tags", "delete"]
)
async def test_what_only_the_contact_itself_can_fill_is_replaced_by_it(gateway: RunningGateway, upstream: Upstream, part: str) -> None:
    hide(upstream)
    async with gateway.browser() as browser:
        answer = await in_page(browser, "GET", f"/contacts/c1/{part}")

    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert ASK in answer.text
    assert "<html" not in answer.text


async def test_a_dialog_says_it_as_one(gateway: RunningGateway, upstream: Upstream) -> None:
    hide(upstream)
    async with gateway.browser() as browser:
        answer = await browser.get("/merge?ids=c1,c2", headers={"HX-Request": "true", "HX-Target": "drawer"})

    assert '<h2 id="drawer-title">Not yours to see</h2>' in answer.text
    assert "data-close" in answer.text


async def test_a_part_that_is_behind_leaves_the_rest_of_the_page(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/timeline/c1.*", REFUSED, 403)
    async with gateway.browser() as browser:
        answer = await browser.get("/contacts/c1")

    assert answer.status_code == 200
    assert "<h1>Ada Byron</h1>" in answer.text
    assert ASK in answer.text


async def test_what_was_typed_outlives_a_refusal(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    upstream.answers("/v1/contacts/c1", REFUSED, 403, method="PATCH")
    upstream.answers("/v1/timeline/c1.*", REFUSED, 403)

    line = await sent(gateway, "/contacts/c1/details/line", field="job_title", base=carried("Clerk"), job_title="Analyst")
    note = await sent(gateway, "/contacts/c1/notes", text="Call her")

    assert (line.status_code, note.status_code) == (422, 422)
    assert 'value="Analyst"' in line.text
    assert "Its team only." in line.text
    assert ">Call her</textarea>" in note.text
    assert ASK in note.text


async def test_other_refusals_are_said_as_ever(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts/c1", {"type": "urn:problem:forbidden", "status": 403, "detail": "No."}, 403)
    async with gateway.browser() as browser:
        page, part = await browser.get("/contacts/c1"), await in_page(browser, "GET", "/contacts/c1/details")

    assert "Ask " not in page.text
    assert part.headers["content-type"] == "application/problem+json"


async def test_programs_get_the_refusal_as_it_came(gateway: RunningGateway, upstream: Upstream) -> None:
    hide(upstream)
    async with gateway.api() as program:
        one, page, timeline = [await program.get(path) for path in ("/contacts/c1", "/contacts/c1/page", "/timeline/c1")]

    assert [answer.status_code for answer in (one, page, timeline)] == [403, 403, 403]
    assert one.json() == timeline.json() == REFUSED
    assert (page.json()["type"], page.json()["owner_id"]) == ("urn:problem:not-yours", "m-ines")


async def test_a_part_of_the_whole_for_programs_says_whom_to_ask(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/preflight/c1", REFUSED, 403)
    async with gateway.api() as program:
        page = (await program.get("/contacts/c1/page")).json()

    assert (page["contact"]["status"], page["verdict"]["status"], page["verdict"]["data"]) == ("ok", "not-yours", {"owner_id": "m-ines"})


# ---- as a match ---------------------------------------------------------------------------------------------------------


async def checked(gateway: RunningGateway, upstream: Upstream, *matches: dict[str, Any], unseen: list[dict[str, Any]]) -> str:
    upstream.answers("/v1/duplicates/check", {"advice": "review", "capped": None, "matches": list(matches), "hidden": unseen})
    async with gateway.browser() as browser:
        return text((await in_page(browser, "POST", "/contacts/look-alikes", first_name="Ada")).text)


async def test_while_typing_they_are_counted_beside_the_others(gateway: RunningGateway, upstream: Upstream) -> None:
    match = {"contact_id": "c2", "score": 0.8, "certain": False, "advice": "review", "reasons": [reason("Same phone number", 7)]}
    beside = await checked(gateway, upstream, {**match, "contact": contact("adah")}, unseen=HERS)
    alone = await checked(gateway, upstream, unseen=HERS)

    assert beside.startswith("2 people look alike Adah")
    assert beside.endswith("1 more that is not yours to see: ask Ines Albrecht")
    assert alone == "1 person looks alike 1 that is not yours to see: ask Ines Albrecht"


async def test_on_a_contacts_page_they_are_counted_in_the_warning_too(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    upstream.answers("/v1/duplicates/pairs", {"items": [], "next_cursor": None, "hidden": [{"owner_id": "m-ines", "count": 2}]})
    async with gateway.browser() as browser:
        shown = text((await browser.get("/contacts/c1")).text)

    assert "2 look-alikes Check before you act" in shown
    assert "2 that are not yours to see: ask Ines Albrecht" in shown
    assert "nobody else looks like this person" not in shown


async def test_in_the_list_of_duplicates_they_are_counted_with_their_cluster(gateway: RunningGateway, upstream: Upstream) -> None:
    Matching(upstream, cluster(contact("ada"), contact("adah"), hidden=HERS))
    async with gateway.browser() as browser:
        shown = text((await browser.get("/duplicates")).text)

    assert "Ada, 2 times" in shown
    assert "1 more that is not yours to see: ask Ines Albrecht" in shown
    assert [request.url.path for request in upstream.asked].count(CLUSTERS) == 1


async def test_whom_somebody_new_may_be_is_not_preselected_where_that_is_hidden(gateway: RunningGateway, upstream: Upstream) -> None:
    item = {"id": "r1", "kind": "new", "at": "2026-06-01T10:00:00Z", "source": {"type": "form"}, "contact": ADA, "state": "pending"}
    upstream.answers("/v1/contacts/review", {"items": [item], "next_cursor": None})
    upstream.answers("/v1/duplicates/pairs", {"items": [], "next_cursor": None, "hidden": HERS})
    async with gateway.browser() as browser:
        page = (await browser.get("/review")).text

    assert "1 that is not yours to see: ask Ines Albrecht" in text(page)
    assert "Nobody here looks like this person" not in page
    assert "data-tick checked" not in page


# ---- an address that is taken -------------------------------------------------------------------------------------------


async def test_of_a_hidden_holder_only_the_ways_that_make_sense_are_offered(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts", {**TAKEN, "matches": [], "hidden": HERS}, 409, method="POST")
    async with gateway.browser() as browser:
        refused = await in_page(browser, "POST", "/contacts", first_name="Ada", email="ada@acme.com", job_title="Buyer")
        again = await in_page(browser, "POST", "/contacts", first_name="Ada", email="ada@acme.com", anyway="yes")

    assert refused.status_code == 409
    assert "Somebody of Ines Albrecht’s has this address" in refused.text
    assert 'name="reason"' in refused.text
    assert "Create anyway" in refused.text
    assert "data-keep" not in refused.text, "neither open nor use"
    assert [f'value="{typed}"' in refused.text for typed in ("Ada", "ada@acme.com", "Buyer")] == [True] * 3
    assert "A reason is needed" in again.text


async def test_beside_one_who_may_be_seen_the_hidden_one_is_said(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    taken = {**TAKEN, "matches": [{"contact_id": "c1", "emails": ["ada@acme.com"]}], "hidden": HERS}
    upstream.answers("/v1/contacts", taken, 409, method="POST")
    async with gateway.browser() as browser:
        refused = (await in_page(browser, "POST", "/contacts", first_name="Ada", email="ada@acme.com")).text

    assert refused.count('data-keep="update"') == 1
    assert "Somebody of Ines Albrecht’s has this address" in refused


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("entries/emails", {"typed": "new@acme.com", "purpose": "work"}),
        ("addresses", {"typed": "new@acme.com", "purpose": "work", "where": "here"}),
        ("typed/take", {"email": "new@acme.com", "take": "emails", "base.emails": carried(ADA["emails"])}),
    ],
    ids=["a row", "the dialog", "what was typed for somebody new"],
)
async def test_a_contact_that_gets_a_taken_address_is_told_whose_it_is(
    gateway: RunningGateway, upstream: Upstream, path: str, form: dict[str, Any]
) -> None:
    Contact(upstream)
    upstream.answers("/v1/contacts/c1", {**TAKEN, "matches": [], "hidden": HERS}, 409, method="PATCH")

    answer = await sent(gateway, f"/contacts/c1/{path}", **form)

    assert answer.status_code == 422
    assert "Somebody of Ines Albrecht’s has this address" in answer.text
    assert 'name="reason"' in answer.text
    assert "new@acme.com" in answer.text


async def test_who_can_not_be_restored_is_told_whose_the_address_is(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    upstream.answers("/v1/contacts/c1/restore", {**TAKEN, "matches": [], "hidden": HERS}, 409)

    assert "Somebody of Ines Albrecht’s has this address" in (await sent(gateway, "/contacts/c1/restore")).text


# ---- whose it is to see -------------------------------------------------------------------------------------------------


async def test_it_is_chosen_in_words_and_saved_as_one_change(gateway: RunningGateway, upstream: Upstream) -> None:
    saved = Contact(upstream)

    answer = await sent(gateway, "/contacts/c1/details/line", field="visibility", base=carried("all"), visibility="team")

    assert saved.patches == [{"visibility": "team"}]
    assert '<option value="team" selected>Its team only</option>' in answer.text
    assert "Team only</span>" in answer.text[answer.text.index('id="identity"') :], "the header follows"


async def test_a_team_of_nobody_is_refused_at_its_field(gateway: RunningGateway, upstream: Upstream) -> None:
    Contact(upstream)
    wrong = {"status": 422, "title": "No", "errors": [{"field": "visibility", "message": "it would be nobody’s: give it an owner first"}]}
    upstream.answers("/v1/contacts/c1", wrong, 422, method="PATCH")
    upstream.answers("/v1/contacts", wrong, 422, method="POST")

    line = await sent(gateway, "/contacts/c1/details/line", field="visibility", base=carried("all"), visibility="team")
    drawer = await sent(gateway, "/contacts", first_name="Ada", visibility="team")

    for refused in (line, drawer):
        assert "It would be nobody’s" in refused.text
        assert '<option value="team" selected>' in refused.text


async def test_a_lock_with_its_word_stands_beside_the_name(gateway: RunningGateway, upstream: Upstream) -> None:
    well(upstream)
    hers = {**ADA, "visibility": "team", "owner_id": "m-ines"}
    upstream.answers("/v1/contacts/c1", hers)
    upstream.answers("/v1/contacts", {"items": [hers, {**ADA, "id": "c2"}], "next_cursor": None})
    async with gateway.browser() as browser:
        page, listed = (await browser.get("/contacts/c1")).text, (await browser.get("/contacts")).text

    assert "Ada Team only" in text(page[page.index('id="identity"') :])
    assert listed.count("Team only") == 1


async def test_a_new_contact_is_everybodys_unless_it_is_said(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/v1/contacts", {"id": "c9"}, 201, method="POST")
    async with gateway.browser() as browser:
        drawer = (await browser.get("/contacts/new")).text
        await in_page(browser, "POST", "/contacts", first_name="Ada", visibility="team")

    assert drawer.index('<option value="all"') < drawer.index('<option value="team"')
    assert json.loads(upstream.bodies[-1])["visibility"] == "team"


def test_a_word_nobody_knows_reads_as_a_teams() -> None:
    visibility = next(field for field in FIELDS if field.name == "visibility")
    known = Around({}, {}, {}, ZoneInfo("UTC"))

    assert [known.text(visibility, word) for word in ("all", "team", "the board")] == ["Everybody", "Its team only", "Its team only"]


async def test_what_follows_from_a_merge_is_not_chosen(gateway: RunningGateway, upstream: Upstream) -> None:
    well_merged(upstream)
    both = {"field": "visibility", "values": {"a": "all", "b": "team"}, "kept": None, "differs": True, "united": False}
    upstream.answers("/v1/contacts/merges/preview", {"contact": {**ADA, "id": "a", "visibility": "team"}, "fields": [both]})
    async with gateway.browser() as browser:
        page = (await browser.get("/merge?ids=a,b")).text

    assert "choice.visibility" not in page
    assert "Team only" in text(page[page.index('id="result"') :])
