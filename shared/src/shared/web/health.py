"""Liveness, readiness and metrics, on the service's own port."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from shared.health import Check, Readiness

router = APIRouter(include_in_schema=False)

_TIMEOUT_S = 2.0


@router.get("/livez")
async def livez() -> dict[str, str]:
    """The event loop turns. Dependencies are not asked: restarting us would not bring them back."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> Response:
    """503 with the failing checks by name until every part can work."""
    readiness: dict[str, Readiness] = request.app.state.readiness
    checks = dict(zip(readiness, await asyncio.gather(*map(_asked, readiness.values())), strict=True))
    ready = all(check.ok for check in checks.values())
    body: dict[str, Any] = {
        "status": "ready" if ready else "not_ready",
        "checks": {name: {"ok": check.ok, "detail": check.detail} for name, check in checks.items()},
    }
    return JSONResponse(body, status_code=200 if ready else 503)


@router.get("/metrics")
async def metrics() -> Response:
    """Prometheus text format: HTTP, messaging and the process."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _asked(readiness: Readiness) -> Check:
    try:
        return await asyncio.wait_for(readiness(), _TIMEOUT_S)
    except TimeoutError:
        return Check(False, "no answer in time")
    except Exception as error:  # noqa: BLE001 - a check that fails in an unforeseen way is a failed check
        return Check(False, type(error).__name__)
