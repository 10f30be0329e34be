"""Which request and which trace work on events belongs to: read from the events that come in, written into those that go out.

In one place, so that no translator can forget it and a chain of events can be followed from the first request to the last effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from opentelemetry.trace import SpanKind

from shared import telemetry
from shared.contracts.envelope import Event
from shared.messaging.subscriptions import Batch


@contextmanager
def working_on(batch: Batch, group: str) -> Iterator[None]:
    """Log lines and events made meanwhile belong to the batch's request and trace, as far as all of its events have one in common."""
    with (
        telemetry.scope(workspace=batch.workspace, correlation_id=_common(event.correlationid for event in batch)),
        telemetry.span(f"{group} handles events", parent=_common(event.traceparent for event in batch), kind=SpanKind.CONSUMER),
    ):
        yield


def signed(event: Event) -> Event:
    """The event with the correlation id and trace of the work at hand, where it says none itself."""
    at_hand = {"correlationid": telemetry.correlation_id(), "traceparent": telemetry.current_traceparent()}
    missing = {name: value for name, value in at_hand.items() if value is not None and getattr(event, name) is None}
    return event.model_copy(update=missing) if missing else event


def _common(values: Iterable[str | None]) -> str | None:
    different = set(values)
    return different.pop() if len(different) == 1 else None
