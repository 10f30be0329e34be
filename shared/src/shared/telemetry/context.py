"""Ids of the work at hand, kept beside the task: every log line and every event made during it carries them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids only: nothing here may name a person."""

    request_id: str | None = None
    correlation_id: str | None = None
    workspace: str | None = None


_ids: ContextVar[Ids] = ContextVar("ids", default=Ids())  # noqa: B039 - frozen


def current() -> Ids:
    return _ids.get()


def request_id() -> str | None:
    """The HTTP request being answered."""
    return _ids.get().request_id


def correlation_id() -> str | None:
    """What a chain of requests and events has in common: goes into `correlationid` of every event made."""
    return _ids.get().correlation_id


def workspace() -> str | None:
    """For logs. Decisions take the workspace from the principal or the batch, never from here."""
    return _ids.get().workspace


def bind(**ids: str | None) -> None:
    """Add to the ids of the work at hand, until the surrounding `scope` ends."""
    _ids.set(replace(_ids.get(), **ids))


@contextmanager
def scope(**ids: str | None) -> Iterator[None]:
    """New work with these ids alone, such as one batch of events; afterwards the earlier ids are back."""
    token = _ids.set(Ids(**ids))
    try:
        yield
    finally:
        _ids.reset(token)
