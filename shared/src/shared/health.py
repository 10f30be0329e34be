"""The answer to "can this part do its work?", said by clients, consumers and relays, shown by /readyz."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Check:
    """One part's state. `detail` is read by operators: numbers and names of parts, never data or exception texts."""

    ok: bool
    detail: str = ""


Readiness = Callable[[], Awaitable[Check]]
"""Asks one part how it is."""
