"""Others get their turn: whoever has much to compute on the loop lets go of it every few milliseconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

TURN_S = 0.002
PAUSE_S = 0.001
"""A request takes several rounds of the loop. With the next turn after each of them it would wait for ten turns, not for one."""


async def in_turns(items: Iterable[Item]) -> AsyncIterator[Item]:
    """The same items; between two of them whoever waits goes first, once a turn is over."""
    over = time.perf_counter() + TURN_S
    for item in items:
        yield item
        if time.perf_counter() >= over:
            await asyncio.sleep(PAUSE_S)
            over = time.perf_counter() + TURN_S


def portions(items: Iterable[Item], size: int) -> Iterator[Sequence[Item]]:
    """For calls that encode or decode all they are given at once."""
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion
