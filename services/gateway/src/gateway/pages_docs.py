"""The API for people: every operation of the merged description on one page, without scripts from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from gateway.access import current_session
from gateway.api_proxy import PREFIX
from gateway.parts import parts_of

router = APIRouter(include_in_schema=False)

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Operation:
    """One thing a client can ask."""

    method: str
    path: str
    summary: str
    text: str
    parameters: tuple[tuple[str, str, bool, str], ...]
    body: tuple[tuple[str, str, bool], ...]


def operations(document: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """By service."""
    grouped: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                described = methods[method]
                grouped.setdefault(next(iter(described.get("tags") or ["other"])), []).append(_operation(document, path, method, described))
    return grouped


def _operation(document: Mapping[str, Any], path: str, method: str, described: Mapping[str, Any]) -> Operation:
    content = (described.get("requestBody") or {}).get("content") or {}
    return Operation(
        method=method.upper(),
        path=path,
        summary=str(described.get("summary") or ""),
        text=str(described.get("description") or ""),
        parameters=tuple(
            (str(given["name"]), str(given["in"]), bool(given.get("required")), str(given.get("description") or ""))
            for given in described.get("parameters") or ()
            if given.get("name") != "authorization"
        ),
        body=tuple(_properties(document, (content.get("application/json") or {}).get("schema") or {})),
    )


def _properties(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """The members of a body: name, type, whether it must be there."""
    resolved = _resolved(document, schema)
    required = set(resolved.get("required") or ())
    for name, inner in (resolved.get("properties") or {}).items():
        yield name, _type(document, inner), name in required


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(schema.get("$ref") or "").rpartition("/")[2]
    resolved = document["components"]["schemas"].get(name, {}) if name else schema
    assert isinstance(resolved, Mapping)  # noqa: S101 - schemas are objects
    return resolved


def _type(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition(".")[2]
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(_type(document, choice) for choice in choices))
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if schema.get("type") == "array":
        return f"list of {_type(document, schema.get('items') or {})}"
    return str(schema.get("format") or schema.get("type") or "anything")


@router.get(PREFIX + "/openapi.json")
async def openapi(request: Request) -> dict[str, Any]:
    """The merged description, for tools."""
    return await parts_of(request).openapi.document()


@router.get("/docs")
async def docs(request: Request) -> Response:
    """The same for people."""
    document = await parts_of(request).openapi.document()
    context = {"groups": operations(document), "missing": document["x-unavailable"], "about": document["info"]["description"]}
    return parts_of(request).pages.render(request, "docs.html", context, session=current_session(request))
