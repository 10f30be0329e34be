"""How our own events read on a timeline: what the contacts, dedupe, outreach and timeline services say."""

from __future__ import annotations

from collections.abc import Collection

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

DECISIONS = {
    "approved": "Source reviewed: approved",
    "approved_as_update": "Source reviewed: approved as an update of another record",
    "rejected": "Source reviewed: rejected",
    "auto": "Source trusted, no review needed",
}


SET_ASIDE = {
    "kept_apart": "No duplicate to merge: two records of one person, kept apart on purpose",
    "merge_undone": "Not a duplicate: their merge was undone",
    "merged": "No longer a possible duplicate: one of the two was merged into another record",
}


def updated(data: ContactUpdated) -> str:
    """Of one that a merge took in or gave back, nothing else is to be told: its fields stay as they were."""
    if (merge := data.changes.get("merged_into")) is not None:
        name = " ".join(filter(None, (data.contact.first_name, data.contact.last_name)))
        if merge.new is None:
            return f"{name or 'Record'} is a record of its own again{because(data.reason)}"
        return f"{name or 'Record'} merged into another record{because(data.reason)}"
    fields = ", ".join(worded(name) for name in data.changes)
    return f"Contact updated{because(fields)}"


def merged(data: ContactMerged) -> str:
    return f"Merged with {counted(data.merged_ids, 'other record')}{because(data.reason)}"


def unmerged(data: ContactUnmerged) -> str:
    return f"Merge undone, {counted(data.restored_ids, 'record')} restored{because(data.reason)}"


def counted(ids: Collection[str], what: str) -> str:
    return f"{len(ids)} {what}{'s' if len(ids) != 1 else ''}"


def reviewed(data: ContactReviewed) -> str:
    """Of an update of somebody known, the contact itself was not in question."""
    said = DECISIONS.get(data.decision, f"Source reviewed: {worded(data.decision)}")
    if data.proposal_id is not None:
        said = f"Proposed update {'rejected' if data.decision == 'rejected' else 'taken over'}"
    return f"{said}{because(worded(data.reason, unknown=''))}"


def set_aside(pair: PairDismissed) -> str:
    """Somebody said so, or it follows from something else that was done."""
    return SET_ASIDE.get(pair.reason or "") or f"Not a duplicate{because(worded(pair.reason, unknown=''))}"


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
contacts.say(ContactReviewed, reviewed)
contacts.say(ContactMerged, merged)
contacts.say(ContactUnmerged, unmerged)

pairs = Lines("duplicate", Pair, ref="pair")
pairs.say(PairSuspected, lambda pair: f"Possible duplicate{because(', '.join(reason.text for reason in pair.reasons))}")
pairs.say(PairConfirmed, lambda _: "Duplicate confirmed")
pairs.say(PairDismissed, set_aside)

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
