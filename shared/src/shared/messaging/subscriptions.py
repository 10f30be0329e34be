"""What a service listens to: its handlers, named in its handlers.py and bound to their stores in its app.py."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from shared.contracts.envelope import Event


class Unprocessable(Exception):  # noqa: N818 - what a handler says of a message, not an error of its own
    """This event can never be handled: it is dead-lettered at once. `reason` is shown to operators and holds no personal data."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Batch:
    """Events of one workspace; those of one aggregate are in the order they were published."""

    workspace: str
    events: Sequence[Event]

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


Handler = Callable[[Batch], Awaitable[None]]
DeclaredHandler = TypeVar("DeclaredHandler", bound=Callable[..., Awaitable[None]])


@dataclass(frozen=True)
class Routes:
    """A consumer group's handlers by topic, ready to run."""

    group: str
    by_topic: Mapping[str, Handler]

    @property
    def retry_topic(self) -> str:
        """Where a redriven dead letter comes back; only this group reads it."""
        return f"crm.{self.group}.retry"

    @property
    def dead_letter_topic(self) -> str:
        return f"crm.{self.group}.dlt"


class Subscriptions:
    """The handlers of one consumer group.

    A handler takes a batch and, by keyword, what `bind` gives it. It raises nothing but `Unprocessable`: retries, dead letters and offsets
    are the business of `reliability.py` and `consumer.py`. It may be called again with the same events.
    """

    def __init__(self, group: str) -> None:
        self.group = group
        self._declared: dict[str, Callable[..., Awaitable[None]]] = {}

    def on(self, *topics: str) -> Callable[[DeclaredHandler], DeclaredHandler]:
        def declare(handler: DeclaredHandler) -> DeclaredHandler:
            for topic in topics:
                if topic in self._declared:
                    raise TypeError(f"{self.group} has two handlers for {topic}")
                self._declared[topic] = handler
            return handler

        return declare

    @property
    def topics(self) -> tuple[str, ...]:
        """What the group reads, but for its retry topic."""
        return tuple(self._declared)

    def bind(self, **dependencies: Any) -> Routes:
        """The handlers with their dependencies; every handler gets all of them that it names. Raises TypeError where one is missing."""
        bound = {handler: partial(handler, **_named(handler, dependencies)) for handler in set(self._declared.values())}
        return Routes(self.group, {topic: bound[handler] for topic, handler in self._declared.items()})


def _named(handler: Callable[..., Awaitable[None]], dependencies: Mapping[str, Any]) -> dict[str, Any]:
    _, *names = inspect.signature(handler).parameters
    missing = sorted(set(names) - dependencies.keys())
    if missing:
        raise TypeError(f"{handler.__qualname__} is given no {', '.join(missing)}")
    return {name: dependencies[name] for name in names}
