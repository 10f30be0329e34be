"""The FastAPI dependency in front of every route: `caller: Annotated[Principal, require(Role.MEMBER)]`."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from shared import telemetry
from shared.auth.keys import KeysUnavailableError
from shared.auth.principal import Principal, Role
from shared.auth.tokens import TokenError, TokenVerifier
from shared.problem import Problem

_SCHEME = HTTPBearer(bearerFormat="JWT")


class _Guard(SecurityBase):
    """One dependency and not a chain of them: FastAPI resolves each for every request. The OpenAPI document knows it as the token."""

    def __init__(self, role: Role) -> None:
        self.model = _SCHEME
        self.scheme_name = "token"
        self._role = role

    async def __call__(self, request: Request) -> Principal:
        caller: Principal | None = request.scope.get("caller")
        if caller is None:  # the first guard of this request
            caller = request.scope["caller"] = await _authenticated(request)
            telemetry.bind(workspace=caller.workspace)
            request.app.state.limiter.take(caller)
        if not caller.role.covers(self._role):
            raise Problem(403, "forbidden", f"This needs the role {self._role.value}.", required_role=self._role.value)
        return caller


def require(role: Role) -> Any:
    """Lets in who may do what `role` may: 401 without a valid token, 403 with too low a role, 429 when asking too often."""
    return Depends(_Guard(role))


async def _authenticated(request: Request) -> Principal:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthenticated("A bearer token is needed.", "")
    verifier: TokenVerifier = request.app.state.verifier
    try:
        return await verifier.principal(token)
    except TokenError as error:
        raise _unauthenticated("The token is not valid.", f', error="invalid_token", error_description="{error.reason}"') from error
    except KeysUnavailableError as error:
        raise Problem(503, "keys-unavailable", "Tokens can't be checked yet; try again.", headers={"Retry-After": "2"}) from error


def _unauthenticated(detail: str, reason: str) -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": f'Bearer realm="contacts"{reason}'})


Caller = Annotated[Principal, require(Role.VIEWER)]
"""Anybody with a valid token for the workspace."""
