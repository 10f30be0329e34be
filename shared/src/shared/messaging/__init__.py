"""How events travel: consumers that lose nothing, inbox, outbox and relay, dead letters, and the operators' command line."""

from shared.messaging.consumer import Consumer, Partition
from shared.messaging.erasures import Erasures
from shared.messaging.inbox import Inbox
from shared.messaging.outbox import EventTooLargeError, Outbox, Transaction
from shared.messaging.relay import Relay
from shared.messaging.republish import pending, republish
from shared.messaging.subscriptions import Batch, Routes, Subscriptions, Unprocessable
from shared.messaging.sweeping import Sweeping
from shared.messaging.traces import Erasure, Traces

__all__ = [
    "Batch",
    "Consumer",
    "Erasure",
    "Erasures",
    "EventTooLargeError",
    "Inbox",
    "Outbox",
    "Partition",
    "Relay",
    "Routes",
    "Subscriptions",
    "Sweeping",
    "Traces",
    "Transaction",
    "Unprocessable",
    "pending",
    "republish",
]
