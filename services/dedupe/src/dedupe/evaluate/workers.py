"""Processes that share the work, one for each core. What they all need is in their memory from the start, at no cost."""

from __future__ import annotations

import ctypes
import gc
import os
import resource
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any, Generic, TypeVar

Shared = TypeVar("Shared")
Task = TypeVar("Task")
Result = TypeVar("Result")

CORES = len(os.sched_getaffinity(0))
AHEAD = 3 * CORES
"""Tasks that are under way: more would only wait in memory."""

LOOK_EVERY_S = 0.5

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
                memory.look()
        while under_way:
            memory.look()
            yield under_way.popleft().result()


def _done(do: Callable[[Any, Task], Result], task: Task) -> Result:
    return do(_shared[-1], task)


@contextmanager
def workers(shared: Shared) -> Iterator[Workers[Shared]]:
    _shared.append(shared)
    gc.collect()
    _give_back()
    gc.freeze()  # in the workers the collector would otherwise write to, and so copy, what is shared
    pool = ProcessPoolExecutor(CORES, mp_context=get_context("fork"))
    try:
        yield Workers(pool)
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()
        _shared.pop()


def _give_back() -> None:
    """What was freed goes to the system, where the C library can do that: the workers would be forked with it."""
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


class Memory:
    """The most that this process and its workers took together."""

    def __init__(self) -> None:
        self._peak_kb = 0
        self._looked = 0.0

    def look(self) -> None:
        """Twice a second is often enough: steps take longer."""
        now = time.monotonic()
        if now - self._looked > LOOK_EVERY_S:
            self._looked = now
            self._peak_kb = max(self._peak_kb, sum(map(_shared_out_kb, (os.getpid(), *(child.pid for child in active_children())))))

    @property
    def peak_mb(self) -> int:
        return max(self._peak_kb, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024


memory = Memory()


def _shared_out_kb(process: int | None) -> int:
    """What a process takes, of pages it shares with others its part (proportional set size)."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:  # it has just ended, or the kernel does not tell
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
