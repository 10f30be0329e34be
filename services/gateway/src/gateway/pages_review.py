"""The review queue: who came in by forms, mailboxes, imports and programs, until somebody has looked at where they came from."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from gateway import forms
from gateway.clients import UnansweredError
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.views import look_alikes, reviewing, viewing, words
from gateway.views.reviewing import FILTERS, NOBODY, REASONS, Alike, Item, Outcome
from gateway.views.values import Glossary, labels_in
from shared.problem import Problem

PATH = "/v1/contacts/review"
ROWS = "20"
FEW_ROWS = "3"
"""Where what came in is so long that more are too long an answer."""
DECISIONS = ("approve", "approve_as_update", "reject")
SILENT = "The contacts service does not answer. What was decided and what not shows when it is back."

router = APIRouter(prefix="/review", include_in_schema=False)


def _chosen(query: Mapping[str, str]) -> dict[str, str]:
    """The filters as they are set; a value that is not on offer is none."""
    return {row.name: query.get(row.name, "") if query.get(row.name, "") in row.words else "" for row in FILTERS}


@router.get("")
async def review(desk: Reading, cursor: Annotated[str, Query(max_length=2_000)] = "") -> Response:
    """The queue; a further page of it comes as its rows."""
    context = await _queue(desk, _chosen(desk.request.query_params), cursor)
    return desk.render("partials/review/items.html" if cursor and desk.wants_part else "review.html", context)


@router.get("/count")
async def count(desk: Reading) -> Response:
    return await desk.badge(desk.services.contacts, f"{PATH}/count", "to review")


@router.post("")
async def decide(desk: Writing, posted: Posted) -> Response:
    """One item (`only`), or all that are ticked. What was decided leaves; what could not be says why."""
    decision, ids = forms.one(posted, "decision"), posted.get("only") or posted.get("ids") or []
    if decision not in DECISIONS:
        raise Problem(400, "bad-decision", "That is nothing that can be decided here.")
    if not ids or (decision == "reject" and not _reason(posted)):
        return await _decided(desk, posted, problem="A rejection needs a reason." if ids else "Nothing is selected.")
    verdicts = list(_verdicts(posted, decision, ids))
    rows: list[Mapping[str, Any]] = [_nothing_ticked(one) for verdict in verdicts if verdict.get("fields") == [] for one in verdict["ids"]]
    problem = ""
    for verdict in verdicts:
        if verdict.get("fields") == []:
            continue
        try:
            answer = await desk.ask(desk.services.contacts, "POST", PATH, body=verdict)
        except UnansweredError:
            problem = SILENT
            break
        if not answer.ok:
            problem = forms.first_problem(answer.body)
            break
        rows += answer.body["items"]
    return await _decided(desk, posted, problem=problem, outcome=reviewing.outcome(rows, decision))


def _verdicts(posted: Mapping[str, Sequence[str]], decision: str, ids: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What is asked of the service: all at once, but every update by itself, for each has fields of its own that are ticked."""
    more = {"reason": reason} if (reason := _reason(posted)) else {}
    if decision == "approve_as_update":
        more["update_of"] = forms.one(posted, "update_of")
    kinds = dict(zip(posted.get("item", ()), posted.get("kind_of", ()), strict=False))
    updates = [one for one in ids if kinds.get(one) == "update"] if decision == "approve" else []
    rest = [one for one in ids if one not in updates]
    if rest:
        yield {"ids": rest, "decision": decision, **more}
    for one in updates:
        yield {"ids": [one], "decision": decision, "fields": list(posted.get(f"fields.{one}", ())), **more}


def _nothing_ticked(item_id: str) -> dict[str, str]:
    return {"id": item_id, "error": "nothing-ticked", "detail": "No field is ticked: tick what to take over, or reject the update."}


def _reason(posted: Mapping[str, Sequence[str]]) -> str:
    """A button for a reason says it itself; else the words of the item's own field, or those of the bar."""
    if said := forms.one(posted, "why"):
        return said
    only = forms.one(posted, "only")
    return forms.one(posted, f"other.{only}").strip() if only else (forms.one(posted, "other").strip() or forms.one(posted, "reason"))


async def _decided(desk: Desk, posted: Mapping[str, Sequence[str]], *, problem: str = "", outcome: Outcome | None = None) -> Response:
    """The queue as it is now, with what is ticked, and above it what came of the decision."""
    context = await _queue(desk, _chosen({row.name: forms.one(posted, row.name) for row in FILTERS}))
    seen, ticked, here = posted.get("item", ()), posted.get("ids", ()), {each.id for each in context["items"]}
    names, failed = dict(zip(seen, posted.get("called", ()), strict=False)), outcome.failed if outcome else {}
    context |= {
        "problem": problem,
        "outcome": outcome,
        "failed": failed,
        "gone": [(names.get(item_id, "One of them"), why) for item_id, why in failed.items() if item_id not in here],
        "ticks": context["ticks"] | {item_id: item_id in ticked for item_id in seen},
        "fields": {item_id: posted.get(f"fields.{item_id}", ()) for item_id in seen},
    }
    headers = {"HX-Trigger": "review-changed"}
    return desk.render("partials/review/queue.html", context, status_code=422 if problem else 200, headers=headers)


async def _queue(desk: Desk, chosen: Mapping[str, str], cursor: str = "") -> dict[str, Any]:
    asked = desk.listed(desk.services.contacts, PATH, {**chosen, "cursor": cursor}, rows=ROWS, few=FEW_ROWS)
    page, members, decided = await asyncio.gather(asked, desk.members(), desk.decided())
    glossary = Glossary(members, desk.zone, labels_in(decided))
    items = [reviewing.item(each, glossary, desk.now) for each in (page or {}).get("items", ())]
    alike = await _alike(desk, [item for item in items if item.kind == "new" and item.open], members)
    return {
        "chosen": chosen,
        "filters": FILTERS,
        "reasons": REASONS,
        "items": items,
        "next_cursor": (page or {}).get("next_cursor"),
        "unknown": page is None,
        "heard": desk.heard(desk.services.contacts.heard_at),
        "checked": words.clock(desk.now, desk.zone),
        "problem": "",
        "outcome": None,
        "failed": {},
        "gone": (),
        "alike": alike,
        "ticks": {item.id: item.preselected and alike.get(item.id, NOBODY) == NOBODY for item in items},
        "fields": {},
    }


async def _alike(desk: Desk, items: Sequence[Item], members: Mapping[str, str]) -> Mapping[str, Alike]:
    """By item whom somebody new may be. Who may be somebody known is not preselected, nor who could not be looked for."""

    async def one(item: Item) -> Alike:
        if item.person is None:
            return NOBODY
        part = await desk.about(item.person.id).duplicates()
        found = part.data["items"] if part.known else []
        shown = [other for pair in found if (other := look_alikes.from_pair(pair, item.person.id, members)) is not None]
        unseen = viewing.hidden(part.data.get("hidden") or (), members, more=bool(shown)) if part.known else viewing.NONE
        return Alike(tuple(shown), "" if part.known else desk.heard(part.as_of), unseen)

    return dict(zip((item.id for item in items), await asyncio.gather(*map(one, items)), strict=True))
