"""What operators watch: consumers, dead letters, outbox and relay (names follow Prometheus' conventions)."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

CONSUMED = Counter("events_consumed_total", "Events handled, redeliveries included", ["group", "topic"])
UNKNOWN = Counter("events_unknown_total", "Events of a type this version does not know, ignored", ["group", "topic"])
RETRIED = Counter("event_batches_retried_total", "Batches tried again after an error", ["group", "error"])
DEAD_LETTERED = Counter("events_dead_lettered_total", "Messages set aside as dead letters", ["group", "reason"])
BATCH_SECONDS = Histogram(
    "event_batch_seconds",
    "From a poll's records to their last effect",
    ["group"],
    buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)
LAG = Gauge("consumer_lag", "Records published and not yet handled", ["group", "topic"])
CIRCUIT_OPEN = Gauge("consumer_circuit_open", "1 while the consumer has stopped for too many dead letters in a row", ["group"])

PUBLISHED = Counter("outbox_published_total", "Outbox rows acknowledged by the broker", ["database"])
PUBLISH_FAILED = Counter("outbox_publish_failed_total", "Outbox rows the broker did not acknowledge; they are sent again", ["database"])
SHARDS = Gauge("relay_shards", "Outbox shards this relay holds", ["database"])
PENDING = Gauge("outbox_pending", "Outbox rows waiting to be published (of this relay's shards, capped)", ["database"])
