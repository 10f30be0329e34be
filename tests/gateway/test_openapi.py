"""The services' descriptions as one."""

from __future__ import annotations

from typing import Any

from gateway.openapi import merged
from gateway.pages_docs import operations
from shared.services import SERVICES
from tests.support.gateway import RunningGateway, Upstream


def described(path: str, schema: str, **properties: Any) -> dict[str, Any]:
    body = {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}
    return {
        "paths": {path: {"post": {"operationId": "make", "summary": "Make", "requestBody": body}}, "/livez": {"get": {}}},
        "components": {"schemas": {schema: {"type": "object", "required": ["name"], "properties": properties}}},
    }


TWO = {
    "contacts": described("/v1/contacts", "New", name={"type": "string"}, tags={"type": "array", "items": {"type": "string"}}),
    "timeline": described("/v1/timeline/{id}/notes", "New", text={"anyOf": [{"type": "string"}, {"type": "null"}]}),
}


def test_paths_are_those_of_the_gateway_and_probes_stay_out() -> None:
    assert list(merged(TWO, ())["paths"]) == ["/api/v1/contacts", "/api/v1/timeline/{id}/notes"]


def test_two_schemas_of_one_name_stay_two() -> None:
    document = merged(TWO, ())

    assert set(document["components"]["schemas"]) == {"contacts.New", "timeline.New"}
    reference = document["paths"]["/api/v1/contacts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert reference == {"$ref": "#/components/schemas/contacts.New"}


def test_operations_have_ids_of_their_own() -> None:
    paths = merged(TWO, ())["paths"].values()
    assert {path["post"]["operationId"] for path in paths} == {"contacts.make", "timeline.make"}


def test_people_read_the_members_of_a_body() -> None:
    shown = operations(merged(TWO, ()))

    assert shown["contacts"][0].body == (("name", "string", True), ("tags", "list of string", False))
    assert shown["timeline"][0].body == (("text", "string or null", False),)


async def test_a_service_that_goes_down_keeps_its_place(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/openapi.json", TWO["contacts"])
    async with gateway.outsider() as anybody:
        before = (await anybody.get("/api/v1/openapi.json")).json()
        upstream.answers("/openapi.json", {}, 503)
        after = (await anybody.get("/api/v1/openapi.json")).json()

    assert after == before
    assert "/api/v1/contacts" in after["paths"]
    assert "/api/v1/contacts/{contact_id}/page" in after["paths"]


async def test_a_service_never_heard_is_named_as_missing(gateway: RunningGateway, upstream: Upstream) -> None:
    upstream.answers("/openapi.json", {}, 503)
    async with gateway.outsider() as anybody:
        document = (await anybody.get("/api/v1/openapi.json")).json()
        page = (await anybody.get("/docs")).text

    assert document["x-unavailable"] == sorted(service.name for service in SERVICES)
    assert "Not described right now" in page
