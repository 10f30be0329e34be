"""What the timeline service says: notes, comments and tasks about a contact, and what is asked of other services."""

from __future__ import annotations

from pydantic import Field, JsonValue

from shared.contracts.catalogue import EventData
from shared.contracts.values import Instant

SOURCE = "/services/timeline"
TOPIC = "crm.timeline"


class Note(EventData):
    """Context to share inside the team; never sent to the customer."""

    note_id: str
    contact_id: str
    author_id: str | None = None
    text: str | None = None


class NoteAdded(Note, type="crm.timeline.note.added.v1"):
    """A note was written."""


class NoteEdited(Note, type="crm.timeline.note.edited.v1"):
    """A note reads differently; its earlier texts are kept."""


class NoteDeleted(Note, type="crm.timeline.note.deleted.v1"):
    """A note is gone."""


class Comment(EventData):
    """Discussion of the team beside a contact."""

    comment_id: str
    contact_id: str
    author_id: str | None = None
    text: str | None = None
    mentions: tuple[str, ...] = Field((), description="ids of the members addressed with @")


class CommentAdded(Comment, type="crm.timeline.comment.added.v1"):
    """A comment was written."""


class CommentEdited(Comment, type="crm.timeline.comment.edited.v1"):
    """A comment reads differently."""


class CommentDeleted(Comment, type="crm.timeline.comment.deleted.v1"):
    """A comment is gone."""


class Task(EventData):
    """Work somebody must do later, as it is after the event."""

    task_id: str
    contact_id: str
    title: str | None = None
    assignee_id: str | None = None
    due_at: Instant | None = None
    priority: str = Field("normal", description="low, normal, high, urgent")
    status: str = Field("open", description="open, done")
    note_id: str | None = Field(None, description="the note it was made from")


class TaskCreated(Task, type="crm.timeline.task.created.v1"):
    """There is something to do."""


class TaskAssigned(Task, type="crm.timeline.task.assigned.v1"):
    """Somebody else has to do it."""

    previous: str | None = Field(None, description="member id")


class TaskDueChanged(Task, type="crm.timeline.task.due_changed.v1"):
    """It has to be done at another time."""

    previous: Instant | None = None


class TaskCompleted(Task, type="crm.timeline.task.completed.v1"):
    """It is done."""


class TaskReopened(Task, type="crm.timeline.task.reopened.v1"):
    """It is not done after all."""


class TaskOverdue(Task, type="crm.timeline.task.overdue.v1"):
    """Its time has passed and it is not done."""


class RequestRequested(EventData, type="crm.timeline.request.requested.v1"):
    """A ticket, deal, document, estimate or invoice is asked of the service that owns such things."""

    request_id: str
    kind: str = Field(description="ticket, deal, document, estimate, invoice")
    contact_id: str
    account_id: str | None = None
    note_id: str | None = Field(None, description="the note it was made from")
    prefilled: dict[str, JsonValue] = Field({}, description="what the form starts with, the address included")
