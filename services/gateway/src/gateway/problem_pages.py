"""A refusal as a page for who looks at pages; programs and htmx get the problem details that say the same."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import quote

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from gateway.api_proxy import PREFIX
from gateway.compose import MERGED_AWAY
from gateway.parts import parts_of
from shared import telemetry
from shared.problem import Problem

_TITLES = {
    403: "Not yours to see",
    404: "Not here",
    410: "Erased",
    429: "A little too fast",
    503: "Not available right now",
}


def handle(app: FastAPI) -> None:
    """Wrap the handler of the app factory."""
    as_json = app.exception_handlers[HTTPException]

    async def answered(request: Request, error: HTTPException) -> Response:
        if isinstance(error, Problem) and error.status_code == MERGED_AWAY and not request.url.path.startswith(PREFIX):
            return _to_survivor(request, error)
        if not _at_a_page(request):
            response: Response = await as_json(request, error)  # type: ignore[misc]
            return response
        context = {
            "title": _TITLES.get(error.status_code, HTTPStatus(error.status_code).phrase),
            "detail": error.detail or "",
            "request_id": telemetry.request_id(),
        }
        return parts_of(request).pages.render(request, "problem.html", context, status_code=error.status_code)

    app.add_exception_handler(HTTPException, answered)  # type: ignore[arg-type]


def _to_survivor(request: Request, error: Problem) -> Response:
    """Whoever looks at a contact that was merged away looks at the survivor, told so; a part of a page takes the whole page along."""
    merged = quote(str(request.path_params.get("contact_id", "")), safe="")
    path = f"/contacts/{quote(str(error.extensions['survivor_id']), safe='')}?merged={merged}"
    if "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def _at_a_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
