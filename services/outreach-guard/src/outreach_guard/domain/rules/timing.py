"""Whether this is the moment: what is planned anyway, how often they were approached already, and what time it is for them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from outreach_guard.domain.checks import Case, Check, sources
from outreach_guard.domain.dealings import PLANS_AT_HAND, TOUCHES_AT_HAND, Meeting, Step, Touch
from outreach_guard.domain.findings import Evidence, Finding, day, people
from outreach_guard.domain.policy import CAUTION, HOLD, INFO, Limit, Rule
from outreach_guard.domain.question import Channel
from outreach_guard.domain.view import after

PLANNED = Rule("planned.step", sales=HOLD, support=INFO, billing=INFO, announcement=CAUTION)
EXCEEDED = Rule("frequency.exceeded", sales=HOLD, support=INFO, billing=CAUTION, announcement=HOLD)
QUIET = Rule("quiet_hours.now", sales=CAUTION, support=INFO, billing=CAUTION, announcement=CAUTION)

PLANNED_DAYS = Limit("planned.days", "days in which a step or meeting is due soon, and a late step given up", 2, 1, PLANS_AT_HAND.days)
TOUCHES = Limit("frequency.touches", "touches that are fine", 3, 0, 50)
TOUCHES_DAYS = Limit("frequency.days", "days in which touches are counted", 7, 1, TOUCHES_AT_HAND.days)
EVENING = Limit("quiet_hours.evening", "hour from which nobody is called", 21, 12, 24)
MORNING = Limit("quiet_hours.morning", "hour from which people can be called again", 8, 0, 12)

SUNDAY = 6
HALF_HOUR = timedelta(minutes=30)
LONGEST_QUIET = timedelta(days=3)


def planned(case: Case) -> list[Finding]:
    """A step past its time that nobody reported sent is still to be expected."""
    now, span = case.now, case.span(PLANNED_DAYS)
    steps = [step for step in case.all(Step) if step.due_within(span, now) and step.sender_id != case.question.sender_id]
    meetings = [entry for entry in case.all(Meeting) if entry.expected_within(span, now)]
    evidence = [Evidence("step", step.id, f"{step.channel or 'a'} step is due", step.next_at) for step in steps]
    evidence += [Evidence("meeting", entry.id, entry.title or "a meeting", entry.starts_at) for entry in meetings]
    if not evidence:
        return []
    first = min(evidence, key=lambda entry: entry.at or now)
    sentence = f"Planned: {first.text}, {day(first.at or now)}."
    if len(evidence) > 1:
        sentence = f"{sentence[:-1]}, and {len(evidence) - 1} more."
    talk_to = people([*(step.sender_id for step in steps), *(entry.organiser_id for entry in meetings)])
    return [Finding(PLANNED, sentence, "it has taken place or is taken back", tuple(evidence), talk_to)]


def frequency(case: Case) -> list[Finding]:
    allowed, window = case.limit(TOUCHES), case.span(TOUCHES_DAYS)
    touches = sorted((touch for touch in case.all(Touch) if touch.at > case.now - window), key=lambda touch: touch.at)
    if len(touches) <= allowed:
        return []
    calm = after(touches[-allowed - 1].at, window)
    return [
        Finding(
            EXCEEDED,
            f"{len(touches)} touches in the last {window.days} days.",
            f"fewer lie within {window.days} days, on {day(calm)}",
            tuple(Evidence(touch.source, touch.source_id, touch.text, touch.at) for touch in touches),
            people(touch.by for touch in touches),
        )
    ]


def quiet_hours(case: Case) -> list[Finding]:
    if case.question.channel not in {Channel.PHONE, Channel.SMS}:
        return []
    zones = _zones(case.card.zones)
    if not zones:
        clears = "the contact has a number or a time zone that tells where they are"
        return [Finding(None, "It is not known what time it is for this contact.", clears)]
    now, awake = case.now, range(case.limit(MORNING), case.limit(EVENING))
    quiet = [zone for zone in zones if _is_quiet(now.astimezone(zone), awake)]
    if not quiet:
        return []
    there = now.astimezone(quiet[0])
    good = _next_good(now, zones, awake)
    evidence = (Evidence("zone", str(quiet[0]), f"{there:%a %H:%M} there", now),)
    clears_when = f"it is {day(good)}" if good else "it is neither evening, night nor Sunday there"
    return [Finding(QUIET, f"It is {there:%A %H:%M} for this contact.", clears_when, evidence)]


def _zones(names: tuple[str, ...]) -> list[ZoneInfo]:
    """Those this machine knows; an unknown one leaves the question open rather than answered."""
    try:
        return [ZoneInfo(name) for name in names]
    except (ZoneInfoNotFoundError, ValueError):
        return []


def _is_quiet(there: datetime, awake: range) -> bool:
    return there.hour not in awake or there.weekday() == SUNDAY


def _next_good(now: datetime, zones: list[ZoneInfo], awake: range) -> datetime | None:
    """The next full or half hour that is fine wherever the contact may be. Zones far apart can have none."""
    moment = now.replace(minute=0, second=0, microsecond=0)
    while moment < now + LONGEST_QUIET:
        moment += HALF_HOUR
        if moment > now and not any(_is_quiet(moment.astimezone(zone), awake) for zone in zones):
            return moment
    return None


CHECKS = (
    Check("planned", planned, "Nothing is planned.", sources("campaigns", "calendar"), rules=(PLANNED,), limits=(PLANNED_DAYS,)),
    Check(
        "frequency",
        frequency,
        "Not too many touches.",
        sources("mail", "calendar", "tickets", "finance", "documents", "campaigns"),
        rules=(EXCEEDED,),
        limits=(TOUCHES, TOUCHES_DAYS),
    ),
    Check("quiet_hours", quiet_hours, "The hour is fine.", sources(), rules=(QUIET,), limits=(EVENING, MORNING)),
)
