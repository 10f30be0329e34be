"""How duplicates are judged: two thresholds, and how far everybody is judged by them. The match service keeps them, not the contacts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway import forms
from gateway.clients import Answer, UnansweredError
from gateway.desk import Desk, Posted, Reading, Writing
from gateway.views.rescan import rescan
from gateway.views.settings import TABS
from gateway.views.settings.duplicates import FIELDS, Thresholds, percent
from shared.auth import Role

RULES, RESCAN = "/v1/duplicates/rules", "/v1/duplicates/rescan"
SECTION = "duplicates"
ATTEMPTS = 3
"""So often names may be counted anew in between, which is another revision of the same thresholds."""
SILENT = "The match service does not answer. Nothing was changed; try again in a moment."

router = APIRouter(prefix=f"/settings/{SECTION}", include_in_schema=False)


@router.get("")
async def read(desk: Reading) -> Response:
    """The thresholds, and how far everybody is judged by them."""
    rules, judged = await asyncio.gather(_asked(desk, RULES), _judged(desk))
    shown = _form(desk, rules, Thresholds.of(rules)) if rules else {"rules": None}
    heard = desk.heard(desk.services.dedupe.heard_at)
    return desk.render("settings_duplicates.html", {"section": SECTION, "tabs": TABS, "heard": heard, **shown, **judged})


@router.post("")
async def save(desk: Writing, posted: Posted) -> Response:
    """Both at once, if nobody changed them meanwhile. What is wrong stands at its field, and what was typed stays."""
    mine, base = Thresholds.typed(posted), forms.one(posted, "base")
    for _ in range(ATTEMPTS):
        rules = await _asked(desk, RULES) or {}
        if not rules:
            return _answered(desk, {}, mine, base=base, problem=SILENT)
        theirs = Thresholds.of(rules)
        if theirs.base != base:
            return _answered(desk, rules, mine, theirs=mine.other_than(theirs), status_code=409)
        if errors := mine.faults(rules):
            return _answered(desk, rules, mine, problem="These can’t be taken.", errors=errors)
        try:
            answer = await desk.ask(desk.services.dedupe, "PUT", RULES, body={**mine.scores(), "revision": rules["revision"]})
        except UnansweredError:
            return _answered(desk, rules, mine, problem=SILENT)
        if not _is_stale(answer):
            break
    if answer.ok:
        headers = {"HX-Trigger": "rescan-changed"}
        return _answered(desk, answer.body, Thresholds.of(answer.body), saved=True, status_code=200, headers=headers)
    return _answered(desk, rules, mine, problem=forms.first_problem(answer.body), errors=_errors(answer.body))


@router.get("/rescan")
async def look(desk: Reading) -> Response:
    """How far it is by now."""
    return desk.render("partials/settings/rescan.html", await _judged(desk))


@router.post("/rescan")
async def begin(desk: Writing) -> Response:
    """Everybody is judged anew; one that is under way begins again."""
    try:
        answer = await desk.ask(desk.services.dedupe, "POST", RESCAN, body={})
        problem = "" if answer.ok else forms.first_problem(answer.body)
    except UnansweredError:
        problem = SILENT
    context = {**await _judged(desk), "problem": problem}
    return desk.render("partials/settings/rescan.html", context, status_code=422 if problem else 200)


async def _asked(desk: Desk, path: str) -> Mapping[str, Any] | None:
    """None while nobody says."""
    try:
        answer = await desk.ask(desk.services.dedupe, "GET", path)
    except UnansweredError:
        return None
    return answer.body if answer.ok and isinstance(answer.body, dict) and "items" not in answer.body else None


async def _judged(desk: Desk) -> dict[str, Any]:
    said = await _asked(desk, RESCAN)
    return {
        "judged": rescan(said, desk.now, desk.zone) if said else None,
        "judged_heard": desk.heard(desk.services.dedupe.heard_at),
        "may_begin": desk.session.role.covers(Role.MANAGER),
        "problem": "",
    }


def _answered(desk: Desk, rules: Mapping[str, Any], shown: Thresholds, *, status_code: int = 422, **more: Any) -> Response:
    headers = more.pop("headers", None)
    context = {**_form(desk, rules, shown), **more}
    return desk.render("partials/settings/thresholds.html", context, status_code=status_code, headers=headers)


def _form(desk: Desk, rules: Mapping[str, Any], shown: Thresholds) -> dict[str, Any]:
    """Without rules where the service is silent: then what was typed is still there."""
    return {
        "rules": rules,
        "thresholds": shown.each,
        "labels": FIELDS,
        "base": Thresholds.of(rules).base if rules else "",
        "defaults": {name: percent(rules[f"default_{name}"]) for name in FIELDS} if rules else {},
        "bounds": tuple(percent(rules[name]) for name in ("least", "most")) if rules else (),
        "may_change": desk.session.role.covers(Role.ADMIN),
        "problem": "",
        "errors": {},
        "theirs": (),
        "saved": False,
    }


def _is_stale(answer: Answer) -> bool:
    return answer.status == 409 and isinstance(answer.body, dict) and answer.body.get("type") == "urn:problem:stale"


def _errors(body: Any) -> dict[str, str]:
    """Messages by field; what is said of both together stands at the first."""
    said = forms.errors_by_path(body)
    return {name if name in FIELDS else next(iter(FIELDS)): message for name, message in said.items()}
