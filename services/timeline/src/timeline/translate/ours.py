"""How our own events read on a timeline: what the contacts, dedupe, outreach and timeline services say."""

from __future__ import annotations

from shared.contracts.contacts import (
    ContactAccountLinked,
    ContactAccountUnlinked,
    ContactChanged,
    ContactEmailAdded,
    ContactEmailInvalidated,
    ContactEmailRemoved,
    ContactMerged,
    ContactOwnerChanged,
    ContactReviewed,
    ContactStatusChanged,
    ContactUnmerged,
    ContactUpdated,
)
from shared.contracts.dedupe import Pair, PairConfirmed, PairDismissed, PairSuspected
from shared.contracts.outreach import Preflight, PreflightOverridden, VerdictChanged
from shared.contracts.timeline import (
    Comment,
    Note,
    RequestRequested,
    Task,
    TaskAssigned,
    TaskCreated,
    TaskDueChanged,
)
from timeline.translate.lines import Lines, because, between, moment, moved, quoted, together, worded


def updated(data: ContactUpdated) -> str:
    fields = ", ".join(worded(name) for name in data.changes)
    return f"Contact updated{because(fields)}"


def task(data: Task) -> str:
    return quoted(data.title)


def due(data: Task) -> str:
    return f", due {moment(data.due_at)}" if data.due_at else ""


def asked(preflight: Preflight) -> str:
    return f"{preflight.purpose} by {preflight.channel}"


contacts = Lines("contact", ContactChanged)
contacts.say(ContactUpdated, updated)
contacts.say(ContactStatusChanged, lambda data: f"Status changed{moved(data.previous, data.current)}")
contacts.say(ContactOwnerChanged, lambda data: "Owner changed" if data.current else "Owner removed")
contacts.say(ContactEmailAdded, lambda data: f"Email {data.email.typed} added")
contacts.say(ContactEmailRemoved, lambda data: f"Email {data.email.typed} removed")
contacts.say(ContactEmailInvalidated, lambda data: f"Email {data.email.typed} is unusable{because(data.email.reason)}")
contacts.say(ContactAccountLinked, lambda data: f"Linked to account{between(quoted(data.link.name))}")
contacts.say(ContactAccountUnlinked, lambda data: f"Left account{between(quoted(data.link.name))}")
contacts.say(ContactReviewed, lambda data: f"Source reviewed: {worded(data.decision)}{f' ({data.reason})' if data.reason else ''}")
contacts.say(ContactMerged, lambda data: f"Merged with {len(data.merged_ids)} other record{'s' if len(data.merged_ids) != 1 else ''}")
contacts.say(ContactUnmerged, lambda _: "Merge undone")

pairs = Lines("duplicate", Pair, ref="pair")
pairs.say(PairSuspected, lambda pair: f"Possible duplicate{because(', '.join(reason.text for reason in pair.reasons))}")
pairs.say(PairConfirmed, lambda _: "Duplicate confirmed")
pairs.say(PairDismissed, lambda pair: f"Not a duplicate{because(pair.reason)}")

verdicts = Lines("outreach", VerdictChanged, ref="verdict")
verdicts.say(
    VerdictChanged, lambda verdict: f"Outreach ({verdict.purpose} by {verdict.channel}) went{moved(verdict.previous, verdict.current)}"
)

preflights = Lines("outreach", Preflight, asked, ref="preflight")
preflights.say(PreflightOverridden, lambda preflight: f"Hold overridden ({asked(preflight)}){because(preflight.reason)}")

notes = Lines("note", Note)  # no text: it is edited and deleted in its own place, and must not linger here
comments = Lines("comment", Comment)

tasks = Lines("task", Task, task)
tasks.say(TaskCreated, lambda data: f"Task{between(task(data))} created{due(data)}")
tasks.say(TaskAssigned, lambda data: f"Task{between(task(data))} assigned to somebody else")
tasks.say(TaskDueChanged, lambda data: f"Task{between(task(data))} has another date{due(data)}")

requests = Lines("request", RequestRequested)
requests.say(RequestRequested, lambda request: f"{worded(request.kind).capitalize()} requested")

TABLE = together(contacts.table, pairs.table, verdicts.table, preflights.table, notes.table, comments.table, tasks.table, requests.table)
