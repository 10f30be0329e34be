"""The consumer that loses nothing: one FastStream batch subscriber per process, with offsets, rebalances and readiness of our own.

FastStream's acknowledgement policies each lose or repeat something (decision 0004), so it gets `AckPolicy.MANUAL` and this class commits:
explicit offsets, only of what is done, at most every 100 ms, and before partitions are given away. `delivery.py` says what
becomes of records.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener
from aiokafka.errors import IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.message import KafkaAckableMessage

from shared.background import cut_off
from shared.health import Check
from shared.messaging import metrics, topics
from shared.messaging.circuit import Circuit, DependencyDown
from shared.messaging.connection import faststream_security_of
from shared.messaging.dead_letters import DeadLetters
from shared.messaging.delivery import Delivery
from shared.messaging.erasures import Erasures
from shared.messaging.polling import Polling
from shared.messaging.producer import Producer
from shared.messaging.progress import Progress, starts_of
from shared.messaging.records import Record, partition_of
from shared.messaging.subscriptions import Routes
from shared.settings import ServiceSettings

log = structlog.get_logger()

REVOKE_WAIT_S = 20.0  # for the batch in flight; well under the rebalance timeout
PAUSE_S = 1.0  # before records that were put back are taken again
POLL_AGE_LIMIT_S = 30.0
STALL_LIMIT_S = 60.0


@dataclass(frozen=True, slots=True)
class Partition:
    """One of the `of` partitions of a topic."""

    topic: str
    number: int
    of: int


class Consumer:
    """A member of the group of `routes`. A worker of a process (shared.running)."""

    def __init__(self, settings: ServiceSettings, routes: Routes, erasures: Erasures | None = None) -> None:
        self.name = f"consumer {routes.group}"
        self._settings = settings
        self._routes = routes
        self._producer = Producer(settings)
        self._circuit = Circuit(settings.kafka_dead_letters_in_a_row)
        dead_letters = DeadLetters(self._producer, routes.dead_letter_topic, erasures)
        self._delivery = Delivery(erasures.noting(routes) if erasures else routes, dead_letters, self._circuit, self._moved)
        self._progress = Progress()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self._waiting_for: str | None = None
        self._polling: Polling | None = None
        self._moved_at = time.monotonic()
        self._caught_up: dict[TopicPartition, datetime] = {}
        self._committer: asyncio.Task[None] | None = None
        self._broker = KafkaBroker(
            settings.kafka_bootstrap_servers.split(","), apply_types=False, logger=None, graceful_timeout=settings.shutdown_timeout_s,
            security=faststream_security_of(settings),
        )  # fmt: skip
        self._subscriber = self._broker.subscriber(
            *routes.by_topic,
            routes.retry_topic,
            group_id=routes.group,
            batch=True,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=settings.kafka_max_records,
            batch_timeout_ms=settings.kafka_batch_timeout_ms,
            fetch_min_bytes=settings.kafka_fetch_min_bytes,
            fetch_max_wait_ms=settings.kafka_fetch_max_wait_ms,
            session_timeout_ms=settings.kafka_session_timeout_ms,
            heartbeat_interval_ms=settings.kafka_heartbeat_interval_ms,
            rebalance_timeout_ms=settings.kafka_rebalance_timeout_ms,
            max_poll_interval_ms=settings.kafka_max_poll_interval_ms,
            isolation_level="read_committed",  # what a producer took back was never said
            listener=_Listener(self),
            parser=_parse,
            decoder=_decode,
            no_reply=True,
        )
        self._subscriber(self._on_records)

    # ---- the life of a component ---------------------------------------------------------------------------------------

    async def start(self) -> None:
        await topics.create(self._settings)
        await self._producer.start()
        await self._broker.start()
        self._polling = Polling(self._kafka)
        self._kafka.getmany = self._polling.getmany
        self._committer = asyncio.create_task(self._commit_now_and_then())

    async def stop(self) -> None:
        """Finish the batch in flight, commit it, leave the group: a rolling restart redelivers nothing."""
        self._stopping = True
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), self._settings.shutdown_timeout_s)
        if self._committer is not None:
            await cut_off(self._committer)
        await self._commit()
        await self._broker.stop()
        await self._producer.stop()

    async def check(self) -> Check:
        """Whether events are being handled: the truth, not whether a socket is open."""
        trouble = self._trouble()
        if trouble is None and not await self._broker.ping(timeout=2.0):
            trouble = "the broker does not answer"
        return Check(trouble is None, trouble or f"lag {sum(self.lag().values())}, {len(self._assigned())} partitions")

    def _trouble(self) -> str | None:
        poll_age = self._polling.age_s() if self._polling is not None else 0.0
        signs = {
            f"stopped after {self._circuit.limit} dead letters in a row": self._circuit.open,
            f"waiting for a dependency: {self._waiting_for}": self._waiting_for is not None,
            "a consuming task has ended": self._has_ended(),
            "no partitions assigned": not self._assigned(),
            f"last poll {poll_age:.0f} s ago": self._idle.is_set() and poll_age > POLL_AGE_LIMIT_S,
        }
        return next((sign for sign, shown in signs.items() if shown), None)

    async def wait_failed(self) -> None:
        """Raises when only a new process can help: a task has ended, or records wait and none has moved for a minute."""
        while not (self._has_ended() or self._stalled()):  # noqa: ASYNC110 - nobody tells of what does not happen
            await asyncio.sleep(1.0)
        raise RuntimeError("a consuming task has ended" if self._has_ended() else "records wait and none moves")

    def _has_ended(self) -> bool:
        return not self._stopping and any(task.done() for task in (*self._subscriber.tasks, self._committer) if task is not None)

    def _moved(self) -> None:
        """Something got done: a batch, or in a batch that is taken apart a single event."""
        self._moved_at = time.monotonic()

    def _stalled(self) -> bool:
        excused = self._stopping or self._circuit.open or self._waiting_for is not None or sum(self.lag().values()) == 0
        if excused:
            self._moved()
        return time.monotonic() - self._moved_at > STALL_LIMIT_S

    # ---- what others may know ------------------------------------------------------------------------------------------

    def lag(self) -> dict[str, int]:
        """Records published and not yet handled, by topic, of this member's partitions: those polled and in hand are waiting too."""
        lag = Counter(record.topic for record in self._in_hand)
        for partition in self._assigned():
            high = self._kafka.highwater(partition)
            lag[partition.topic] += max(0, high - self._position(partition)) if high is not None else 0
        return lag

    def caught_up(self) -> Mapping[Partition, datetime]:
        """The last time this member had nothing left to do on each of its partitions. A quiet one is not a silent one."""
        return {
            Partition(partition.topic, partition.partition, len(self._kafka.partitions_for_topic(partition.topic) or ())): at
            for partition, at in self._caught_up.items()
        }

    # ---- records in ----------------------------------------------------------------------------------------------------

    async def _on_records(self, records: Sequence[Record]) -> None:
        """Runs to its end, whatever happens: an error that leaves here would end the subscriber or skip the batch."""
        if self._stopping:
            return
        self._idle.clear()
        try:
            own = [record for record in records if partition_of(record) in self._kafka.assignment()]
            await self._deliver(own)
        finally:
            self._let_go()
            self._idle.set()

    async def _deliver(self, records: Sequence[Record]) -> None:
        try:
            with metrics.BATCH_SECONDS.labels(self._routes.group).time():
                await self._delivery.deliver(records)
        except DependencyDown as down:
            self._progress.done(down.done)
            done = set(map(id, down.done))
            await self._put_back([record for record in records if id(record) not in done], str(down))
        else:
            self._progress.done(records)
            self._moved()
            self._waiting_for = None

    async def _put_back(self, records: Sequence[Record], why: str) -> None:
        """The order is kept and nothing is skipped: the same records come again after a pause."""
        if self._waiting_for is None:
            log.warning("consumer_waits", group=self._routes.group, error=why)
        self._waiting_for = why
        for partition, offset in starts_of(records).items():
            with contextlib.suppress(IllegalStateError):  # it was given away meanwhile: its new owner starts there anyway
                self._kafka.seek(partition, offset)
        self._let_go()
        await asyncio.sleep(PAUSE_S)

    # ---- offsets out ---------------------------------------------------------------------------------------------------

    async def _commit_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self._settings.kafka_commit_interval_ms / 1000)
            await self._commit()
            self._note_lag()

    async def _commit(self) -> None:
        offsets = self._progress.uncommitted()
        if not offsets:
            return
        try:
            await self._kafka.commit(dict(offsets))
        except IllegalStateError:  # a partition was given away: keep what is still ours
            self._progress.forget(set(offsets) - self._assigned())
        except KafkaError as error:  # redone at worst, and every effect is idempotent; tried again with the next commit
            log.warning("commit_failed", group=self._routes.group, error=type(error).__name__)
        else:
            self._progress.committed(offsets)

    async def before_revoke(self, partitions: set[TopicPartition]) -> None:
        """Wait for the batch in flight and commit it, so that the next owner does nothing twice."""
        try:
            await asyncio.wait_for(self._idle.wait(), REVOKE_WAIT_S)
        except TimeoutError:
            log.warning("revoked_in_flight", group=self._routes.group)
        await self._commit()
        self._progress.forget(partitions)
        for partition in partitions:
            self._caught_up.pop(partition, None)

    # ---- looking at the client -----------------------------------------------------------------------------------------

    @property
    def _kafka(self) -> AIOKafkaConsumer:
        if self._subscriber.consumer is None:
            raise ConnectionError("the consumer is not started")
        return self._subscriber.consumer

    def _assigned(self) -> set[TopicPartition]:
        return set(self._kafka.assignment()) if self._subscriber.consumer is not None else set()

    @property
    def _in_hand(self) -> Sequence[Record]:
        return self._polling.in_hand if self._polling is not None else ()

    def _let_go(self) -> None:
        if self._polling is not None:
            self._polling.let_go()

    def _position(self, partition: TopicPartition) -> int:
        state = self._kafka._subscription.subscription.assignment.state_value(partition)
        return int(state.position) if state is not None and state.has_valid_position else 0

    def _note_lag(self) -> None:
        now = datetime.now(UTC)
        metrics.CIRCUIT_OPEN.labels(self._routes.group).set(self._circuit.open)
        for topic, waiting in self.lag().items():
            metrics.LAG.labels(self._routes.group, topic).set(waiting)
        for partition in () if self._in_hand else self._assigned():
            high = self._kafka.highwater(partition)
            if high is not None and self._position(partition) >= high:
                self._caught_up[partition] = now


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka has no types
    """aiokafka waits for it before it gives partitions back."""

    def __init__(self, consumer: Consumer) -> None:
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
        await self._consumer.before_revoke(set(revoked))

    async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        log.info("partitions_assigned", count=len(assigned))


async def _parse(records: tuple[Record, ...], _: Any) -> KafkaAckableMessage:
    """FastStream's own parser decodes headers as UTF-8 and so loses the batch over one bad header."""
    return KafkaAckableMessage(raw_message=records, body=b"", consumer=None)


async def _decode(message: KafkaAckableMessage, _: Any) -> Any:
    """The records as they are: reading them is ours (`records.py`), and twice as fast."""
    return message.raw_message
