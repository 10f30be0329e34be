"""Every service is killed and started again at random while contacts and events pour in; in the end all agrees with what was sent."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from tests.support.stack import GATEWAY, SERVICES, Stack, running_stack
from tests.support.storm import Storm
from tests.support.waiting import eventually

pytestmark = pytest.mark.faults

CONTACTS = int(os.environ.get("STORM_CONTACTS", "5000"))
EVENTS = int(os.environ.get("STORM_EVENTS", "20000"))
HEALED_WITHIN_S = 60.0  # I6: lag and outbox are back at nothing


async def test_nothing_is_lost_or_doubled_however_often_services_are_killed(tmp_path: Path, mongodb_uri: str, kafka_bootstrap: str) -> None:
    async with running_stack(tmp_path, mongodb_uri, kafka_bootstrap) as stack:
        storm = Storm(CONTACTS, EVENTS, "acme", seed=random.randrange(1, 1_000_000))
        kills = await _let_loose(stack, storm)
        assert kills >= len(SERVICES)
        await stack.until_ready()
        assert await _differences_after_healing(stack, storm) == []


@pytest.mark.parametrize(
    ("mutant", "service", "victim"),
    [
        ("commit_before_effect", "timeline", "timeline"),
        ("commit_before_effect", "outreach_guard", "outreach_guard"),
        ("forget_some_events", "contacts", "dedupe"),  # forgets without being killed, and contacts must get created
    ],
)
async def test_the_checker_tells_a_broken_product_from_a_sound_one(  # noqa: PLR0917 - fixtures
    mutant: str, service: str, victim: str, tmp_path: Path, mongodb_uri: str, kafka_bootstrap: str
) -> None:
    async with running_stack(tmp_path, mongodb_uri, kafka_bootstrap, mutants={service: mutant}) as stack:
        storm = Storm(400, 4000, "acme", seed=random.randrange(1, 1_000_000))
        await _let_loose(stack, storm, victims=(victim,), over_s=25, pause_s=(1.0, 2.0))
        await stack.until_ready()
        assert await _differences_after_healing(stack, storm, within=25) != []


async def _let_loose(
    stack: Stack,
    storm: Storm,
    victims: tuple[str, ...] = (*SERVICES, GATEWAY),
    over_s: float = 60.0,
    pause_s: tuple[float, float] = (2.0, 6.0),
) -> int:
    """Contacts and events at the same time, and somebody with a gun; returns how often it was fired.

    Only who is up again is killed again: a service that never comes up would prove nothing but that.
    """
    working = asyncio.gather(storm.create_contacts(stack), storm.publish(stack.bootstrap, over_s))
    dice, kills = random.Random(storm.seed), 0
    while not working.done():
        await asyncio.sleep(dice.uniform(*pause_s))
        victim = victims[kills % len(victims)] if kills < 2 * len(victims) else dice.choice(victims)
        if await stack.is_ready(victim):
            await stack.kill(victim)
            kills += 1
            await asyncio.sleep(dice.uniform(0, 1.5))
            stack.start(victim)
    await working
    return kills


async def _differences_after_healing(stack: Stack, storm: Storm, within: float = HEALED_WITHIN_S) -> list[str]:
    """The differences once there are none, or those that are left when the time for healing is over."""
    found: list[str] = ["not looked yet"]

    async def agrees() -> bool:
        found[:] = await storm.differences(stack)
        return not found

    try:
        await eventually(agrees, within=within)
    except AssertionError:
        return found[:20]
    return []
