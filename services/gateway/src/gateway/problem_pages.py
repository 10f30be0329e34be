"""A refusal as a page for who looks at pages; programs and htmx get the problem details that say the same.

That a contact is not theirs to see is said by name of its owner, on a page and in place of a part of one.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gateway.api_proxy import PREFIX
from gateway.compose import MERGED_AWAY, NOT_YOURS
from gateway.desk import Desk, desk_of
from gateway.parts import parts_of
from gateway.views.viewing import TITLE, whom_to_ask
from shared import telemetry
from shared.problem import Problem

_TITLES = {
    403: TITLE,
    404: "Not here",
    410: "Erased",
    429: "A little too fast",
    503: "Not available right now",
}

DIALOGS = ("drawer", "sheet")


def handle(app: FastAPI) -> None:
    """Wrap the handler of the app factory."""
    as_json = app.exception_handlers[HTTPException]

    async def answered(request: Request, error: HTTPException) -> Response:
        if isinstance(error, Problem) and error.status_code == MERGED_AWAY and not request.url.path.startswith(PREFIX):
            return _to_survivor(request, error)
        if isinstance(error, Problem) and error.slug == NOT_YOURS and (desk := desk_of(request)) is not None:
            return await _whom_to_ask(desk, error)
        if not _at_a_page(request):
            response: Response = await as_json(request, error)  # type: ignore[misc]
            return response
        return parts_of(request).pages.render(request, "problem.html", _said(error, error.detail or ""), status_code=error.status_code)

    app.add_exception_handler(HTTPException, answered)  # type: ignore[arg-type]


def _to_survivor(request: Request, error: Problem) -> Response:
    """Whoever looks at a contact that was merged away looks at the survivor, told so; a part of a page takes the whole page along."""
    merged = quote(str(request.path_params.get("contact_id", "")), safe="")
    path = f"/contacts/{quote(str(error.extensions['survivor_id']), safe='')}?merged={merged}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


async def _whom_to_ask(desk: Desk, error: Problem) -> Response:
    """A part of a page is replaced by it, a dialog says it."""
    ask = whom_to_ask(error.extensions.get("owner_id"), await desk.members())
    if desk.wants_part:
        target = desk.request.headers.get("hx-target", "")
        context = {"ask": ask, "dialog": target if target in DIALOGS else ""}
        return desk.render("partials/not_yours.html", context, status_code=error.status_code)
    detail = "This contact is visible to its team only."
    return desk.render("problem.html", _said(error, detail, ask), status_code=error.status_code)


def _said(error: HTTPException, detail: str, ask: str = "") -> dict[str, Any]:
    title = _TITLES.get(error.status_code, HTTPStatus(error.status_code).phrase)
    return {"title": title, "detail": detail, "ask": ask, "request_id": telemetry.request_id()}


def _at_a_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
