"""The product, broken on purpose: `python -m tests.support.mutants <mutant> <service> --role all` runs a service with one line of it wrong.

A checker that can't tell these from the product proves nothing.
"""

from __future__ import annotations

import asyncio
import runpy
import sys
from collections.abc import Callable, Sequence

from shared.messaging import consumer, outbox, relay
from shared.messaging.records import Record

SLOW_DATABASE_S = 0.3  # a handful of kills must hit the gap that a mutant opens


def commit_before_effect() -> None:
    """Offsets move before the records have had their effect: what is in hand at a kill is lost."""
    deliver = consumer.Consumer._deliver

    async def early(self: consumer.Consumer, records: Sequence[Record]) -> None:
        self._progress.done(records)
        await self._commit()
        await asyncio.sleep(SLOW_DATABASE_S)
        await deliver(self, records)

    consumer.Consumer._deliver = early  # type: ignore[method-assign]


def mark_before_acknowledgement() -> None:
    """Outbox rows are marked before the broker has them: what is in flight at a kill is never published."""
    publish = relay.Relay._publish

    async def early(self: relay.Relay, wave: Sequence[dict[str, object]]) -> dict[str, BaseException]:
        marked = {"$currentDate": {"sent_at": True}, "$unset": {"pending": ""}}
        await self._outbox.rows.update_many({"_id": {"$in": [row["_id"] for row in wave]}}, marked)
        return await publish(self, wave)

    relay.Relay._publish = early  # type: ignore[method-assign]


def forget_some_events() -> None:
    """One event in fifty never gets into the outbox: saved, and not told."""
    row_of, count = outbox.row_of, [0]

    def row(*arguments: object) -> dict[str, object]:
        count[0] += 1
        made = row_of(*arguments)  # type: ignore[arg-type]
        return {**made, "pending": False} if count[0] % 50 == 0 else made

    outbox.row_of = row  # type: ignore[assignment]


MUTANTS: dict[str, Callable[[], None]] = {
    mutant.__name__: mutant for mutant in (commit_before_effect, mark_before_acknowledgement, forget_some_events)
}


if __name__ == "__main__":
    _, mutant, service, *rest = sys.argv
    MUTANTS[mutant]()
    sys.argv = [service, *rest]
    runpy.run_module(service, run_name="__main__", alter_sys=True)
