"""A direct route answers and refuses as any other does; it only takes less time."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import APIRouter, FastAPI, Header, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field

from shared.auth import Principal, Role, require
from shared.settings import ServiceSettings
from shared.web import create_app
from shared.web.direct import DirectRoute
from tests.support.http import http_client
from tests.support.tokens import auth_settings, bearer

Member = Annotated[Principal, require(Role.MEMBER)]
JSON = {"Content-Type": "application/json"}


class Thing(BaseModel):
    name: Annotated[str, Field(max_length=3)]
    parts: tuple[int, ...] = ()


async def make(body: Thing, caller: Member, request: Request, key: Annotated[str | None, Header(max_length=3)] = None) -> Response:
    """Make a thing."""
    return Response(f"{caller.subject} {body} {key} {request.method}", 201)


def app_with(route: type[APIRoute]) -> FastAPI:
    router = APIRouter(route_class=route)
    router.post("/things", status_code=201, response_model=Thing)(make)
    return create_app(title="Things", settings=ServiceSettings.model_validate(auth_settings()), routers=[router])


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b'{"name": "ann", "parts": [1, 2]}', {}),
        (b'{"name": "ann"}', {"key": "abc"}),
        (b'{"name": "anne", "parts": ["x"]}', {"key": "abcd"}),
        (b'{"name": "ann"}', {"key": "abcd"}),
        (b"{}", {}),
        (b"null", {}),
        (b"[]", {}),
        (b"", {}),
        (b'{"name": ', {}),
        (b'{"name": "ann"}', {"Authorization": "Bearer nothing"}),
        (b'{"name": "ann"}', {"Content-Type": "text/plain"}),
        (b'{"name": "ann"}', bearer(role=Role.VIEWER)),
    ],
)
async def test_a_direct_route_answers_as_any_other(content: bytes, headers: dict[str, str]) -> None:
    answers: list[tuple[int, str]] = []
    for app in (app_with(APIRoute), app_with(DirectRoute)):
        async with http_client(app, bearer()) as client:
            answer = await client.post("/things", content=content, headers=JSON | {"X-Request-ID": "r1"} | headers)
            answers.append((answer.status_code, answer.text))

    assert answers[0] == answers[1]


def test_a_direct_route_is_described_as_any_other() -> None:
    assert app_with(DirectRoute).openapi() == app_with(APIRoute).openapi()


def test_a_function_that_asks_for_more_is_refused_at_once() -> None:
    async def find(body: Thing, caller: Member, request: Request, q: str) -> Response:
        raise AssertionError((body, caller, request, q))

    with pytest.raises(TypeError, match="no less and no more"):
        APIRouter(route_class=DirectRoute).post("/things")(find)
