"""Work that goes on for as long as the process does, and its end."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from shared.background import Background

PATIENCE_S = 20


class Deaf(Background):
    """Does not hear that it is cancelled while it waits for something of its own to end, as clients do that close."""

    name = "deaf"

    def __init__(self) -> None:
        super().__init__()
        self.closing = asyncio.Event()

    async def run(self) -> None:
        own = asyncio.create_task(asyncio.Event().wait())
        self.closing.set()
        with contextlib.suppress(asyncio.CancelledError):
            await own
        await asyncio.Event().wait()


async def test_work_that_missed_its_cancellation_is_cancelled_again() -> None:
    work = Deaf()
    await work.start()
    await work.closing.wait()

    async with asyncio.timeout(PATIENCE_S):
        await work.stop()

    assert not (await work.check()).ok


async def test_who_no_longer_waits_for_work_to_fail_does_not_end_it() -> None:
    work = Deaf()
    await work.start()
    await work.closing.wait()
    watching = asyncio.create_task(work.wait_failed())
    await asyncio.sleep(0)

    watching.cancel()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(PATIENCE_S):
            await watching

    assert (await work.check()).ok
    assert work._task is not None
    assert not work._task.cancelling()
    await work.stop()


async def test_what_work_dies_of_is_told_to_who_waits_for_it() -> None:
    class Broken(Background):
        name = "broken"

        async def run(self) -> None:
            raise ValueError("no more")

    work = Broken()
    await work.start()

    with pytest.raises(ValueError, match="no more"):
        await work.wait_failed()
    assert not (await work.check()).ok
    await work.stop()
