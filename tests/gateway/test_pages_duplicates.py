"""The list of duplicates: who, how sure, why and by what made, what each has; decided ones leave, and what nobody knows is not nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tests.gateway.test_pages_merge import asked, text
from tests.support.gateway import RunningGateway, Upstream, csrf_of

CLUSTERS = "/v1/duplicates/clusters"
RESCAN: dict[str, Any] = {
    "state": "done",
    "done": 9,
    "total": 9,
    "rules_version": "2/0",
    "wanted_version": "2/0",
    "started_at": None,
    "ended_at": None,
    "crowded": {},
}


def contact(contact_id: str, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": contact_id,
        "name": contact_id.title(),
        "emails": [f"{contact_id}@acme.test"],
        "phones": [],
        "company": "Acme",
    }
    return {**base, "owner_id": "m-ann", "source": "manual", "run": None, **more}


def reason(said: str, weight: float) -> dict[str, Any]:
    return {"field": "any", "comparison": "same", "weight": weight, "text": said}


def pair(one: str, other: str, *reasons: dict[str, Any], score: float = 0.9, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"id": f"{one}-{other}", "contact_ids": [one, other], "score": score, "certain": False, "status": "suspected"}
    return {**base, "decision": None, "reasons": list(reasons), **more}


def cluster(*contacts: dict[str, Any], pairs: tuple[dict[str, Any], ...] = (), **more: Any) -> dict[str, Any]:
    ids = [each["id"] for each in contacts]
    made: dict[tuple[str, Any], list[str]] = {}
    for each in contacts:
        made.setdefault((each["source"], each["run"]), []).append(each["id"])
    base: dict[str, Any] = {
        "id": f"k-{ids[0]}",
        "contact_ids": ids,
        "score": 0.9,
        "certain": False,
        "contacts": list(contacts),
        "left_out": 0,
    }
    base["pairs"] = list(pairs) or [pair(ids[0], other, reason("Same phone number", 7)) for other in ids[1:]]
    base["made_by"] = [{"source": source, "run": run, "contact_ids": theirs} for (source, run), theirs in made.items()]
    return {**base, **more}


class Matching:
    """Plays the service's clusters: what is told apart leaves, and every decision is remembered."""

    def __init__(self, upstream: Upstream, *clusters: dict[str, Any], more: str | None = None) -> None:
        self.clusters = list(clusters)
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.queries: list[dict[str, str]] = []
        self.more = more
        upstream.answers("/v1/duplicates/rescan", RESCAN)
        upstream.behaves(CLUSTERS, self.page)
        upstream.behaves(f"{CLUSTERS}/[^/]+", self.one)
        upstream.behaves(f"{CLUSTERS}/[^/]+/dismiss", self.dismiss)
        upstream.behaves(f"{CLUSTERS}/count", self.count)

    async def page(self, request: Request) -> Response:
        self.queries.append(dict(request.query_params))
        return JSONResponse({"items": self.clusters, "next_cursor": self.more})

    async def count(self, request: Request) -> Response:
        return JSONResponse({"count": len(self.clusters), "more": self.more is not None})

    async def one(self, request: Request) -> Response:
        found = next((each for each in self.clusters if request.url.path.endswith(f"/{each['id']}")), None)
        return JSONResponse(found) if found else JSONResponse({"title": "Not found", "detail": "There is no such cluster."}, 404)

    async def dismiss(self, request: Request) -> Response:
        cluster_id = request.url.path.split("/")[-2]
        self.told.append((cluster_id, json.loads(await request.body())))
        gone = next(each for each in self.clusters if each["id"] == cluster_id)
        self.clusters.remove(gone)
        return JSONResponse({"pairs": gone["pairs"]})


async def send(browser: httpx.AsyncClient, form: dict[str, Any], path: str = "/duplicates") -> httpx.Response:
    headers = {"HX-Request": "true", "X-CSRF-Token": csrf_of(await browser.get("/settings/region"))}
    return await browser.post(path, headers=headers, data=form)


def counted(upstream: Upstream, **records: dict[str, int]) -> None:
    upstream.answers("/v1/timeline/counts", {"items": records, "open": {"ada": {"ticket": 1}, "adah": {"invoice": 1}}})


@pytest.mark.req("KC5")
async def test_a_cluster_says_who_how_sure_why_and_what_made_it(gateway: RunningGateway, upstream: Upstream) -> None:
    said = (
        pair("ada", "adah", reason("Same phone number", 7), reason("Different companies", -2), reason("Same city", 0)),
        pair("ada", "adam", reason("Same phone number", 7), reason("Similar first names", 1)),
    )
    fair = {"source": "import", "run": "fair-2026"}
    Matching(upstream, cluster(contact("ada"), contact("adah", **fair), contact("adam", **fair), pairs=said, score=0.87))
    async with gateway.browser() as browser:
        page = (await browser.get("/duplicates")).text

    shown = text(page)
    assert "Ada, 3 times" in shown
    assert "Probably the same · 87 %" in shown
    assert "ada@acme.test · owner m-ann" in shown
    assert "Same phone number Similar first names (1 of 2 pairs)" in shown
    assert "Against it Different companies (1 of 2 pairs)" in shown
    assert "Import fair-2026 (2 records)" in shown
    assert '<a href="/duplicates?source=import&amp;run=fair-2026&amp;">' in page
    assert "Same city" not in shown, "what weighs nothing says nothing"


@pytest.mark.req("CD16")
async def test_all_of_a_cluster_are_merged_at_once_and_of_a_large_one_as_many_as_can_be_compared(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    many = [contact(f"c{number:02}") for number in range(12)]
    Matching(upstream, cluster(contact("ada"), contact("adah"), contact("adam")), cluster(*many, left_out=4))
    async with gateway.browser() as browser:
        page = (await browser.get("/duplicates")).text

    links = re.findall(r'class="button small primary" href="/merge\?ids=([^"]+)"', page)
    assert links == ["ada,adah,adam", ",".join(each["id"] for each in many[:10])]
    shown = text(page)
    assert "2 more records" in shown
    assert "10 can be compared at once; the others stay in this list." in shown
    assert "4 weaker links to further records were not followed" in shown


@pytest.mark.req("CD10")
async def test_what_each_record_has_is_counted(gateway: RunningGateway, upstream: Upstream) -> None:
    Matching(upstream, cluster(contact("ada"), contact("adah"), contact("adam")))
    counted(upstream, ada={"note": 3, "ticket": 1}, adah={"deal": 2, "invoice": 3}, adam={})
    async with gateway.browser() as browser:
        shown = text((await browser.get("/duplicates")).text)

    assert "Has 3 notes, 1 open ticket" in shown
    assert "Has 3 invoices (1 unpaid), 2 deals" in shown
    assert "Has nothing" in shown


@pytest.mark.req("CD10", "DP4")
async def test_what_nobody_counts_is_unknown_and_not_nothing(gateway: RunningGateway, upstream: Upstream) -> None:
    Matching(upstream, cluster(contact("ada"), contact("adah")))
    counted(upstream, ada={"note": 3})
    async with gateway.browser() as browser:
        partly = text((await browser.get("/duplicates")).text)
        upstream.answers("/v1/timeline/counts", {}, 503)
        silent = text((await browser.get("/duplicates")).text)

    assert partly.count("Has unknown") == 1
    assert silent.count("Has unknown: the timeline does not answer, last heard") == 2
    assert "nothing" not in silent


async def test_more_records_than_the_timeline_counts_at_once_are_asked_about_in_portions(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    Matching(upstream, *(cluster(*(contact(f"c{number}-{each}") for each in range(12))) for number in range(6)))
    async with gateway.browser() as browser:
        page = (await browser.get("/duplicates")).text

    assert page.count("What it has stands on its page") == 12, "of a large cluster those are counted that are compared at once"
    bodies = [
        json.loads(body) for request, body in zip(upstream.asked, upstream.bodies, strict=True) if request.url.path.endswith("counts")
    ]
    assert sorted(len(body["contact_ids"]) for body in bodies) == [10, 50]


async def test_one_cluster_of_very_many_does_not_take_the_list_from_everybody(gateway: RunningGateway, upstream: Upstream) -> None:
    async def fat(request: Request) -> Response:
        one = cluster(contact("ada"), contact("adah"), pairs=(pair("ada", "adah", reason("x" * 600_000, 7)),))
        return JSONResponse({"items": [one] * int(request.query_params["limit"]), "next_cursor": "more"})

    upstream.behaves(CLUSTERS, fat)
    async with gateway.browser() as browser:
        page = (await browser.get("/duplicates")).text

    assert "Ada, 2 times" in page
    assert "cursor=more" in page


async def test_more_than_are_counted_are_many(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers(f"{CLUSTERS}/count", {"count": 1_000, "more": True})
    async with gateway.browser() as browser:
        count = (await browser.get("/duplicates/count")).text

    assert text(count) == "1000+ to look at"


@pytest.mark.req("KC5")
async def test_the_filters_are_in_the_address_and_travel_with_further_pages_and_decisions(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    chosen = {"min_score": "0.75", "source": "import", "run": "fair & co", "owner": "m-old"}
    matching = Matching(upstream, cluster(contact("ada"), contact("adah")), more="next")
    async with gateway.browser() as browser:
        page = (await browser.get("/duplicates", params=chosen)).text
        await send(browser, {**chosen, "cluster": "k-ada"})
        await browser.get("/duplicates", params={"min_score": "a lot", "source": "hearsay"})

    assert matching.queries[:2] == [{"limit": "20", **chosen}] * 2
    assert matching.queries[2] == {"limit": "20"}
    assert re.findall(r'hx-get="/duplicates\?([^"]+)"', page) == [
        "min_score=0.75&amp;source=import&amp;run=fair%20%26%20co&amp;owner=m-old&amp;cursor=next"
    ]
    assert 'value="fair &amp; co"' in page
    assert '<option value="m-old" selected>' in page


@pytest.mark.req("CD7", "KC5")
async def test_who_was_told_apart_leaves_the_list_and_can_be_one_person_after_all(gateway: RunningGateway, upstream: Upstream) -> None:
    matching = Matching(upstream, cluster(contact("ada"), contact("adah")), cluster(contact("bob"), contact("rob")))
    async with gateway.browser() as browser:
        before = await browser.get("/duplicates/count")
        answer = await send(browser, {"cluster": "k-ada"})
        after = await browser.get("/duplicates/count")
        back = json.loads(re.findall(r"after-all\" hx-vals='([^']+)'", answer.text)[0])
        upstream.answers("/v1/duplicates/pairs/ada-adah/confirm", {})
        again = await send(browser, back, "/duplicates/after-all")

    assert matching.told == [("k-ada", {})]
    assert "Ada and Adah are two people." in text(answer.text)
    assert "Ada, 2 times" not in text(answer.text)
    assert "Bob, 2 times" in text(answer.text)
    assert answer.headers["hx-trigger"] == "duplicates-changed"
    assert (text(before.text), text(after.text)) == ("2 to look at", "1 to look at")
    assert asked(upstream, "/v1/duplicates/pairs/ada-adah/confirm") == {}
    assert "Noted as one person" in again.text


@pytest.mark.req("CD7", "CD16")
async def test_one_is_not_the_others(gateway: RunningGateway, upstream: Upstream) -> None:
    matching = Matching(upstream, cluster(contact("ada"), contact("adah"), contact("adam")))
    async with gateway.browser() as browser:
        page = (await browser.get("/duplicates")).text
        answer = await send(browser, {"cluster": "k-ada", "only": "adam"})

    assert page.count("Is not the others") == 3
    assert matching.told == [("k-ada", {"contact_ids": ["adam"]})]
    assert "Adam is not the others." in answer.text


async def test_what_was_decided_by_somebody_else_meanwhile_is_said(gateway: RunningGateway, upstream: Upstream) -> None:
    matching = Matching(upstream)
    async with gateway.browser() as browser:
        answer = await send(browser, {"cluster": "k-gone"})
        nothing = await send(browser, {})

    assert answer.status_code == 422
    assert "There is no such cluster." in answer.text
    assert matching.told == []
    assert nothing.status_code == 400


async def test_who_waits_to_be_merged_and_who_said_so(gateway: RunningGateway, upstream: Upstream) -> None:
    decided: dict[str, Any] = {"status": "to_merge", "certain": True, "decision": {"verdict": "one_person", "by": "m-zoe", "reason": None}}
    Matching(upstream, cluster(contact("ada"), contact("adah"), pairs=(pair("ada", "adah", **decided),)))
    async with gateway.browser() as browser:
        shown = text((await browser.get("/duplicates")).text)

    assert "m-zoe said that they are one person: to be merged." in shown


async def test_what_is_not_looked_at_and_how_far_everybody_was_judged_is_said(gateway: RunningGateway, upstream: Upstream) -> None:
    Matching(upstream, cluster(contact("ada"), contact("adah")))
    async with gateway.browser() as browser:
        upstream.answers("/v1/duplicates/rescan", {**RESCAN, "state": "judging", "done": 3, "crowded": {"name": 2, "phone": 1, "aura": 1}})
        shown = text((await browser.get("/duplicates")).text)
        upstream.answers("/v1/duplicates/rescan", {}, 503)
        silent = text((await browser.get("/duplicates")).text)

    assert "Comparing everybody anew: 3 of 9 contacts." in shown
    assert "Nobody is looked for by what too many have: 1 aura, 2 names, 1 phone number." in shown
    assert "How far everybody was compared is unknown" in silent


async def test_an_empty_list_says_when_it_was_looked_at_and_a_silent_service_is_not_an_empty_list(
    gateway: RunningGateway, upstream: Upstream
) -> None:
    Matching(upstream)
    async with gateway.browser() as browser:
        empty = (await browser.get("/duplicates")).text
        narrowed = (await browser.get("/duplicates?source=import")).text
        upstream.answers(CLUSTERS, {}, 503)
        upstream.answers(f"{CLUSTERS}/count", {}, 503)
        silent = (await browser.get("/duplicates")).text
        count = await browser.get("/duplicates/count")
        upstream.answers(f"{CLUSTERS}/k-ada", {}, 503)
        decision = await send(browser, {"cluster": "k-ada"})

    assert re.search(r"No duplicates</h2><p>Checked at \d\d:\d\d\.", empty)
    assert "With other filters there may be some" in narrowed
    assert "Duplicates: unknown" in silent
    assert "last heard" in silent
    assert "No duplicates" not in silent
    assert text(count.text) == "? unknown how many to look at"
    assert decision.status_code == 422
    assert "can&#39;t be told yet" in decision.text


async def test_a_viewer_compares_and_decides_nothing(gateway: RunningGateway, upstream: Upstream) -> None:
    matching = Matching(upstream, cluster(contact("ada"), contact("adah")))
    async with gateway.browser("vic@acme.test") as browser:
        page = (await browser.get("/duplicates")).text
        refused = await send(browser, {"cluster": "k-ada"})

    assert "Compare …" in text(page)
    assert "Not duplicates" not in page
    assert refused.status_code == 403
    assert matching.told == []
