"""The one app factory: a service adds routers and says what it needs to be ready, everything else is the same everywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from fastapi.telemetry import TelemetryConfig
from starlette.types import Lifespan

from shared.auth.keys import key_source
from shared.auth.tokens import TokenVerifier
from shared.health import Readiness
from shared.settings import ServiceSettings
from shared.web import health
from shared.web.body import BodyRules, CheckedBody
from shared.web.observed import Observed
from shared.web.problems import PROBLEM_RESPONSES, handle_problems
from shared.web.rate import RateLimiter

# FastAPI's own spans and logs hold paths, queries and exception texts, so personal data; `Observed` makes ours
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}


def create_app(
    *,
    title: str,
    settings: ServiceSettings,
    version: str = "1",
    routers: Sequence[APIRouter] = (),
    readiness: Mapping[str, Readiness] | None = None,
    unavailable: Sequence[type[Exception]] = (),
    uploads: Mapping[str, int] | None = None,
    lifespan: Lifespan[FastAPI] | None = None,
) -> FastAPI:
    """`readiness`: checks by name, for /readyz. `unavailable`: exceptions that say a dependency is away (answered 503).

    `uploads`: path prefixes that take bodies of any content type and of another size, streamed; all else is JSON.
    """
    app = FastAPI(
        title=title,
        version=version,
        lifespan=lifespan,
        telemetry=_NO_TELEMETRY,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        openapi_url="/openapi.json",
        redirect_slashes=False,  # one path, one resource; a redirect would repeat the Host header it was sent
        responses=PROBLEM_RESPONSES,
    )
    app.state.verifier = TokenVerifier(
        key_source(settings), issuer=settings.token_issuer, audience=settings.token_audience, leeway_s=settings.token_leeway_s
    )
    app.state.limiter = RateLimiter(settings.http_rate_per_second, settings.http_rate_burst)
    app.state.stopping = asyncio.Event()  # set when the process begins to stop: endless answers (event streams) end then
    app.state.readiness = dict(readiness or {})
    handle_problems(app, unavailable)
    for router in (*routers, health.router):  # in the order they are tried: probes can wait
        _take(app, router)
    app.add_middleware(CheckedBody, rules=BodyRules(settings.http_body_limit, dict(uploads or {})))
    app.add_middleware(Observed)  # added last: sees everything, the errors of the others too
    return app


def _take(app: FastAPI, router: APIRouter) -> None:
    """The routes as they are, for they are all a router has (prefix, tags and guards are theirs already). `include_router` would make each
    anew with all its models, for every app, while it answers its first request.
    """
    for route in router.routes:
        if isinstance(route, APIRoute):
            route.responses = PROBLEM_RESPONSES | route.responses
        app.router.routes.append(route)
