"""Signing in and out, and changing the workspace."""

from __future__ import annotations

import hmac
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from gateway.access import SESSION_COOKIE, Person
from gateway.identity import NobodyError, NotTheirsError, identity_from
from gateway.oidc import IssuerSilentError, RejectedError
from gateway.parts import Parts, parts_of
from gateway.session import SESSION_SECONDS, SIGN_IN_SECONDS, Session, SignIn, begun, opened
from shared.problem import Problem

SIGN_IN_COOKIE = "contacts_sign_in"
CALLBACK = "/auth/callback"
START = "/contacts"

router = APIRouter(include_in_schema=False)


def callback_url(public_url: str) -> str:
    """Where the issuer sends the browser back to."""
    return public_url + CALLBACK


@router.get("/sign-in")
async def sign_in(request: Request, next: str = START) -> Response:  # noqa: A002 - the parameter's public name
    """Off to the issuer, with a state, a nonce and a challenge that only this browser can answer."""
    parts = parts_of(request)
    begins = begun(own_path(next))
    try:
        url = await parts.provider.authorization_url(begins, callback_url(parts.settings.public_url))
    except (IssuerSilentError, RejectedError):
        return _failed(request, "The sign-in service does not answer. Try again in a moment.", 503)
    response = RedirectResponse(url, 303)
    _set(response, parts, SIGN_IN_COOKIE, parts.cookies.seal(begins, SIGN_IN_SECONDS), SIGN_IN_SECONDS, path=CALLBACK)
    return response


@router.get(CALLBACK)
async def callback(request: Request, code: str = "", state: str = "", error: str = "") -> Response:
    """Back from the issuer."""
    parts = parts_of(request)
    begins = parts.cookies.open(request.cookies.get(SIGN_IN_COOKIE), SignIn)
    if begins is None or error or not hmac.compare_digest(begins.state.encode(), state.encode()):
        return _failed(request, "This sign-in was begun elsewhere, is too old, or was given up.", 400)
    try:
        claims = await parts.provider.claims_for_code(code, begins, callback_url(parts.settings.public_url))
        identity = identity_from(claims, parts.settings.oidc_workspaces_claim)
    except (RejectedError, NobodyError):
        return _failed(request, "The answer of the sign-in service can't be accepted.", 400)
    except IssuerSilentError:
        return _failed(request, "The sign-in service does not answer. Try again in a moment.", 503)
    if not identity.workspaces:
        return _failed(request, "You are signed in, but no workspace has let you in yet.", 403)
    response = RedirectResponse(begins.next, 303)
    _start(response, parts, opened(identity, next(iter(identity.workspaces))))
    response.delete_cookie(SIGN_IN_COOKIE, path=CALLBACK)
    return response


@router.post("/sign-out")
async def sign_out(request: Request, person: Person) -> Response:
    """The session ends, in this browser and wherever a copy of its cookie went."""
    parts_of(request).signed_out.end(person.session)
    response = RedirectResponse("/signed-out", 303)
    response.delete_cookie(SESSION_COOKIE, path="/")
    return response


@router.get("/signed-out")
async def signed_out(request: Request) -> Response:
    return parts_of(request).pages.render(request, "signed_out.html", {"problem": None})


@router.post("/workspace")
async def change_workspace(request: Request, person: Person, workspace: Annotated[str, Form()]) -> Response:
    """Only to a workspace the issuer named. Always to the list: what was open belongs to the other workspace."""
    try:
        moved = person.session.moved_to(workspace)
    except NotTheirsError as error:
        raise Problem(403, "wrong-workspace", "You are not a member of this workspace.") from error
    response = RedirectResponse(START, 303)
    _start(response, parts_of(request), moved)
    return response


def sign_in_path(request: Request) -> str:
    """The way to sign in that leads back to what was asked for, if that was a page to look at."""
    wanted = request.headers.get("hx-current-url", "") if "hx-request" in request.headers else str(request.url)
    path = "/" + wanted.split("/", 3)[3] if request.method == "GET" and wanted.count("/") >= 3 else START
    return "/sign-in?" + urlencode({"next": own_path(path)})


def own_path(path: str) -> str:
    """A path of ours to go on to, never somebody else's address."""
    safe = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if safe and len(path) <= 500 else START


def _failed(request: Request, problem: str, status: int) -> Response:
    return parts_of(request).pages.render(request, "signed_out.html", {"problem": problem}, status_code=status)


def _start(response: Response, parts: Parts, session: Session) -> None:
    _set(response, parts, SESSION_COOKIE, parts.cookies.seal(session, SESSION_SECONDS), SESSION_SECONDS, path="/")


def _set(response: Response, parts: Parts, name: str, value: str, seconds: int, *, path: str) -> None:
    response.set_cookie(name, value, max_age=seconds, path=path, secure=parts.settings.secure, httponly=True, samesite="lax")
