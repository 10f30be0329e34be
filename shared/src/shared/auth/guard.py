"""The FastAPI dependency in front of every route: `caller: Annotated[Principal, require(Role.MEMBER)]`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from shared import telemetry
from shared.auth.keys import KeysUnavailableError
from shared.auth.principal import Principal, Role
from shared.auth.tokens import TokenError, TokenVerifier
from shared.problem import Problem

_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", scheme_name="token")  # for the OpenAPI document, and to parse


def require(role: Role) -> Any:
    """Lets in who may do what `role` may: 401 without a valid token, 403 with too low a role, 429 when asking too often."""

    async def guard(caller: Annotated[Principal, Depends(_authenticated)]) -> Principal:
        if not caller.role.covers(role):
            raise Problem(403, "forbidden", f"This needs the role {role.value}.", required_role=role.value)
        return caller

    return Depends(guard)


async def _authenticated(request: Request, sent: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Principal:
    if sent is None:
        raise _unauthenticated("A bearer token is needed.", "")
    verifier: TokenVerifier = request.app.state.verifier
    try:
        caller = await verifier.principal(sent.credentials)
    except TokenError as error:
        raise _unauthenticated("The token is not valid.", f', error="invalid_token", error_description="{error.reason}"') from error
    except KeysUnavailableError as error:
        raise Problem(503, "keys-unavailable", "Tokens can't be checked yet; try again.", headers={"Retry-After": "2"}) from error
    telemetry.bind(workspace=caller.workspace)
    request.app.state.limiter.take(caller)
    return caller


def _unauthenticated(detail: str, reason: str) -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": f'Bearer realm="contacts"{reason}'})


Caller = Annotated[Principal, require(Role.VIEWER)]
"""Anybody with a valid token for the workspace."""
