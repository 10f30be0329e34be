"""What becomes of the records of one poll: read, sorted by workspace and handler, handled, and set aside where that fails.

When `deliver` returns, every record has had its effect or is a dead letter that the broker acknowledged; only then may offsets move.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import structlog

from shared.contracts.catalogue import Unknown
from shared.contracts.envelope import Event
from shared.messaging import metrics
from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.provenance import working_on
from shared.messaging.records import Record, Unreadable, event_of
from shared.messaging.reliability import Failed, Trying, acknowledged, all_of
from shared.messaging.subscriptions import Batch, Handler, Routes

log = structlog.get_logger()

AT_ONCE = 8  # batches of different workspaces or handlers run beside each other; the driver's pool bounds the rest


class Delivery:
    """One consumer group's records, from the poll to the last effect."""

    def __init__(self, routes: Routes, dead_letters: DeadLetters, circuit: Circuit, moved: Callable[[], None] = lambda: None) -> None:
        self._routes = routes
        self._dead_letters = dead_letters
        self._circuit = circuit
        self._trying = Trying(routes.group, circuit, moved=moved)
        self._at_once = asyncio.Semaphore(AT_ONCE)

    async def deliver(self, records: Sequence[Record]) -> None:
        """Raises DependencyDown; then all that it does not say are done are to come again."""
        self._circuit.refuse_when_open()
        answers = [(record, event_of(record)) for record in records]
        # nothing is handled that lies behind the unreadable record which opens the circuit
        answers = answers[: self._circuit.until_open((record, isinstance(answer, Unreadable)) for record, answer in answers)]
        known = [(record, answer) for record, answer in answers if isinstance(answer, Event) and not isinstance(answer.data, Unknown)]
        failed = await all_of([self._handle(handler, batch) for handler, batch in self._batches(known)])
        reasons = {id(failure.event): failure.why for failure in failed}
        done: list[Record] = []
        try:
            for record, answer in answers:  # in their order, because the circuit counts those in a row
                why = answer if isinstance(answer, Unreadable) else reasons.get(id(answer))
                if why is not None:
                    await self._set_aside(record, why)
                done.append(record)
                self._count(record, answer, why)
        except DependencyDown as down:
            raise DependencyDown(str(down), done) from down

    def _count(self, record: Record, answer: Event | Unreadable, why: Unreadable | None) -> None:
        if why is not None:
            metrics.DEAD_LETTERED.labels(self._routes.group, why.reason).inc()
            self._circuit.failed(record)
            return
        self._circuit.handled(record)
        counter = metrics.UNKNOWN if isinstance(answer, Event) and isinstance(answer.data, Unknown) else metrics.CONSUMED
        counter.labels(self._routes.group, record.topic).inc()

    def _batches(self, known: Iterable[tuple[Record, Event]]) -> list[tuple[Handler, Batch]]:
        """By workspace and handler, in the order they came. A redriven event goes to the handler of the topic its type belongs to."""
        sorted_events: dict[tuple[str, Handler], list[Event]] = defaultdict(list)
        for record, event in known:
            handler = self._routes.by_topic.get(record.topic) or self._routes.by_topic.get(event.topic)
            if handler is not None:
                sorted_events[event.workspaceid, handler].append(event)
        return [(handler, Batch(workspace, batch)) for (workspace, handler), batch in sorted_events.items()]

    async def _handle(self, handler: Handler, batch: Batch) -> list[Failed]:
        async with self._at_once:
            with working_on(batch, self._routes.group):
                return await self._trying.handle(handler, batch)

    async def _set_aside(self, record: Record, why: Unreadable) -> None:
        log.warning("dead_letter", group=self._routes.group, reason=why.reason, detail=why.detail, topic=record.topic,
                    partition=record.partition, offset=record.offset)  # fmt: skip
        await acknowledged(self._dead_letters.add(record, why))
