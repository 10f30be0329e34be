"""How what the mail, calendar and campaigns services say reads on a timeline."""

from __future__ import annotations

from shared.contracts.calendar import CallLogged, MeetingNoShow, MeetingRescheduled, MeetingScheduled, Talk
from shared.contracts.campaigns import (
    Enrolment,
    EnrolmentEnrolled,
    EnrolmentFinished,
    EnrolmentRemoved,
    EnrolmentStepScheduled,
    EnrolmentStepSent,
)
from shared.contracts.mail import (
    Delivery,
    DeliveryBounced,
    DeliveryComplained,
    DeliveryReplied,
    DeliveryUnsubscribed,
    Message,
    MessageReceived,
    MessageSent,
)
from timeline.translate.lines import Lines, because, between, moment, quoted, together, worded


def message(said: Message) -> str:
    return quoted(said.subject)


def title(talk: Talk) -> str:
    return quoted(talk.title)


def starting(talk: Talk) -> str:
    return f" for {moment(talk.start)}" if talk.start else ""


def call(talk: CallLogged) -> str:
    direction = f"{worded(talk.direction).capitalize()} call" if talk.direction else "Call"
    minutes = f", {round(talk.duration.total_seconds() / 60)} min" if talk.duration else ""
    return f"{direction}{between(title(talk))}{minutes}{because(worded(talk.outcome, unknown=''))}"


def bounced(delivery: DeliveryBounced) -> str:
    return f"Email bounced ({worded(delivery.kind, unknown='unknown kind')}){f', code {delivery.code}' if delivery.code else ''}"


def step(enrolment: EnrolmentStepScheduled) -> str:
    at = f" for {moment(enrolment.next_at)}" if enrolment.next_at else ""
    return f"Next campaign step{through(enrolment.channel)} planned{at}"


def through(channel: str | None) -> str:
    return f" by {channel}" if channel else ""


messages = Lines("email", Message, message, ref="message", text="snippet")
messages.say(MessageReceived, lambda said: f"Email{between(message(said))} received{' (automated)' if said.automated else ''}")
messages.say(MessageSent, lambda said: f"Email{between(message(said))} sent{' (automated)' if said.automated else ''}")

deliveries = Lines("email", Delivery, ref="delivery")
deliveries.say(DeliveryBounced, bounced)
deliveries.say(DeliveryComplained, lambda _: "Email reported as spam")
deliveries.say(DeliveryUnsubscribed, lambda _: "Unsubscribed by email")
deliveries.say(DeliveryReplied, lambda _: "Email answered")

calls = Lines("call", CallLogged, title)
calls.say(CallLogged, call)

meetings = Lines("meeting", Talk, title)
meetings.leave_out(CallLogged)
meetings.say(MeetingScheduled, lambda talk: f"Meeting{between(title(talk))} scheduled{starting(talk)}")
meetings.say(MeetingRescheduled, lambda talk: f"Meeting{between(title(talk))} moved{starting(talk)}")
meetings.say(MeetingNoShow, lambda talk: f"Nobody came to meeting{between(title(talk))}")

enrolments = Lines("campaign", Enrolment, ref="enrolment")
enrolments.say(EnrolmentEnrolled, lambda _: "Enrolled in a campaign")
enrolments.say(EnrolmentStepScheduled, step)
enrolments.say(EnrolmentStepSent, lambda enrolment: f"Campaign step sent{through(enrolment.channel)}")
enrolments.say(EnrolmentFinished, lambda _: "Campaign finished")
enrolments.say(EnrolmentRemoved, lambda _: "Removed from a campaign")

TABLE = together(messages.table, deliveries.table, calls.table, meetings.table, enrolments.table)
