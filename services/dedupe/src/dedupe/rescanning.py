"""Counts the names of workspaces that have grown, and judges everybody anew where the rules changed; beside the consumer.

In small steps with as long a pause after each as it took, so that checks and the consumer always get their turn. What was cut off goes
on where it was, in this process or another.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

import structlog

from dedupe.domain.rescan import Rescan, State
from dedupe.domain.ruleset import Rules
from dedupe.domain.workspace import outgrown
from dedupe.judging import judge_anew
from dedupe.store import Judgement, RescanStore
from dedupe.translate import told_by_rules
from dedupe.turns import in_turns
from shared.background import Background
from shared.mongo import UNAVAILABLE

log = structlog.get_logger()

EVERY_S = 2.0
AGAIN_AFTER_S = 10.0
LOOK_EVERY_S = 60.0
"""... whether a workspace has grown, or its rules are others: counting a million takes a moment."""
STEP = 50
"""Contacts in one transaction."""


class Rescanning(Background):
    """One for each process that consumes; a workspace is done by one of them."""

    name = "rescanning"

    def __init__(self, store: RescanStore, now: Callable[[], datetime], look_every_s: float = LOOK_EVERY_S) -> None:
        super().__init__()
        self._store = store
        self._now = now
        self._look_every_s = look_every_s
        self._looked: dict[str, tuple[float, int]] = {}

    async def run(self) -> None:
        while True:
            try:
                busy = await self.turn()
                await asyncio.sleep(0 if busy else EVERY_S)
            except UNAVAILABLE as error:
                log.warning("rescanning_waits", error=type(error).__name__)
                await asyncio.sleep(AGAIN_AFTER_S)

    async def turn(self) -> bool:
        """One step for each workspace that has something to do. Whether there was any."""
        busy = False
        for workspace, rescan in (await self._store.rescans()).items():
            look = self._is_time_to_look(workspace)
            if look or rescan.is_under_way:
                began = time.monotonic()
                if await self._step(workspace, look):
                    busy = True
                    await asyncio.sleep(time.monotonic() - began)
        return busy

    async def _step(self, workspace: str, look: bool) -> bool:
        rescan = await self._store.claim(workspace)
        if rescan is None:
            return False
        if look:
            await self._look(workspace)
        rules = await self._store.rules(workspace)
        if rescan.is_due(rules):
            await self._begin(workspace, rescan, rules)
        elif rescan.state is State.DONE:
            return False
        else:
            await self._go_on(workspace, rescan)
        return True

    def _is_time_to_look(self, workspace: str) -> bool:
        looked_at, _ = self._looked.get(workspace, (-self._look_every_s, 0))
        return time.monotonic() - looked_at >= self._look_every_s

    async def _look(self, workspace: str) -> None:
        """Whether its names have to be counted anew; the second look says whether it is still changing fast."""
        _, before = self._looked.get(workspace, (0.0, -1))
        size = await self._store.size(workspace)
        self._looked[workspace] = time.monotonic(), size
        rules = await self._store.rules(workspace)
        if outgrown(rules.commonness.contacts, size, before):
            await self._store.count_names(workspace)
            log.info("names_counted", workspace=workspace, contacts=size)

    async def _begin(self, workspace: str, rescan: Rescan, rules: Rules) -> None:
        await self._store.uncrowd(workspace)
        begun = rescan.begun(rules, await self._store.size(workspace), self._now())
        await self._store.keep(workspace, begun, began=True)
        log.info("rescan_began", workspace=workspace, rules=rules.version, contacts=begun.total)

    async def _go_on(self, workspace: str, rescan: Rescan) -> None:
        contact_ids = await self._store.present(workspace, rescan.after, STEP)
        if rescan.state is State.NORMALISING:
            await self._store.normalise(workspace, contact_ids)
        elif contact_ids:
            await self._judge(workspace, contact_ids)
        further = rescan.further(contact_ids, self._now())
        await self._store.keep(workspace, further)
        if further.state is State.DONE:
            log.info("rescan_ended", workspace=workspace, rules=rescan.rules_version, contacts=rescan.done)

    async def _judge(self, workspace: str, contact_ids: list[str]) -> None:
        """By the rules of the moment: where they are newer than those of this rescan, another one begins at the next step."""

        async def work(judging: Judgement) -> None:
            told = await judge_anew(judging, contact_ids, await judging.rules())
            async for pair in in_turns(told):
                judging.publish(told_by_rules(pair, workspace, self._now()))

        await self._store.judging(workspace, work)
