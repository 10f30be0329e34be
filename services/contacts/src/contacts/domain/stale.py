"""When a contact has been left alone for too long in its status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from contacts.domain.process import Process


@dataclass(frozen=True)
class Activity:
    """A person had to do with whoever has these keys (shared.parties): a contact's id, an address, a number."""

    at: datetime
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Limit:
    """Who has this status and whom nobody had to do with since `before` is stale. The step into the status counts as well."""

    status: str
    before: datetime


def limits(process: Process, now: datetime) -> tuple[Limit, ...]:
    return tuple(
        Limit(status.name, now - timedelta(days=status.stale_after_days))
        for status in process.statuses
        if status.stale_after_days is not None
    )


def latest(activities: Iterable[Activity]) -> dict[str, datetime]:
    """When it last was, by key."""
    times: dict[str, datetime] = {}
    for activity in activities:
        for key in activity.keys:
            times[key] = max(activity.at, times.get(key, activity.at))
    return times
