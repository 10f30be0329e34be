"""Records that may be one person, the likeliest first: merged, or told apart, until none is left (KC5).

What is decided leaves the list, and comes back only when an identifying field of one of them changes (CD7).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway import forms
from gateway.clients import UnansweredError
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.tallies import tallied
from gateway.views import clusters, holdings, words
from gateway.views.contact import SOURCES
from gateway.views.rescan import Rescan, rescan
from gateway.views.reviewing import Filter
from shared.problem import Problem

PATH = "/v1/duplicates/clusters"
ROWS = "20"
FEW_ROWS = "1"
"""Where clusters are so large that more are too long an answer: one alone can be as long as an answer may be."""
SILENT = "The match service does not answer. Whether it was noted can't be told yet: look again in a moment."
TAKEN_BACK_AT_ONCE = 50
"""Pairs of one decision that can be said to be one person after all, one by one."""

FILTERS = (
    Filter("min_score", "How likely", {"": "Any score", "0.75": "75 % and more", "0.95": "95 % and more"}),
    Filter("source", "One of them came by", {"": "Every source", **SOURCES}),
)
FURTHER = ("run", "owner")
"""Filters that are typed, or chosen from many."""

Word = Annotated[str, Query(max_length=200)]

router = APIRouter(prefix="/duplicates", include_in_schema=False)


@dataclass(frozen=True)
class Decided:
    """What a decision came to: a sentence, whom it was about, and the pairs it was noted of."""

    sentence: str
    contact_ids: tuple[str, ...] = ()
    pair_ids: tuple[str, ...] = ()

    @property
    def can_be_taken_back(self) -> bool:
        return 0 < len(self.pair_ids) <= TAKEN_BACK_AT_ONCE


def _chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The filters as they are set; of those with fixed choices, a value that is not on offer is none."""
    fixed = {row.name: query.get(row.name, "") if query.get(row.name, "") in row.words else "" for row in FILTERS}
    return fixed | {name: query.get(name, "").strip() for name in FURTHER}


@router.get("")
async def duplicates(desk: Reading, run: Word = "", owner: Word = "", cursor: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    """The list; a further page of it comes as its rows."""
    chosen = _chosen({**desk.request.query_params, "run": run, "owner": owner})
    if cursor and desk.wants_part:
        return desk.render("partials/duplicates/items.html", await _clusters(desk, chosen, cursor))
    return desk.render("duplicates.html", await _list(desk, chosen, cursor))


@router.get("/count")
async def count(desk: Reading) -> Response:
    return await desk.badge(desk.services.dedupe, f"{PATH}/count", "to look at")


@router.post("")
async def tell_apart(desk: Writing, posted: Posted) -> Response:
    """None of a cluster is another one; or `only` is not the others. The list as it is then, with what came of it."""
    cluster_id, only = forms.one(posted, "cluster"), forms.one(posted, "only")
    path = f"{PATH}/{quote(cluster_id, safe='')}"
    if not cluster_id:
        raise Problem(400, "bad-decision", "That is nothing that can be decided here.")
    body = {"contact_ids": [only]} if only else {}
    try:
        before = await desk.ask(desk.services.dedupe, "GET", path)
        answer = await desk.ask(desk.services.dedupe, "POST", f"{path}/dismiss", body=body) if before.ok else before
    except UnansweredError:
        return await _decided(desk, posted, problem=SILENT)
    if not answer.ok:
        return await _decided(desk, posted, problem=forms.first_problem(answer.body))
    told, pair_ids = clusters.cluster(before.body, await desk.members()), tuple(str(pair["id"]) for pair in answer.body["pairs"])
    sentence = clusters.told_apart(told, only) if pair_ids else "Nothing was to be noted: by now nobody takes them for one person."
    return await _decided(desk, posted, decided=Decided(sentence, told.compared, pair_ids))


@router.post("/after-all")
async def one_after_all(desk: Writing, posted: Posted) -> Response:
    """The way back: pairs that were just told apart are said to be one person, and wait to be merged."""
    pair_ids = posted.get("pair", [])
    if not 0 < len(pair_ids) <= TAKEN_BACK_AT_ONCE:
        raise Problem(400, "bad-decision", "That is nothing that can be decided here.")
    try:
        for pair_id in pair_ids:
            path = f"/v1/duplicates/pairs/{quote(pair_id, safe='')}/confirm"
            answer = await desk.ask(desk.services.dedupe, "POST", path, body={})
            if not answer.ok:
                return await _decided(desk, posted, problem=forms.first_problem(answer.body))
    except UnansweredError:
        return await _decided(desk, posted, problem=SILENT)
    return await _decided(desk, posted, decided=Decided("Noted as one person: they are in the list again, to be merged."))


async def _decided(desk: Desk, posted: Mapping[str, Sequence[str]], *, problem: str = "", decided: Decided | None = None) -> Response:
    """The list as it is now, and above it what came of the decision."""
    context = await _list(desk, _chosen({name: forms.one(posted, name) for name in (*(row.name for row in FILTERS), *FURTHER)}))
    context |= {"problem": problem, "decided": decided}
    headers = {"HX-Trigger": "duplicates-changed"}
    return desk.render("partials/duplicates/list.html", context, status_code=422 if problem else 200, headers=headers)


async def _list(desk: Desk, chosen: Mapping[str, str], cursor: str = "") -> dict[str, Any]:
    page, owners, judged = await asyncio.gather(_clusters(desk, chosen, cursor), desk.owners(), _judged(desk))
    return {
        **page,
        "filters": FILTERS,
        "owners": owners,
        "narrowed": any(chosen.values()),
        "judged": judged,
        "heard": desk.heard(desk.services.dedupe.heard_at),
        "checked": words.clock(desk.now, desk.zone),
        "problem": "",
        "decided": None,
    }


async def _clusters(desk: Desk, chosen: Mapping[str, str], cursor: str = "") -> dict[str, Any]:
    """A page of them, with what each record has on its timeline."""
    asked = desk.listed(desk.services.dedupe, PATH, {**chosen, "cursor": cursor}, rows=ROWS, few=FEW_ROWS)
    page, members = await asyncio.gather(asked, desk.members())
    shown = [clusters.cluster(each, members) for each in (page or {}).get("items", ())]
    ids = [contact_id for each in shown for contact_id in each.compared]
    found = await tallied(desk.services, desk.headers, ids, desk.parts.settings.page_timeout_s)
    return {
        "chosen": chosen,
        "clusters": shown,
        "next_cursor": (page or {}).get("next_cursor"),
        "unknown": page is None,
        "shares": holdings.shares(ids, found),
        "shares_heard": desk.heard(found.as_of),
        "most_compared": clusters.MOST_COMPARED,
    }


async def _judged(desk: Desk) -> Rescan | None:
    """How far everybody is judged, and what was not looked at; None while nobody says."""
    try:
        answer = await desk.ask(desk.services.dedupe, "GET", "/v1/duplicates/rescan")
    except UnansweredError:
        return None
    return rescan(answer.body, desk.now, desk.zone) if answer.ok and "state" in answer.body else None
