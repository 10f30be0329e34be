"""Processes that share the work, one for each core. What they all need is in their memory from the start, at no cost."""

from __future__ import annotations

import gc
import os
import resource
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")

CORES = len(os.sched_getaffinity(0))
AHEAD = 3 * CORES
"""Tasks that are under way: more would only wait in memory."""

_shared: list[Any] = []
"""What the workers of this process are forked with."""


class Workers(Generic[Shared]):
    """Worker processes, forked from this one as it is when they get their first task."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        self._pool = pool

    def map(self, do: Callable[[Shared, Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """`do` with what is shared and each task; the results in the order of the tasks."""
        under_way: deque[Future[Result]] = deque()
        for task in tasks:
            under_way.append(self._pool.submit(_done, do, task))
            if len(under_way) >= AHEAD:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def _done(do: Callable[[Any, Task], Result], task: Task) -> Result:
    return do(_shared[-1], task)


@contextmanager
def workers(shared: Shared) -> Iterator[Workers[Shared]]:
    _shared.append(shared)
    gc.collect()
    gc.freeze()  # in the workers the collector would otherwise write to, and so copy, what is shared
    pool = ProcessPoolExecutor(CORES, mp_context=get_context("fork"))
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()
        _shared.pop()


def peak_memory_mb() -> int:
    """The most that this process and its workers can have taken together: pages they share are counted for each of them."""
    ours, theirs = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return int((ours + CORES * theirs) / 1024)
