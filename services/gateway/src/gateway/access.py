"""Who may come in: a browser by its session, a program by its bearer token. Both leave here with a short internal token.

The outside token and the cookie stop at this file; services only ever see a token we signed for one workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.identity import NobodyError, NotTheirsError, NoWorkspaceError, identity_from
from gateway.oidc import IssuerSilentError, RejectedError
from gateway.parts import parts_of
from gateway.session import Session
from shared import telemetry
from shared.auth import Principal, Role
from shared.problem import Problem

SESSION_COOKIE = "contacts_session"
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"

_SAFE = {"GET", "HEAD", "OPTIONS"}


class SignInNeededError(Exception):
    """A page was asked for without a session; app.py answers with the way to sign in."""


@dataclass(frozen=True)
class Visitor:
    """A person at the page: their session, and the token services are asked with on their behalf."""

    session: Session
    token: str


async def program(request: Request) -> Principal:
    """An API client: 401 without a valid token of the issuer, 403 for a workspace it does not name, 429 when asking too often."""
    parts = parts_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not token.strip():
        raise _unauthenticated("A bearer token is needed.", "")
    try:
        claims = await parts.provider.claims_of_access_token(token.strip())
        identity = identity_from(claims, parts.settings.oidc_workspaces_claim)
        workspace = identity.workspace(request.headers.get("x-workspace"))
    except RejectedError as error:
        raise _unauthenticated("The token is not valid.", f', error="invalid_token", error_description="{error}"') from error
    except NobodyError as error:
        raise _unauthenticated("The token names nobody.", ', error="invalid_token", error_description="missing_claims"') from error
    except IssuerSilentError as error:
        detail = "The issuer of the token can't be asked for its keys."
        raise Problem(503, "issuer-unavailable", detail, headers={"Retry-After": "5"}) from error
    except NotTheirsError as error:
        raise Problem(403, "wrong-workspace", "The token does not name this workspace.") from error
    except NoWorkspaceError as error:
        detail = "The token names no workspace, or several: choose one with the header X-Workspace."
        raise Problem(403, "no-workspace", detail) from error
    principal = parts.tokens.granted(workspace, identity.subject, identity.workspaces[workspace], identity.name)
    telemetry.bind(workspace=workspace)
    request.app.state.limiter.take(principal)
    return principal


async def visitor(request: Request) -> Visitor:
    """A signed-in person; whatever changes something must carry the page's own CSRF token."""
    parts = parts_of(request)
    session = current_session(request)
    if session is None:
        raise SignInNeededError
    if request.method not in _SAFE and not parts.cookies.csrf_is_right(session, await _csrf_given(request)):
        raise Problem(403, "csrf", "This form is from another session. Reload the page and try again.")
    principal = parts.tokens.granted(session.workspace, session.identity.subject, session.role, session.identity.name)
    telemetry.bind(workspace=session.workspace)
    request.app.state.limiter.take(principal)
    return Visitor(session, principal.token)


async def writing_visitor(person: Annotated[Visitor, Depends(visitor)]) -> Visitor:
    """A person who may change things. The services check it again; this saves a viewer the detour."""
    if not person.session.may_write:
        raise Problem(403, "forbidden", "Viewers can't change anything here.", required_role=Role.MEMBER.value)
    return person


def current_session(request: Request) -> Session | None:
    """The session, if there is one that was not ended."""
    parts = parts_of(request)
    session = parts.cookies.open(request.cookies.get(SESSION_COOKIE), Session)
    return None if session is None or parts.signed_out.ended(session) else session


async def _csrf_given(request: Request) -> str:
    if (header := request.headers.get(CSRF_HEADER)) is not None:
        return header
    field = (await request.form()).get(CSRF_FIELD)
    return field if isinstance(field, str) else ""


def _unauthenticated(detail: str, reason: str) -> Problem:
    return Problem(401, "unauthenticated", detail, headers={"WWW-Authenticate": f'Bearer realm="contacts"{reason}'})


Person = Annotated[Visitor, Depends(visitor)]
WritingPerson = Annotated[Visitor, Depends(writing_visitor)]
Program = Annotated[Principal, Depends(program)]
