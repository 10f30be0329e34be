"""A refusal as a page for who looks at pages; programs and htmx get the problem details that say the same."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from gateway.parts import parts_of
from shared import telemetry

_TITLES = {
    403: "Not yours to see",
    404: "Not here",
    429: "A little too fast",
    503: "Not available right now",
}


def handle(app: FastAPI) -> None:
    """Wrap the handler of the app factory."""
    as_json = app.exception_handlers[HTTPException]

    async def answered(request: Request, error: HTTPException) -> Response:
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


def _at_a_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and "hx-request" not in request.headers
