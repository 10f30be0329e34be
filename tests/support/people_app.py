"""A service in miniature, so that what every service shares can be tested without any of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field

from shared import telemetry
from shared.auth import Caller, Principal, Role, require
from shared.settings import ServiceSettings
from shared.web import Problem, create_app
from tests.support.tokens import auth_settings


class AwayError(Exception):
    """A dependency that does not answer."""


class Address(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    typed: str = Field(max_length=50)


class Person(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    first_name: str
    emails: list[Address] = []
    custom: dict[str, Any] = {}


router = APIRouter(prefix="/v1")


@router.post("/people", status_code=201)
async def create(person: Person, caller: Annotated[Principal, require(Role.MEMBER)]) -> dict[str, Any]:
    return {"workspace": caller.workspace, "first_name": person.first_name, "custom": person.custom}


@router.get("/people/{person_id}")
async def read(person_id: str, caller: Caller, limit: int = 20) -> dict[str, str | None]:
    return {"id": person_id, "workspace": caller.workspace, "name": caller.name, "correlation_id": telemetry.correlation_id()}


@router.delete("/people/{person_id}", status_code=204)
async def erase(person_id: str, _: Annotated[Principal, require(Role.ADMIN)]) -> None:
    raise ValueError(f"{person_id} ann@example.org is broken")


@router.put("/people/{person_id}")
async def replace(person_id: str, _: Caller) -> None:
    raise Problem(409, "stale", "Somebody else was faster.", current_version=7)


@router.get("/away")
async def away(_: Caller) -> None:
    raise AwayError("mongodb://root:secret@db")


@router.post("/imports")
async def upload(request: Request, _: Caller) -> int:
    return sum([len(chunk) async for chunk in request.stream()])


def people_app(**settings: Any) -> FastAPI:
    """The app, with `settings` over those that make test tokens valid."""
    return create_app(
        title="people",
        settings=ServiceSettings(**{**auth_settings(), **settings}),
        routers=[router],
        unavailable=[AwayError],
        uploads={"/v1/imports": 1_000_000},
    )
