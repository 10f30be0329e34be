"""The one way to refuse an HTTP request: problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, named as the sender wrote it: `emails.0.typed`. The message never repeats the value."""

    field: str
    message: str


class Problem(HTTPException):
    """Raise it anywhere below a route. `slug` is the stable name clients switch on; `extensions` are further members.

    Neither `detail` nor the extensions may hold what the sender may not see; what they sent themselves is theirs.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str | None = None,
        *,
        title: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extensions: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.slug = slug
        self.title = title or HTTPStatus(status).phrase
        self.errors = tuple(errors)
        self.extensions = extensions

    def body(self) -> dict[str, Any]:
        """The members as they cross the wire."""
        members: dict[str, Any] = {"type": f"urn:problem:{self.slug}", "title": self.title, "status": self.status_code}
        if self.detail != HTTPStatus(self.status_code).phrase:  # what Starlette puts where none was given
            members["detail"] = self.detail
        if self.errors:
            members["errors"] = [asdict(error) for error in self.errors]
        return {**self.extensions, **members}
