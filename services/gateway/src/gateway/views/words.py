"""Times, names and kinds in a person's words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

HUES = 6


def moment(value: object) -> datetime | None:
    """A moment off the wire; what is not one is no moment."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        return None
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError:
        return None
    return parsed if parsed.tzinfo else None


def clock(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%H:%M")


def day_name(day: date, today: date) -> str:
    """Today, Yesterday, then the date, with its year only when that is another."""
    distance = (today - day).days
    if distance in {0, 1, -1}:
        return {0: "Today", 1: "Yesterday", -1: "Tomorrow"}[distance]
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A}, {day.day} {day:%B}{year}"


def when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Short, for beside a line: how long ago while that is easy to grasp, then the date."""
    seconds = (now - at).total_seconds()
    if 0 <= seconds < 60:
        return "just now"
    if 60 <= seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    local, today = at.astimezone(zone), now.astimezone(zone).date()
    if local.date() == today:
        return f"today {local:%H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year}"


def last_heard(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """What an unknown part says of its service."""
    if at is None:
        return "not heard since this page's server started"
    local = at.astimezone(zone)
    same_day = local.date() == now.astimezone(zone).date()
    return f"last heard {local:%H:%M}" if same_day else f"last heard {local.day} {local:%b} {local:%H:%M}"


def initials(name: str) -> str:
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    return "".join(letters[:1] + letters[-1:] if len(letters) > 1 else letters).upper() or "?"


def hue(text: str) -> int:
    """One of a few colours, the same for the same text everywhere."""
    return sum(text.encode()) % HUES + 1


def plain(word: str) -> str:
    """`closed_lost` as `Closed lost`."""
    words = word.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def count(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
