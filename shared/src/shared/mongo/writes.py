"""The writes a store may ask for, and the one refusal it has to answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self


class AlreadyThere(Exception):  # noqa: N818 - it says what is, as an answer does
    """An insert met a unique index. `keys` are the index's fields (without the workspace), never their values."""

    def __init__(self, keys: Iterable[str]) -> None:
        self.keys = tuple(key for key in keys if key != "workspace")
        super().__init__(f"a document with the same {', '.join(self.keys) or 'key'} is there already")

    @classmethod
    def from_details(cls, details: Mapping[str, Any] | None) -> Self:
        return cls((details or {}).get("keyPattern", {}))


@dataclass(frozen=True)
class Put:
    """Insert a document, or replace the one with its `_id`; with `newer_by`, only where that field is greater than what is there."""

    document: Mapping[str, Any]
    newer_by: str | None = None


@dataclass(frozen=True)
class Update:
    """Update operators for one document, where it also fits `where`."""

    id: str
    operators: Mapping[str, Any]
    where: Mapping[str, Any] = field(default_factory=dict)
    upsert: bool = False


@dataclass(frozen=True)
class Delete:
    """Remove one document, where it also fits `where`."""

    id: str
    where: Mapping[str, Any] = field(default_factory=dict)
