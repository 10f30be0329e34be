"""Why a wish is refused, field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class FieldError:
    """`field` is the path in the request, such as `emails.0`; the message never quotes the value."""

    field: str
    message: str


class Refused(Exception):  # noqa: N818 - it says what is, as an answer does
    """The values can not become a contact."""

    def __init__(self, errors: Iterable[FieldError]) -> None:
        self.errors = tuple(errors)
        super().__init__(f"refused: {', '.join(error.field for error in self.errors)}")
