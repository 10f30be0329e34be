"""Pages out of templates, with the headers that keep a page to its own scripts and styles."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.session import Cookies, Session
from gateway.views import words

HERE = Path(__file__).parent
THEMES = ("auto", "light", "dark")
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_ZONES = available_timezones()


def zone_of(request: Request) -> ZoneInfo:
    """The browser's time zone, as it told us in a cookie; UTC until it did."""
    name = request.cookies.get("tz", "UTC").replace("%2F", "/")
    return ZoneInfo(name if name in _ZONES else "UTC")


@cache
def templates() -> Environment:
    """One for the process: it keeps what it has compiled."""
    loader = FileSystemLoader(HERE / "templates")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters |= {"initials": words.initials, "hue": words.hue, "plain": words.plain, "count": words.count}
    return found


class Pages:
    """Renders a template as a page or as a part of one."""

    def __init__(self, cookies: Cookies) -> None:
        self._cookies = cookies

    def render(
        self,
        request: Request,
        template: str,
        context: Mapping[str, Any],
        *,
        session: Session | None = None,
        status_code: int = 200,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        theme = request.cookies.get("theme", "auto")
        common = {
            "session": session,
            "csrf": self._cookies.csrf_token(session) if session else "",
            "theme": theme if theme in THEMES else "auto",
            "path": request.url.path,
        }
        html = templates().get_template(template).render({**common, **context})
        shielded = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Vary": "Cookie, HX-Request", **(headers or {})}
        return HTMLResponse(html, status_code, shielded)


class Assets(StaticFiles):
    """Styles and scripts: kept by the browser, but asked about each time, so that a new version is seen at once."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Content-Security-Policy"] = "default-src 'none'"
        return response


def assets() -> Assets:
    return Assets(directory=HERE / "static")
