"""A client for an app in this process. Answers to unforeseen errors are seen as a real server would send them."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any

import httpx
from fastapi import FastAPI


def http_client(app: FastAPI, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """`async with http_client(app, bearer()) as client: await client.get("/v1/...")`."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://service.test", headers=dict(headers or {}))


def loopback_client(**options: Any) -> httpx.AsyncClient:
    """A client of a server on this machine: it reads no certificates, which would take longer than the request."""
    return httpx.AsyncClient(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **options)


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    """The members of a problem; fails unless the response is one in every respect."""
    body: dict[str, Any] = response.json()
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert body["status"] == status
    assert body["type"].startswith("urn:problem:")
    assert body["title"]
    assert body["request_id"] == response.headers["x-request-id"]
    return body
