"""What the contacts service says: every change of a person, with the person as they are afterwards, and its jobs.

Because each event carries the whole contact, nobody has to call back, and the newest event per contact rebuilds a projection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from pydantic import Field, JsonValue

from shared.contracts.catalogue import EventData
from shared.contracts.values import Change, Day, Instant, Value

SOURCE = "/services/contacts"
TOPIC = "crm.contacts"


class Email(Value):
    """One address of a contact; an invalid one stays visible."""

    typed: str = Field(description="as it was entered")
    normalised: str = Field(description="the key for uniqueness, search and matching")
    purpose: str = Field("work", description="work, personal, billing, support")
    primary: bool = False
    state: str = Field("valid", description="valid, invalid")
    reason: str | None = Field(None, description="why it is invalid")
    since: Instant | None = Field(None, description="since when it is in this state")
    shared: bool = Field(False, description="a role address such as info@, which several contacts may have")


class Purposed(Protocol):
    """A mail address, in whatever form a service keeps it."""

    @property
    def purpose(self) -> str: ...

    @property
    def primary(self) -> bool: ...


AnyEmail = TypeVar("AnyEmail", bound=Purposed)


def email_for(emails: Sequence[AnyEmail], purpose: str, usable: Callable[[AnyEmail], bool]) -> AnyEmail | None:
    """The address to write to for a purpose: that purpose's own, else the primary; one that can not be used is passed over.

    None of the others stands in: a bill is not for an address that somebody gave for private mail.
    """
    own = sorted((email for email in emails if email.purpose == purpose), key=lambda email: not email.primary)
    primary = [email for email in emails if email.primary] or emails
    return next((email for email in (*own, *primary[:1]) if usable(email)), None)


class Phone(Value):
    """One number of a contact."""

    typed: str = Field(description="as it was entered")
    e164: str | None = Field(None, description="the key for search and matching; absent when the number can't be read")
    purpose: str = Field("work", description="work, mobile, home, billing, support")
    primary: bool = False
    valid: bool = True


class AccountLink(Value):
    """A contact's place in a company; a link with `ended_at` is a former one."""

    account_id: str
    name: str | None = None
    role: str | None = None
    title: str | None = None
    primary: bool = False
    started_at: Instant | None = None
    ended_at: Instant | None = None


class Address(Value):
    """Where a contact gets letters."""

    street: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = Field(None, description="ISO 3166-1 alpha-2 where it is known")


class Source(Value):
    """Where a contact came from first; never overwritten."""

    type: str = Field("manual", description="manual, form, import, mailbox, integration, api")
    id: str | None = Field(None, description="form id, import run and row, mailbox and message, name of the integration")
    first_seen_at: Instant | None = None


class Relation(Value):
    """Another contact that this one was entered beside."""

    contact_id: str
    kind: str = Field("related", description="same_person (kept apart on purpose), related")


class Review(Value):
    """Whether somebody looked at where a contact came from before sales or support work begins."""

    state: str = Field("approved", description="pending, approved, rejected")
    by: str | None = Field(None, description="the reviewer; absent when trust in the source decided")
    at: Instant | None = None
    reason: str | None = None


class Contact(Value):
    """A whole contact at one version."""

    id: str
    version: int
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    suffix: str | None = None
    job_title: str | None = None
    emails: tuple[Email, ...] = ()
    phones: tuple[Phone, ...] = ()
    accounts: tuple[AccountLink, ...] = ()
    company: str | None = Field(None, description="free text, as typed; the linked companies are in `accounts`")
    address: Address | None = None
    birth_date: Day | None = None
    owner_id: str | None = None
    assignees: tuple[str, ...] = Field((), description="member ids")
    visibility: str = Field("all", description="who may view it: all, or team: owner, assignees, managers, admins and programs")
    status: str | None = None
    tags: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = Field((), description="told by the contact that was entered later")
    source: Source = Source()
    review: Review = Review()
    custom: dict[str, JsonValue] = Field({}, description="values of custom fields by their key")
    created_at: Instant | None = None
    updated_at: Instant | None = None
    deleted_at: Instant | None = None
    merged_into: str | None = Field(None, description="the survivor, once this contact was merged away")
    merged_ids: tuple[str, ...] = Field((), description="contacts that were merged into this one")

    @property
    def team(self) -> frozenset[str]:
        """Who looks after it: member ids."""
        return frozenset(filter(None, (self.owner_id, *self.assignees)))

    def email_for(self, purpose: str) -> Email | None:
        """Where mail of this purpose goes: sales, support, billing, or another purpose of an address."""
        return email_for(self.emails, purpose, lambda email: email.state != "invalid")


class ContactChanged(EventData):
    """Every event of a contact but its erasure."""

    contact: Contact = Field(description="the contact as it is after the event")
    changes: dict[str, Change] = Field({}, description="field -> {old, new}")
    origin: str | None = Field(None, description="how the change came: ui, api, import, bulk, merge, event")
    job_id: str | None = Field(None, description="the import or bulk action the change belongs to")
    reason: str | None = Field(None, description="why, in the words of who changed it; of a rejected review: spam, internal, wrong_person")


class ContactCreated(ContactChanged, type="crm.contacts.contact.created.v1"):
    """A person is known from now on."""


class ContactUpdated(ContactChanged, type="crm.contacts.contact.updated.v1"):
    """Fields changed for which there is no event of their own."""


class ContactStatusChanged(ContactChanged, type="crm.contacts.contact.status_changed.v1"):
    """A contact took a step of the status process."""

    previous: str | None = None
    current: str | None = None
    seconds_in_previous: int | None = Field(None, description="how long the contact had the previous status")


class ContactOwnerChanged(ContactChanged, type="crm.contacts.contact.owner_changed.v1"):
    """Somebody else, or nobody, looks after a contact."""

    previous: str | None = Field(None, description="member id")
    current: str | None = Field(None, description="member id")


class ContactEmailAdded(ContactChanged, type="crm.contacts.contact.email_added.v1"):
    """A contact can be reached at one more address; what came from it before belongs to the contact too."""

    email: Email


class ContactEmailRemoved(ContactChanged, type="crm.contacts.contact.email_removed.v1"):
    """An address is no longer the contact's."""

    email: Email


class ContactEmailInvalidated(ContactChanged, type="crm.contacts.contact.email_invalidated.v1"):
    """An address proved unusable, for example by a hard bounce."""

    email: Email


class ContactAccountLinked(ContactChanged, type="crm.contacts.contact.account_linked.v1"):
    """A contact belongs to a company."""

    link: AccountLink


class ContactAccountUnlinked(ContactChanged, type="crm.contacts.contact.account_unlinked.v1"):
    """A contact has left a company; the link stays as a former one."""

    link: AccountLink


class ContactReviewed(ContactChanged, type="crm.contacts.contact.reviewed.v1"):
    """Somebody, or the trust in a source, decided about where a contact came from."""

    decision: str = Field(description="approved, approved_as_update, rejected, auto")
    update_of: str | None = Field(None, description="the contact this one proved to be an update of")
    proposal_id: str | None = Field(None, description="the proposed update of a known contact that was decided about, where it was one")


class ContactMerged(ContactChanged, type="crm.contacts.contact.merged.v1"):
    """Contacts proved to be one person. The ids merged away lead to the survivor from now on."""

    merge_id: str
    survivor_id: str
    merged_ids: tuple[str, ...]
    field_choices: dict[str, str] = Field({}, description="field -> id of the contact whose value was kept")


class ContactUnmerged(ContactChanged, type="crm.contacts.contact.unmerged.v1"):
    """A merge was undone: the restored contacts have their own ids and items again."""

    merge_id: str
    restored_ids: tuple[str, ...]


class ContactDeleted(ContactChanged, type="crm.contacts.contact.deleted.v1"):
    """A contact is out of sight and can be restored."""


class ContactRestored(ContactChanged, type="crm.contacts.contact.restored.v1"):
    """A deleted contact is back."""


class ContactErased(EventData, type="crm.contacts.contact.erased.v1"):
    """Everything personal about a contact is to be forgotten, everywhere, for ever."""

    contact_id: str
    marks: tuple[str, ...] = Field(
        (), description="digests of what it alone was reached at: what was said of these before is forgotten too"
    )


class Job(EventData):
    """An import or a bulk action."""

    job_id: str
    kind: str = Field(description="import, bulk")
    action: str | None = Field(None, description="what a bulk action does, or an import's mode")
    name: str | None = Field(None, description="file name or the user's own words")
    tag: str | None = Field(None, description="the tag every contact of an import gets")
    total: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    failed: int = 0


class JobStarted(Job, type="crm.contacts.job.started.v1"):
    """A job begins, its rows frozen."""


class JobProgressed(Job, type="crm.contacts.job.progressed.v1"):
    """A job got further."""


class JobFinished(Job, type="crm.contacts.job.finished.v1"):
    """A job is over."""

    outcome: str = Field("completed", description="completed, cancelled, failed")


class JobUndone(Job, type="crm.contacts.job.undone.v1"):
    """What a job changed is as it was before, except what changed since."""

    kept: int = Field(0, description="rows left alone because they changed since")
