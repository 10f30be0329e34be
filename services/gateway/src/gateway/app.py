"""The composition root: the only file that makes clients, keys and the app."""

from __future__ import annotations

from dataclasses import dataclass

import httpx
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from gateway import (
    api_proxy,
    compose,
    merge_preview,
    pages_accounts,
    pages_contact,
    pages_contacts,
    pages_docs,
    pages_duplicates,
    pages_merge,
    pages_merges,
    pages_notices,
    pages_review,
    pages_settings,
    pages_settings_duplicates,
    problem_pages,
    signin,
)
from gateway.access import SignInNeededError
from gateway.clients import Limits, Services, connected, trusted
from gateway.dev_issuer.accounts import accounts_in
from gateway.dev_issuer.api import PATH as DEV_ISSUER
from gateway.dev_issuer.api import dev_issuer
from gateway.dev_issuer.grants import Mint
from gateway.directory import Members
from gateway.internal_tokens import InternalTokens
from gateway.keys import secret_key, signing_key
from gateway.oidc import OpenIdProvider
from gateway.openapi import MergedOpenApi
from gateway.parts import Parts
from gateway.rendering import Pages, assets
from gateway.session import Cookies
from gateway.settings import GatewaySettings
from gateway.signed_out import SignedOut
from shared.auth import TokenIssuer
from shared.health import Check
from shared.running import Service
from shared.services import SERVICES
from shared.web import create_app

ISSUER_TIMEOUT_S = 5.0


@dataclass(frozen=True)
class Connections:
    """The pools to the services and the issuer, closed when the process stops. A service that is down does not make us unready."""

    services: Services
    http: httpx.AsyncClient
    name: str = "connections"

    async def start(self) -> None:
        """They open when first used."""

    async def stop(self) -> None:
        await self.services.close()
        await self.http.aclose()

    async def check(self) -> Check:
        resting = [service.name for service in self.services.values() if service.circuit.resting]
        return Check(True, f"not answering: {', '.join(resting)}" if resting else "")


def build(settings: GatewaySettings) -> Service:
    """The gateway as one process."""
    services = _services(settings)
    http = httpx.AsyncClient(timeout=ISSUER_TIMEOUT_S, trust_env=False, verify=trusted())
    cookies = Cookies(secret_key(settings.state_dir / "session.key"))
    pages = Pages(cookies)
    key = signing_key(settings.state_dir / "internal.jwk")
    tokens = InternalTokens(TokenIssuer(key, issuer=settings.token_issuer, audience=settings.token_audience))
    openapi = MergedOpenApi(services)
    members = Members(services, settings.page_timeout_s)
    signed_out = SignedOut(settings.state_dir / "signed-out")
    parts = Parts(settings, services, _provider(settings, http), cookies, signed_out, tokens, pages, members, openapi)
    app = _app(parts)
    openapi.describe_own(app.openapi)
    return Service("gateway", settings, app, clients=[Connections(services, http)])


def _app(parts: Parts) -> FastAPI:
    routers = [_keys(parts.tokens), compose.router, pages_docs.router, signin.router, pages_contacts.router, pages_contact.router]
    routers += [pages_accounts.router, merge_preview.router, pages_merge.router, pages_merges.router]
    routers += [pages_review.router, pages_duplicates.router, pages_notices.router]
    routers += [pages_settings_duplicates.router, pages_settings.router]
    if parts.settings.dev_issuer_accounts is not None:
        routers.append(_dev_issuer(parts))
    # the proxy comes last: it takes every path under /api/v1 that nobody above has
    app = create_app(
        title="gateway", settings=parts.settings, routers=[*routers, api_proxy.router], uploads={"/": parts.settings.http_body_limit}
    )
    app.state.parts = parts
    app.mount("/static", assets(), name="static")
    app.add_exception_handler(SignInNeededError, _to_sign_in)
    problem_pages.handle(app)
    return app


async def _to_sign_in(request: Request, _: Exception) -> Response:
    path = signin.sign_in_path(request)
    if "hx-request" in request.headers:
        return Response(status_code=401, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def _services(settings: GatewaySettings) -> Services:
    limits = Limits(settings.connect_timeout_s, settings.proxy_timeout_s, settings.connections_per_service)
    return Services([connected(service.name, settings.url_of(service), limits) for service in SERVICES])


def _provider(settings: GatewaySettings, http: httpx.AsyncClient) -> OpenIdProvider:
    secret = settings.oidc_client_secret
    return OpenIdProvider(
        http,
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        audience=settings.oidc_audience,
        algorithms=settings.oidc_algorithms,
        client_secret=secret.get_secret_value() if secret else None,
        backchannel=settings.oidc_backchannel,
    )


def _dev_issuer(parts: Parts) -> APIRouter:
    settings = parts.settings
    assert settings.dev_issuer_accounts is not None  # noqa: S101 - asked before
    mint = Mint(signing_key(settings.state_dir / "dev-issuer.jwk"), settings.public_url + DEV_ISSUER, settings.oidc_audience)
    return dev_issuer(
        accounts_in(settings.dev_issuer_accounts),
        mint,
        client_id=settings.oidc_client_id,
        redirect_uri=signin.callback_url(settings.public_url),
        pages=parts.pages,
    )


def _keys(tokens: InternalTokens) -> APIRouter:
    """Where the services find the keys of the tokens we sign."""
    router = APIRouter(include_in_schema=False)

    @router.get("/.well-known/jwks.json")
    async def jwks() -> dict[str, object]:
        return tokens.keys()

    return router
