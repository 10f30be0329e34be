"""Every refusal and failure of a request as problem details: one shape, one place, and never a value or a traceback in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from shared import telemetry
from shared.problem import MEDIA_TYPE, FieldError, Problem

_SLUGS = {400: "bad-request", 404: "not-found", 405: "method-not-allowed", 413: "body-too-large", 415: "unsupported-media-type"}
_RETRY_AFTER_S = "2"
_MAX_ERRORS = 50
_MAX_FIELD_CHARS = 200

PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "Problem details (RFC 9457)",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "request_id": {"type": "string"},
                        "errors": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["field", "message"],
                                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                            },
                        },
                    },
                }
            }
        },
    }
}


def handle_problems(app: FastAPI, unavailable: Sequence[type[Exception]]) -> None:
    """Answer everything routes raise on purpose; what they don't is caught by `Observed`."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    for error in unavailable:
        app.add_exception_handler(error, _unavailable)


def response(problem: Problem) -> JSONResponse:
    """The answer, with the request's id so that a person can quote it."""
    body = problem.body()
    if (request_id := telemetry.request_id()) is not None:
        body["request_id"] = request_id
    return JSONResponse(body, problem.status_code, problem.headers, MEDIA_TYPE)


async def _http(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Problem):
        return response(error)
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for nothing else
    slug = _SLUGS.get(error.status_code, f"http-{error.status_code}")
    return response(Problem(error.status_code, slug, headers=error.headers))


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for nothing else
    errors = [FieldError(_field(item["loc"]), item["msg"]) for item in error.errors()[:_MAX_ERRORS]]
    return response(Problem(422, "validation", "Some fields are not acceptable.", errors=errors))


async def _unavailable(_: Request, __: Exception) -> JSONResponse:
    return response(Problem(503, "unavailable", "A part this needs is away; try again.", headers={"Retry-After": _RETRY_AFTER_S}))


def _field(location: Sequence[str | int]) -> str:
    """`("body", "emails", 0, "typed")` -> `emails.0.typed`; a parameter is called by its own name."""
    return ".".join(map(str, location[1:]))[:_MAX_FIELD_CHARS] or str(location[0])
