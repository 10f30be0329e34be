"""Meetings that were held, moved, missed or are still to come, and calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from shared.contracts import calendar
from shared.devstack.demo.stories.scene import Scene, Told

TITLES = ("Demo of the TW-300", "Quarterly review", "Site visit", "Introduction", "Contract talk")


def meeting(scene: Scene) -> Iterator[Told]:
    subject, host = scene.id("mtg"), scene.person.owner_id
    start = (scene.now + timedelta(days=scene.dice.randrange(1, 20))).replace(minute=0, second=0, microsecond=0)
    state = _talk(scene, start, timedelta(minutes=45))
    yield scene.tell(calendar.MeetingScheduled(**state), subject, by=host)
    if scene.chance(0.15):
        scene.later(1, 12)
        state = {**state, **_times(start + timedelta(days=3), timedelta(minutes=45))}
        yield scene.tell(calendar.MeetingRescheduled(**state), subject, by=host)
    if scene.chance(0.08):
        scene.later(1, 10)
        yield scene.tell(calendar.MeetingCancelled(**state), subject)
        return
    scene.now = state["end"]
    if scene.chance(0.08):
        yield scene.tell(calendar.MeetingNoShow(**state), subject, by=host)
    else:
        yield scene.tell(
            calendar.MeetingHeld(**state, outcome=scene.dice.choice(("next step agreed", "will think about it", "done"))), subject, by=host
        )


def planned_meeting(scene: Scene) -> Iterator[Told]:
    """Only its announcement, for a story told while somebody watches."""
    yield next(meeting(scene))


def call(scene: Scene) -> Iterator[Told]:
    minutes = scene.dice.randrange(1, 25)
    inbound = scene.chance(0.4)
    state = _talk(scene, scene.now - timedelta(minutes=minutes), timedelta(minutes=minutes))
    logged = calendar.CallLogged(
        **state,
        direction="inbound" if inbound else "outbound",
        outcome=scene.dice.choice(("reached", "reached", "voicemail", "call back")),
        duration=timedelta(minutes=minutes),
    )
    yield scene.tell(logged, scene.id("call"), by=scene.person.owner_id)


def _talk(scene: Scene, start: Any, length: timedelta) -> dict[str, Any]:
    return {"parties": scene.parties, "attendees": scene.parties, "title": scene.dice.choice(TITLES), **_times(start, length)}


def _times(start: Any, length: timedelta) -> dict[str, Any]:
    return {"start": start, "end": start + length}
