"""What app.py composed, for routes and dependencies to find."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from gateway.clients import Services
from gateway.directory import Members
from gateway.internal_tokens import InternalTokens
from gateway.oidc import OpenIdProvider
from gateway.openapi import MergedOpenApi
from gateway.rendering import Pages
from gateway.session import Cookies
from gateway.settings import GatewaySettings
from gateway.signed_out import SignedOut


@dataclass(frozen=True)
class Parts:
    """Everything a route may need."""

    settings: GatewaySettings
    services: Services
    provider: OpenIdProvider
    cookies: Cookies
    signed_out: SignedOut
    tokens: InternalTokens
    pages: Pages
    members: Members
    openapi: MergedOpenApi


def parts_of(request: Request) -> Parts:
    """The parts of the app this request came to."""
    parts = request.app.state.parts
    assert isinstance(parts, Parts)  # noqa: S101 - set by app.py, nowhere else
    return parts
