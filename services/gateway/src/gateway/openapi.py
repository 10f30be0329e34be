"""The services' own API descriptions as one, so that an integrator sees one API and not one of each."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gateway.clients import Service, Services, UnansweredError

FRESH_SECONDS = 60.0
DEADLINE_SECONDS = 2.0
SCHEMAS = "#/components/schemas/"
TITLE = "Contacts platform"
ABOUT = (
    "One API over people, duplicates, the activity of each contact, and the verdict before outreach. Send a bearer token of the "
    "configured OpenID issuer; with access to several workspaces choose one by the header X-Workspace."
)

Document = dict[str, Any]


def merged(documents: Mapping[str, Document], missing: Iterable[str]) -> Document:
    """One description. Schemas get their service's name in front, because two services may call different things the same."""
    paths: Document = {}
    schemas: Document = {}
    for service, document in documents.items():
        renamed = _renamed(document, service)
        for path, operations in renamed.get("paths", {}).items():
            if path.startswith(("/v1/", "/api/v1/")):
                paths["/api" + path.removeprefix("/api")] = _labelled(operations, service)
        for name, schema in renamed.get("components", {}).get("schemas", {}).items():
            schemas[f"{service}.{name}"] = schema
    return {
        "openapi": "3.1.0",
        "info": {"title": TITLE, "version": "1", "description": ABOUT},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": schemas, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}},
        "security": [{"bearer": []}],
        "x-unavailable": sorted(missing),
    }


def _renamed(value: Any, service: str) -> Any:
    if isinstance(value, dict):
        return {
            key: f"{SCHEMAS}{service}.{inner.removeprefix(SCHEMAS)}"
            if key == "$ref" and isinstance(inner, str) and inner.startswith(SCHEMAS)
            else _renamed(inner, service)
            for key, inner in value.items()
        }
    return [_renamed(inner, service) for inner in value] if isinstance(value, list) else value


def _labelled(operations: Document, service: str) -> Document:
    return {
        method: {**operation, "tags": [service], "operationId": f"{service}.{operation.get('operationId', method)}"}
        if isinstance(operation, dict)
        else operation
        for method, operation in operations.items()
    }


class MergedOpenApi:
    """Keeps what each service last said, so that one that is down keeps its place in the description."""

    def __init__(self, services: Services, now: Callable[[], float] = time.monotonic) -> None:
        self._services = services
        self._own: Callable[[], Document] = dict
        self._now = now
        self._documents: dict[str, Document] = {}
        self._asked_at: dict[str, float] = {}

    def describe_own(self, description: Callable[[], Document]) -> None:
        """Who to ask what the gateway itself answers: its app. Describing takes a while, and few processes are ever asked."""
        self._own = description

    async def document(self) -> Document:
        await asyncio.gather(*map(self._refresh, self._services.values()))
        known = {name: self._documents[name] for name in self._services if name in self._documents}
        missing = self._services.keys() - known.keys()
        return merged({**known, "gateway": self._own()}, missing)

    async def _refresh(self, service: Service) -> None:
        known_for = self._now() - self._asked_at.get(service.name, float("-inf"))
        if service.name in self._documents and known_for < FRESH_SECONDS:
            return
        try:
            answer = await service.ask("GET", "/openapi.json", deadline_s=DEADLINE_SECONDS)
        except UnansweredError:
            return
        if answer.ok and isinstance(answer.body, dict):
            self._documents[service.name] = answer.body
            self._asked_at[service.name] = self._now()
