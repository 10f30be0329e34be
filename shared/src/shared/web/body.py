"""What a request body may be, checked while it arrives: size (counted, not believed), content type, and JSON a database can hold.

It happens when a route first asks for the body, so a request that is refused for another reason costs no memory.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic_core import from_json
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.problem import Problem
from shared.web.problems import response

MAX_DEPTH = 32
_LINGER_S = 1.0
_LINGER_BYTES = 1_000_000
_TOO_LARGE = 2**63
_INFINITE = (math.inf, -math.inf)  # what a parser makes of 1e999


@dataclass(frozen=True, slots=True)
class BodyRules:
    """`limit` bytes of JSON; under the prefixes in `uploads` their number of bytes of anything."""

    limit: int
    uploads: Mapping[str, int]

    def upload_limit(self, path: str) -> int | None:
        return next((limit for prefix, limit in self.uploads.items() if path.startswith(prefix)), None)


class CheckedBody:
    """Stands between the server and the app and hands over only what passed."""

    def __init__(self, app: ASGIApp, rules: BodyRules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        upload_limit = self._rules.upload_limit(scope["path"])
        if upload_limit is None:
            await self._app(scope, _Whole(scope, receive, self._rules.limit), send)
        elif _names_a_charset(Headers(scope=scope).get("content-type", "").lower()):
            refusal = Problem(415, "unsupported-charset", "A multipart body is UTF-8 and does not say so (RFC 7578).")
            await response(refusal)(scope, receive, send)
        else:
            await self._app(scope, _Counted(receive, upload_limit), send)


def _names_a_charset(content_type: str) -> bool:
    """Forms would be decoded with any codec there is, by the sender's choice: some take minutes, some make text that is none."""
    return content_type.startswith("multipart/") and "charset" in content_type


class _Counted:
    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            await self._let_finish(message)
            raise Problem(413, "body-too-large", f"At most {self._limit} bytes.", headers={"Connection": "close"})
        return message

    async def _let_finish(self, message: Message) -> None:
        """Throw away a little more: closing on somebody who is still sending resets the connection, and the answer is lost."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_S):
                while message.get("more_body", False) and self._seen < self._limit + _LINGER_BYTES:
                    message = await self._receive()
                    self._seen += len(message.get("body", b""))


class _Whole:
    """Gathers the body, checks it, then hands it over as one message."""

    def __init__(self, scope: Scope, receive: Receive, limit: int) -> None:
        self._headers = Headers(scope=scope)
        self._receive = receive
        self._counted = _Counted(receive, limit)
        self._done = False

    async def __call__(self) -> Message:
        if self._done:
            return await self._receive()
        parts: list[bytes] = []
        more = True
        while more:
            message = await self._counted()
            if message["type"] != "http.request":
                return message
            parts.append(message.get("body", b""))
            more = message.get("more_body", False)
        self._done = True
        body = b"".join(parts)
        if body:
            self._check(body)
        return {"type": "http.request", "body": body, "more_body": False}

    def _check(self, body: bytes) -> None:
        media_type = self._headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json" and not (media_type.startswith("application/") and media_type.endswith("+json")):
            raise Problem(415, "unsupported-media-type", "Send application/json.", headers={"Accept-Post": "application/json"})
        try:
            document = from_json(body, allow_inf_nan=False)
        except ValueError as error:  # broken, not UTF-8, a lone surrogate, or nested past the parser's own limit
            raise Problem(400, "malformed-json", "The body is not JSON (RFC 8259, UTF-8).") from error
        _check_document(document)


def _check_document(document: object) -> None:
    """What JSON can say and a database or the next reader can not hold."""
    level, depth = [document], 0
    while level:
        depth += 1
        below: list[object] = []
        for value in level:
            if isinstance(value, dict | list):
                if depth > MAX_DEPTH:
                    raise Problem(400, "json-too-deep", f"At most {MAX_DEPTH} levels of nesting.")
                below += [*value.keys(), *value.values()] if isinstance(value, dict) else value
            elif isinstance(value, str):
                if "\0" in value:
                    raise Problem(400, "malformed-text", "Text may not contain NUL.")
            elif (isinstance(value, int) and not -_TOO_LARGE <= value < _TOO_LARGE) or value in _INFINITE:
                raise Problem(400, "number-too-large", "Numbers are 64-bit integers or finite floats.")
        level = below
