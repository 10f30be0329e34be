"""Routes that are asked all the time: their arguments are handed over directly.

FastAPI works out parameters and dependencies anew for every request, by a way that can do anything; for a caller, a body and a header that
costs as much as the rest of the HTTP there is. These are declared as ever, so the OpenAPI document, the checks and the refusals are too.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic_core import from_json

_MISSING = {"type": "missing", "loc": ("body",), "msg": "Field required", "input": None}


class DirectRoute(APIRoute):
    """For a coroutine function of one guarded caller, one JSON body, the request and headers that answers with a Response."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        asked, body = self.dependant, self.body_field
        others = (asked.path_params, asked.query_params, asked.cookie_params, asked.response_param_name, asked.background_tasks_param_name)
        guard = asked.dependencies[0] if len(asked.dependencies) == 1 else None
        if any(others) or guard is None or body is None or not asked.request_param_name:
            raise TypeError(f"{self.path}: a DirectRoute hands over a caller, a body, the request and headers, no less and no more")
        request_name, caller_name, authenticated = asked.request_param_name, str(guard.name), guard.call
        answer: Callable[..., Coroutine[Any, Any, Response]] = self.endpoint
        assert authenticated is not None  # noqa: S101 - a dependency without a function is none

        async def handle(request: Request) -> Response:
            arguments: dict[str, Any] = {request_name: request, caller_name: await authenticated(request)}
            errors: list[Any] = []
            for header in asked.header_params:
                given = request.headers.get(header.alias)
                if given is not None:  # else the function's own default
                    arguments[header.name], wrong = header.validate(given, loc=("header", header.alias))
                    errors += wrong
            sent = await request.body()
            if sent:
                arguments[body.name], wrong = body.validate(from_json(sent), loc=("body",))
                errors += wrong
            if errors or not sent:
                raise RequestValidationError(errors or [_MISSING])
            return await answer(**arguments)

        return handle
