"""The issuer's endpoints: discovery, keys, a page to choose an account on, and tokens."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict

from gateway.dev_issuer.accounts import Account, Accounts, Client
from gateway.dev_issuer.grants import TOKEN_SECONDS, Codes, Mint
from gateway.keys import ALGORITHM
from gateway.rendering import Pages

PATH = "/dev-issuer"


class Ask(BaseModel):
    """What an authorization request says (OpenID Connect, code flow with PKCE); the page carries it along in its form."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    state: str = ""
    nonce: str | None = None
    code_challenge: str = ""
    code_challenge_method: str = ""


async def _ask(request: Request) -> Ask:
    return Ask.model_validate(dict(request.query_params))


def dev_issuer(accounts: Accounts, mint: Mint, *, client_id: str, redirect_uri: str, pages: Pages) -> APIRouter:
    """The issuer as a router of the gateway. It knows one client, the gateway itself."""
    router = APIRouter(prefix=PATH, include_in_schema=False)
    codes = Codes()

    def wrong_with(ask: Ask) -> str | None:
        if (ask.client_id, ask.redirect_uri) != (client_id, redirect_uri):
            return "The client or its return address is not known here."
        if ask.response_type != "code" or "openid" not in ask.scope.split():
            return "Only the authorization-code flow with the scope openid is offered."
        if ask.code_challenge_method != "S256" or not ask.code_challenge:
            return "A code challenge (PKCE, S256) is required."
        return None

    def page(request: Request, ask: Ask, *, status: int = 200, problem: str | None = None, email: str = "") -> Response:
        context = {"accounts": accounts.accounts, "ask": ask, "query": request.url.query, "problem": problem, "email": email}
        return pages.render(request, "dev_issuer.html", context, status_code=status)

    @router.get("/.well-known/openid-configuration")
    async def discovery() -> dict[str, Any]:
        return {
            "issuer": mint.issuer,
            "authorization_endpoint": f"{mint.issuer}/authorize",
            "token_endpoint": f"{mint.issuer}/token",
            "jwks_uri": f"{mint.issuer}/jwks",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "password", "client_credentials"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": ["openid", "profile", "email"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
        }

    @router.get("/jwks")
    async def jwks() -> dict[str, Any]:
        return {"keys": [mint.key.as_dict(private=False)]}

    @router.get("/authorize")
    async def choose(request: Request, ask: Annotated[Ask, Depends(_ask)]) -> Response:
        problem = wrong_with(ask)
        return page(request, ask, status=400 if problem else 200, problem=problem)

    @router.post("/authorize")
    async def chosen(
        request: Request,
        ask: Annotated[Ask, Depends(_ask)],
        account: Annotated[str, Form()] = "",
        email: Annotated[str, Form()] = "",
        password: Annotated[str, Form()] = "",
    ) -> Response:
        if problem := wrong_with(ask):
            return page(request, ask, status=400, problem=problem)
        who = accounts.by_email(account) if account else accounts.with_password(email, password)
        if who is None:
            return page(request, ask, status=401, problem="Email and password do not match an account.", email=email)
        code = codes.issue(who, client_id=ask.client_id, redirect_uri=redirect_uri, nonce=ask.nonce, challenge=ask.code_challenge)
        return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': ask.state})}", 303)

    @router.post("/token")
    async def token(request: Request) -> Response:
        form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
        match form.get("grant_type"):
            case "authorization_code":
                return _exchanged(form)
            case "password":
                holder: Account | Client | None = accounts.with_password(form.get("username", ""), form.get("password", ""))
            case "client_credentials":
                holder = accounts.with_secret(*_client_credentials(request, form))
            case _:
                return _refused("unsupported_grant_type")
        if holder is None and form["grant_type"] == "client_credentials":
            return _refused("invalid_client", 401)  # RFC 6749, 5.2
        return _granted(mint.access_token(holder)) if holder else _refused("invalid_grant")

    def _exchanged(form: dict[str, str]) -> Response:
        proof = {"client_id": form.get("client_id", ""), "redirect_uri": form.get("redirect_uri", "")}
        pending = codes.redeem(form.get("code", ""), **proof, verifier=form.get("code_verifier", ""))
        if pending is None:
            return _refused("invalid_grant")
        return _granted(mint.access_token(pending.account), id_token=mint.id_token(pending.account, pending.client_id, pending.nonce))

    return router


def _granted(access_token: str, **more: str) -> Response:
    answer = {"access_token": access_token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS, **more}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def _refused(error: str, status: int = 400) -> Response:
    return JSONResponse({"error": error}, status, headers={"Cache-Control": "no-store"})


def _client_credentials(request: Request, form: dict[str, str]) -> tuple[str, str]:
    """Client id and secret, from the form or from HTTP Basic."""
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() == "basic":
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client_id, secret
    return form.get("client_id", ""), form.get("client_secret", "")
