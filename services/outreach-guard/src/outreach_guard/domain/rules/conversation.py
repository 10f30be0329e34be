"""What passed between us and the contact, and what is about to."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from outreach_guard.domain.dealings import (
    FREQUENCY_WINDOW,
    PLANNED_WITHIN,
    RECENT,
    TOUCHES_ALLOWED,
    Meeting,
    Message,
    Step,
    Thread,
    Ticket,
    Touch,
)
from outreach_guard.domain.dossier import Dossier
from outreach_guard.domain.findings import Evidence, Finding, day, people, several
from outreach_guard.domain.question import Question


def recent_activity(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    return [*_colleague(dossier, question, now), *_unanswered(dossier, question)]


def _colleague(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    """A person whose name nobody told may be anybody: it counts as somebody else."""
    recent = [touch for touch in dossier.all(Touch) if touch.human and touch.by != question.sender_id and touch.at > now - RECENT]
    if not recent:
        return []
    newest = max(recent, key=lambda touch: touch.at)
    who = newest.by or "Somebody else"
    return [
        Finding(
            "recent_activity.colleague",
            f"{who} was in touch on {day(newest.at)}: {newest.text}.",
            f"three days pass without another message, on {day(newest.at + RECENT)}",
            tuple(Evidence(touch.source, touch.source_id, touch.text, touch.at) for touch in recent),
            people(touch.by for touch in recent),
        )
    ]


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread across all addresses of the contact."""

    thread_id: str
    inbound: Message | None
    outbound: Message | None
    first_inbound: Message | None
    first_outbound: Message | None

    @property
    def unanswered(self) -> bool:
        return self.inbound is not None and (self.outbound is None or self.outbound.at < self.inbound.at)

    @property
    def started_by_contact(self) -> bool:
        return self.first_inbound is not None and (self.first_outbound is None or self.first_inbound.at < self.first_outbound.at)


def conversations(dossier: Dossier) -> list[Conversation]:
    parts: dict[str, list[Thread]] = defaultdict(list)
    for thread in dossier.all(Thread):
        parts[thread.thread_id].append(thread)
    return [
        Conversation(
            thread_id,
            max((part.inbound for part in threads if part.inbound), key=_at, default=None),
            max((part.outbound for part in threads if part.outbound), key=_at, default=None),
            min((part.first_inbound for part in threads if part.first_inbound), key=_at, default=None),
            min((part.first_outbound for part in threads if part.first_outbound), key=_at, default=None),
        )
        for thread_id, threads in parts.items()
    ]


def _at(message: Message) -> datetime:
    return message.at


def _unanswered(dossier: Dossier, question: Question) -> list[Finding]:
    """A reply in the thread is what is waited for, so its own thread does not stand in the way of it."""
    waiting = [
        Evidence("mail", talk.inbound.id, talk.inbound.subject or "a message", talk.inbound.at)
        for talk in conversations(dossier)
        if talk.unanswered and talk.inbound and talk.thread_id != question.thread_id
    ]
    tickets = [ticket for ticket in dossier.all(Ticket) if ticket.unanswered and ticket.id != question.thread_id]
    waiting += [Evidence("ticket", ticket.id, ticket.subject or ticket.number or "a ticket", ticket.asked_at) for ticket in tickets]
    if not waiting:
        return []
    since = min(entry.at for entry in waiting if entry.at)
    sentence = f"{several(len(waiting), 'A message of theirs has', 'messages of theirs have')} had no answer since {day(since)}."
    talk_to = people(ticket.assignee_id for ticket in tickets)
    return [Finding("recent_activity.unanswered", sentence, "it is answered in its thread", tuple(waiting), talk_to)]


def planned(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    """A step past its time that nobody reported sent is still to be expected."""
    soon = now + PLANNED_WITHIN
    steps = [step for step in dossier.all(Step) if step.next_at and step.next_at <= soon and step.sender_id != question.sender_id]
    meetings = [entry for entry in dossier.all(Meeting) if entry.state == "scheduled" and entry.starts_at and entry.starts_at <= soon]
    evidence = [Evidence("step", step.id, f"{step.channel or 'a'} step is due", step.next_at) for step in steps]
    evidence += [Evidence("meeting", entry.id, entry.title or "a meeting", entry.starts_at) for entry in meetings]
    if not evidence:
        return []
    first = min(evidence, key=lambda entry: entry.at or now)
    sentence = f"Planned: {first.text}, {day(first.at or now)}."
    if len(evidence) > 1:
        sentence = f"{sentence[:-1]}, and {len(evidence) - 1} more."
    talk_to = people([*(step.sender_id for step in steps), *(entry.organiser_id for entry in meetings)])
    return [Finding("planned.step", sentence, "it has taken place or is taken back", tuple(evidence), talk_to)]


def frequency(dossier: Dossier, question: Question, now: datetime) -> list[Finding]:
    touches = sorted((touch for touch in dossier.all(Touch) if touch.at > now - FREQUENCY_WINDOW), key=lambda touch: touch.at)
    if len(touches) <= TOUCHES_ALLOWED:
        return []
    calm = touches[-TOUCHES_ALLOWED - 1].at + FREQUENCY_WINDOW
    return [
        Finding(
            "frequency.exceeded",
            f"{len(touches)} touches in the last 7 days.",
            f"fewer lie within 7 days, on {day(calm)}",
            tuple(Evidence(touch.source, touch.source_id, touch.text, touch.at) for touch in touches),
            people(touch.by for touch in touches),
        )
    ]
