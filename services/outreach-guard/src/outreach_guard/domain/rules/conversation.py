"""What passed between us and the contact, and what waits for an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from outreach_guard.domain.checks import Case, Check, sources
from outreach_guard.domain.dealings import TOUCHES_AT_HAND, Message, Thread, Ticket, Touch
from outreach_guard.domain.findings import Evidence, Finding, day, people, several
from outreach_guard.domain.policy import CAUTION, HOLD, INFO, Limit, Rule
from outreach_guard.domain.view import after

COLLEAGUE = Rule("recent_activity.colleague", sales=HOLD, support=INFO, billing=CAUTION, announcement=CAUTION)
UNANSWERED = Rule("recent_activity.unanswered", sales=CAUTION, support=HOLD, billing=CAUTION, announcement=CAUTION)

COLLEAGUE_DAYS = Limit("recent_activity.days", "days in which a message of a colleague counts", 3, 1, TOUCHES_AT_HAND.days)


def recent_activity(case: Case) -> list[Finding]:
    return [*_colleague(case), *_unanswered(case)]


def _colleague(case: Case) -> list[Finding]:
    """A person whose name nobody told may be anybody: it counts as somebody else."""
    window, sender_id = case.span(COLLEAGUE_DAYS), case.question.sender_id
    recent = [touch for touch in case.all(Touch) if touch.human and touch.by != sender_id and touch.at > case.now - window]
    if not recent:
        return []
    newest = max(recent, key=lambda touch: touch.at)
    who = newest.by or "Somebody else"
    return [
        Finding(
            COLLEAGUE,
            f"{who} was in touch on {day(newest.at)}: {newest.text}.",
            f"{several(window.days, 'a day passes', 'days pass')} without another message, on {day(after(newest.at, window))}",
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

    def unanswered(self, now: datetime) -> bool:
        """What is dated ahead of now has not answered anything yet."""
        return self.inbound is not None and (self.outbound is None or not self.inbound.at <= self.outbound.at <= now)

    @property
    def started_by_contact(self) -> bool:
        return self.first_inbound is not None and (self.first_outbound is None or self.first_inbound.at < self.first_outbound.at)


def conversations(threads: Iterable[Thread]) -> list[Conversation]:
    parts: dict[str, list[Thread]] = defaultdict(list)
    for thread in threads:
        parts[thread.thread_id].append(thread)
    return [
        Conversation(
            thread_id,
            max((part.inbound for part in of_it if part.inbound), key=_at, default=None),
            max((part.outbound for part in of_it if part.outbound), key=_at, default=None),
            min((part.first_inbound for part in of_it if part.first_inbound), key=_at, default=None),
            min((part.first_outbound for part in of_it if part.first_outbound), key=_at, default=None),
        )
        for thread_id, of_it in parts.items()
    ]


def _at(message: Message) -> datetime:
    return message.at


def _unanswered(case: Case) -> list[Finding]:
    """A reply in the thread is what is waited for, so its own thread does not stand in the way of it."""
    thread_id = case.question.thread_id
    waiting = [
        Evidence("mail", talk.inbound.id, talk.inbound.subject or "a message", talk.inbound.at)
        for talk in conversations(case.all(Thread))
        if talk.unanswered(case.now) and talk.inbound and talk.thread_id != thread_id
    ]
    tickets = [ticket for ticket in case.all(Ticket) if ticket.unanswered(case.now) and ticket.id != thread_id]
    waiting += [Evidence("ticket", ticket.id, ticket.subject or ticket.number or "a ticket", ticket.asked_at) for ticket in tickets]
    if not waiting:
        return []
    since = min(entry.at for entry in waiting if entry.at)
    sentence = f"{several(len(waiting), 'A message of theirs has', 'messages of theirs have')} had no answer since {day(since)}."
    talk_to = people(ticket.assignee_id for ticket in tickets)
    return [Finding(UNANSWERED, sentence, "it is answered in its thread", tuple(waiting), talk_to)]


CHECKS = (
    Check(
        "recent_activity",
        recent_activity,
        "Nobody else was in touch lately.",
        sources("mail", "calendar", "tickets", "finance", "documents"),
        rules=(COLLEAGUE, UNANSWERED),
        limits=(COLLEAGUE_DAYS,),
    ),
)
