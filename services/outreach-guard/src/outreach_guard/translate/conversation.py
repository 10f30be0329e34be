"""What passes between us and contacts: mail and what became of it, meetings, calls, sequences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from outreach_guard.domain.facts import Kind, Told, earliest, latest
from outreach_guard.translate.saying import actor, say, stated, touch
from shared.contracts import calendar, campaigns, mail
from shared.contracts.envelope import Event
from shared.contracts.parties import Party
from shared.parties import emails_in, keys_of

OUR_SIDE = {"from", "sender"}
MOST_BESIDE = 30
"""Each of the people a message goes to has the thread for themself, with its subject, and is kept beside every other. Where there are more,
the subject is not kept."""


def message(event: Event, data: mail.Message, region: str) -> Iterator[Told]:
    """No person wrote an automated message just now. One told late shows who began the thread, and nothing else."""
    if data.automated:
        return
    sent = isinstance(data, mail.MessageSent)
    keys = keys_of(_theirs(data, sent=sent), region)
    name = "outbound" if sent else "inbound"
    beside = keys if len(keys) <= MOST_BESIDE else ()
    subject = data.subject if beside else None
    said = {"id": data.message_id or event.subject, "at": event.time, "by": actor(event) if sent else None, "subject": subject}
    thread_id = data.thread_id or data.message_id or event.subject
    fields, orders = {"thread_id": thread_id, f"first_{name}": said}, {f"first_{name}": earliest(event.time)}
    if not data.backfill:
        fields[name], orders[name] = said, latest(event.time)
        if sent:
            yield touch(event, "mail", f"mail: {data.subject}" if data.subject else "mail", keys, human=True)
    for key in keys:
        yield say(event, Kind.THREAD, f"{thread_id}:{key}", fields, parties=[key], beside=beside, orders=orders)


def _theirs(data: mail.Message, *, sent: bool) -> list[Party]:
    """Whom we wrote to, or who wrote to us; a party without a role may be either."""
    everybody = data.people()
    named = [party for party in everybody if party.role is None or (party.role in OUR_SIDE) is not sent]
    return named or list(everybody)


def delivery(event: Event, data: mail.Delivery, region: str) -> Iterator[Told]:
    fields: dict[str, Any] = {}
    match data:
        case mail.DeliveryBounced(kind=kind, code=code) if kind != "soft" and not (code or "").startswith("4"):
            fields = {"usable": False, "usable_since": event.time, "reason": code}
        case mail.DeliveryReplied():
            fields = {"usable": True, "usable_since": event.time, "reason": None}
    for key in emails_in(data.address or "") if fields else ():
        keys = {key, *keys_of(data.people(), region)}
        yield Told(Kind.ADDRESS, key.removeprefix("email:"), event.id, latest(event.time), fields, linked=sorted(keys))


def talk(event: Event, data: calendar.Talk, region: str) -> Iterator[Told]:
    keys = keys_of(data.people(), region)
    if isinstance(data, calendar.CallLogged):
        if data.direction != "inbound" and not data.backfill:
            yield touch(event, "call", "call", keys)
        return
    fields = stated(data, "title")
    match data:
        case calendar.MeetingScheduled() | calendar.MeetingRescheduled():
            fields |= {"state": "scheduled", "organiser_id": actor(event), **_when(data)}
        case calendar.MeetingHeld():
            fields |= {"state": "held"}
            if not data.backfill:
                yield touch(event, "meeting", "meeting", keys)
        case calendar.MeetingCancelled() | calendar.MeetingNoShow():
            fields |= {"state": "over"}
    yield say(event, Kind.MEETING, event.subject, fields, parties=keys)


def _when(data: calendar.Talk) -> dict[str, Any]:
    """Another start is another end too, known or not; a meeting is where it was while nobody says where it goes."""
    if data.start is not None:
        return {"starts_at": data.start, "ends_at": data.end}
    return {} if data.end is None else {"ends_at": data.end}


def enrolment(event: Event, data: campaigns.Enrolment, region: str) -> Iterator[Told]:
    fields = stated(data, "sender_id")
    keys = keys_of(data.people(), region)
    match data:
        case campaigns.EnrolmentStepScheduled():
            fields |= stated(data, "next_at", "channel")
        case campaigns.EnrolmentStepSent():
            fields |= {"next_at": None}
            if not data.backfill:
                yield touch(event, "step", "step of a sequence", keys, by=data.sender_id, human=False)
        case campaigns.EnrolmentFinished() | campaigns.EnrolmentRemoved():
            fields |= {"next_at": None}
    yield say(event, Kind.STEP, event.subject, fields, parties=keys)
