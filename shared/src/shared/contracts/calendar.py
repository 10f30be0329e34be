"""What the calendar service says: meetings and calls."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from shared.contracts.parties import Attendee, Party, Upstream
from shared.contracts.values import Duration, Instant

SOURCE = "/services/calendar"
TOPIC = "crm.calendar"


class Talk(Upstream):
    """What a meeting and a call have in common; the subject is its id."""

    title: str | None = None
    start: Instant | None = None
    end: Instant | None = None
    attendees: tuple[Attendee, ...] = Field((), description="parties, or bare mail addresses")
    outcome: str | None = None
    direction: str | None = Field(None, description="inbound, outbound")
    duration: Duration | None = Field(None, description="seconds")

    def _named(self) -> Iterable[Party]:
        return self.attendees


class MeetingScheduled(Talk, type="crm.calendar.meeting.scheduled.v1"):
    """There will be a meeting."""


class MeetingRescheduled(Talk, type="crm.calendar.meeting.rescheduled.v1"):
    """A meeting will be at another time."""


class MeetingCancelled(Talk, type="crm.calendar.meeting.cancelled.v1"):
    """There will be no meeting."""


class MeetingHeld(Talk, type="crm.calendar.meeting.held.v1"):
    """They met."""


class MeetingNoShow(Talk, type="crm.calendar.meeting.no_show.v1"):
    """Somebody did not come."""


class CallLogged(Talk, type="crm.calendar.call.logged.v1"):
    """They talked, or tried to."""
